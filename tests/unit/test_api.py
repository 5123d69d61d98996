"""The public functions on texts."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dflint
from dflint import api
from dflint.config import ConfigError, Selection, Settings

TEXT = "FROM debian:12\nMAINTAINER me\n"
ONLY = Settings(selections=(Selection(select=("deprecated-maintainer",)),))


def test_lint_gives_findings() -> None:
    found = dflint.lint(TEXT, settings=ONLY)
    assert [(finding.rule, finding.severity) for finding in found] == [("deprecated-maintainer", "warning")]


def test_fix_gives_the_text_and_stays_callable() -> None:
    result = dflint.fix(TEXT, settings=ONLY)
    assert result.text == "FROM debian:12\nLABEL org.opencontainers.image.authors=me\n"
    assert callable(dflint.fix)
    assert dflint.fix(TEXT, settings=ONLY, rules=["DL1000"]).text == TEXT


def test_parse_is_lossless_for_bytes() -> None:
    data = b"\xef\xbb\xbfFROM a\r\n\xff"
    tree = dflint.parse(data)
    assert tree.source.encode(tree.source.text) == data


def test_context_may_be_a_mapping_or_a_folder(tmp_path: object) -> None:
    for context in ({"app.py": "x"}, str(tmp_path)):
        assert dflint.lint("FROM scratch\n", context=context, settings=ONLY) == []


def test_explain_takes_any_name() -> None:
    assert [page["name"] for page in api.explain("DL4000")] == ["deprecated-maintainer"]
    assert len(api.explain("deprecation")) > 1
    with pytest.raises(KeyError):
        api.explain("DL9999")


def test_rule_names() -> None:
    assert api.rule_names(["DL4000"]) == {"deprecated-maintainer"}
    with pytest.raises(ConfigError, match="unknown rule 'DL4999'"):
        api.rule_names(["DL4999"])


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys, dflint; dflint.__version__; print([m for m in sys.modules if m.startswith('dflint.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = dflint.nonsense  # type: ignore[attr-defined]
