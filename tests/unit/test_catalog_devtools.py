"""``python -m dflint.devtools``: a new rule's files fail on purpose; stale or bad pages are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dflint.catalog.compile import read_pages
from dflint.devtools import catalog, paths
from dflint.devtools.__main__ import main


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout that the commands work on."""
    for name, value in (("RULE_PAGES", "rules"), ("RULE_MODULES", "modules")):
        (tmp_path / value).mkdir()
        monkeypatch.setattr(paths, name, str(tmp_path / value))
    for name, value in (("COMPILED", "_compiled.py"), ("PAGES", "pages.json")):
        monkeypatch.setattr(paths, name, str(tmp_path / value))
    monkeypatch.setattr(paths, "ROOT", str(tmp_path))
    return tmp_path


def test_a_new_rule_is_complete_and_compiles(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-rule", "missing-thing"]) == 0
    assert (checkout / "modules" / "missing_thing.py").exists()
    pages, problems = read_pages(str(checkout / "rules"))
    assert list(pages) == ["missing-thing"]
    assert problems == []
    compile((checkout / "modules" / "missing_thing.py").read_text(), "missing_thing.py", "exec")
    assert main(["catalog", "--check"]) == 1
    assert main(["catalog"]) == 0
    assert main(["catalog", "--check"]) == 0
    assert "is stale" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Missing-thing", "missing", "missing_thing", "../x-y", "missing--thing"])
def test_bad_names_are_refused(checkout: Path, name: str) -> None:
    assert main(["new-rule", name]) == 2
    assert list((checkout / "rules").iterdir()) == []


def test_nothing_is_overwritten(checkout: Path) -> None:
    main(["new-rule", "missing-thing"])
    page = checkout / "rules" / "missing-thing.yaml"
    page.write_text("mine")
    assert main(["new-rule", "missing-thing"]) == 2
    assert page.read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "missing-thing.yaml"), ("[]", "the file is not a mapping"), ("name: x", "key 'summary' is missing"),
        ("on: yes\nname: x", "key 'summary' is missing"),
    ],
)  # fmt: skip
def test_bad_pages_are_named_and_left_out(checkout: Path, text: str, problem: str) -> None:
    main(["new-rule", "missing-thing"])
    (checkout / "rules" / "missing-thing.yaml").write_text(text)
    main(["new-rule", "missing-other"])
    outputs, problems = catalog.compiled()
    assert any(problem in line for line in problems)
    assert "missing-other" in outputs[paths.COMPILED]
    assert "missing-thing" not in outputs[paths.COMPILED]


def test_a_page_without_module_is_left_out(checkout: Path) -> None:
    main(["new-rule", "missing-thing"])
    (checkout / "modules" / "missing_thing.py").unlink()
    outputs, problems = catalog.compiled()
    assert "there is no module" in problems[0]
    assert "missing-thing" not in outputs[paths.COMPILED]
