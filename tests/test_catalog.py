"""All rule pages read as one spec: shape, naming, modules, aliases, and that the compiled files are current."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dflint.catalog import names, page, pages, rule
from dflint.catalog.schema import check_page
from dflint.devtools import paths
from dflint.devtools.catalog import compiled

ROOT = Path(paths.ROOT)
# A name reads after "ignore[...]" and names what is flagged, not the remedy.
VOCABULARY = (
    "ambiguous", "archived", "broken", "build", "conflicting", "copied", "deprecated", "duplicate", "empty", "end",
    "exposed", "externally", "foreign", "hidden", "ignored", "inconsistent", "internal", "invalid", "leftover",
    "lost", "malformed", "misleading", "misplaced", "misread", "missing", "moved", "mutable", "outdated", "overridden",
    "prebuilt", "redundant", "relative", "reserved", "root", "separate", "shadowed", "shell", "syntax", "unbuilt",
    "undeclared", "undefined", "unexecutable", "unknown", "unmatched", "unneeded", "unpinned", "unreachable", "unsafe",
    "unsupported", "untagged", "unused", "unverified", "useless", "vanished", "wrong",
)  # fmt: skip


def test_compiled_files_are_current() -> None:
    outputs, problems = compiled()
    assert problems == []
    for path, text in outputs.items():
        current = Path(path).read_text(encoding="utf-8")
        assert current == text, f"{path} is stale: run 'python -m dflint.devtools catalog'"


@pytest.mark.parametrize("name", names())
def test_page(name: str) -> None:
    entry = page(name)
    assert name.partition("-")[0] in VOCABULARY, "the first word of a name says what is wrong with the thing"
    assert not entry["summary"].endswith(".")
    for message in entry["messages"].values():
        assert not message.strip().replace("...", "").endswith("."), "messages are no sentences with a full stop"
    texts = [entry["why"], entry["summary"], entry["fix_safety"]]
    assert not any("TODO" in text for text in texts)


@pytest.mark.parametrize("name", names())
def test_module_registers_the_rule_and_stays_on_its_own(name: str) -> None:
    if page(name)["scope"] == "engine":
        return
    module = Path(paths.module_path(name))
    tree = ast.parse(module.read_text(encoding="utf-8"))
    decorated = [
        decorator.args[0].value
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.args[0], ast.Constant)
    ]
    assert decorated == [name]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dflint.rules"):
            assert (node.module or "").startswith("dflint.rules._"), "rules never import each other"


def test_every_module_has_a_page() -> None:
    modules = {path.stem.replace("_", "-") for path in Path(paths.RULE_MODULES).glob("[a-z]*.py")}
    assert modules - set(names()) == set()


def test_no_two_rules_claim_the_same_code_as_their_equal() -> None:
    owners: dict[str, str] = {}
    for name in names():
        meta = rule(name)
        assert meta is not None
        for alias in meta.aliases:
            if alias.relation == "same" and alias.source in ("hadolint", "buildkit"):
                assert alias.id not in owners, f"{name} and {owners[alias.id]} both say they are {alias.id}"
                owners[alias.id] = name


def test_pages_are_complete() -> None:
    assert set(pages()) == set(names())


def test_schema_names_what_is_wrong() -> None:
    bad = {**page("syntax-error"), "severity": "fatal", "on": ["RUM"], "surprise": 1}
    assert check_page(bad, "syntax-error") == ["unknown key 'surprise'"]
    del bad["surprise"]
    problems = check_page(bad, "other")
    assert any("differs from the file name" in problem for problem in problems)
    assert any("severity 'fatal' is not one of" in problem for problem in problems)
    assert any("on: 'RUM' is not one of" in problem for problem in problems)
    assert check_page([], "x") == ["the file is not a mapping"]
