"""Loading tree-sitter without its packages' own code, and doing without it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dflint.shell import Opaque, Script, parse_shell
from dflint.shell import _parse as parsing
from dflint.shell import _treesitter as loader
from dflint.shell._body import Body
from dflint.shell._suspect import error_ranges

pytestmark = pytest.mark.skipif(loader.backend() is None, reason="tree-sitter is not installed")
HARD = "function f { a; }; f"


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_ordinary_bodies_do_not_load_it() -> None:
    code = "import sys; from dflint.shell import parse_shell; s='a && b | c'; parse_shell(s, 0, len(s));"
    heavy = "('re', 'typing', 'enum', 'tree_sitter._binding', 'importlib.resources')"
    assert python(f"{code} print([m for m in {heavy} if m in sys.modules])") == "[]"


def test_other_bodies_load_the_bindings_only() -> None:
    code = f"import sys; from dflint.shell import parse_shell; s={HARD!r}; r=parse_shell(s, 0, len(s));"
    names = "[m for m in ('tree_sitter', 'tree_sitter_bash', 'importlib.resources', 'typing') if m in sys.modules]"
    assert python(f"{code} print(len(r.commands), {names})") == "2 []"


def test_packages_that_are_loaded_already_are_used() -> None:
    code = f"import tree_sitter, tree_sitter_bash; from dflint.shell import parse_shell; s={HARD!r};"
    assert python(f"{code} print(len(parse_shell(s, 0, len(s)).commands))") == "2"
    code = f"from dflint.shell import parse_shell; s={HARD!r}; parse_shell(s, 0, len(s)); import tree_sitter;"
    assert python(f"{code} print(tree_sitter.Parser.__name__)") == "Parser"


def test_without_it_hard_bodies_are_opaque(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_backends", [None])
    assert isinstance(parse_shell(HARD, 0, len(HARD)), Opaque)
    assert isinstance(parse_shell("a && b", 0, 6), Script)


def test_a_missing_package_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(package: str) -> object:
        raise ImportError(package)

    monkeypatch.setattr(loader, "_backends", [])
    monkeypatch.setattr(loader, "_load", fail)
    assert loader.backend() is None


@pytest.mark.parametrize(
    "text", ["OUT=$(apt-key add - 2>&1)", "X=a/$(b)/$S/$S.t", "! { a; }", "if a -\nthen b; else c; fi"]
)
def test_trees_that_are_not_to_be_believed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain reader reads these; should it ever leave them to tree-sitter, the result says that it has errors."""
    script = parse_shell(text, 0, len(text))
    assert isinstance(script, Script)
    assert not script.has_errors
    monkeypatch.setattr(parsing, "read_plain", lambda _: None)
    hurt = parse_shell(text, 0, len(text))
    if isinstance(hurt, Script) and not hurt.has_errors:
        # A later grammar may get it right.
        assert [c.values() for c in hurt.commands] == [c.values() for c in script.commands]


def test_errors_reach_to_the_operators_around_them() -> None:
    parser = loader.backend()
    assert parser is not None
    text = "a; b (c d; e"
    root = parser.parse(Body(text, 0).read)
    assert root is not None
    ranges = error_ranges(root, text)
    assert ranges
    assert not any(start < 2 for start, _ in ranges)
