"""COPY patterns: Go's filepath.Match, and what a pattern selects from a context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dflint.context import MemoryContext
from dflint.context.glob import BadPattern, Matcher, has_glob


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        # From the table of Go's own documentation of Match.
        ("abc", "abc", True),
        ("*", "abc", True),
        ("*c", "abc", True),
        ("a*", "a", True),
        ("a*", "abc", True),
        ("a*b*c*d*e*", "axbxcxdxexxx", True),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("ab[c]", "abc", True),
        ("ab[b-d]", "abc", True),
        ("ab[e-g]", "abc", False),
        ("ab[^c]", "abc", False),
        ("ab[^e-g]", "abc", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "ab", False),
        ("a?b", "a☺b", True),
        ("a[^a]b", "a☺b", True),
        ("a???b", "a☺b", False),
        ("[a-ζ]*", "α", True),
        ("*[a-ζ]", "A", False),
        (r"[\]a]", "]", True),
        (r"[\-]", "-", True),
        (r"[x\-]", "-", True),
        (r"[x\-]", "z", False),
        (r"[\-x]", "a", False),
        ("*x", "xxx", True),
        ("*", ".hidden", True),
        ("**", "abc", True),
        ("", "", True),
        ("", "a", False),
        ("[!a]", "b", False),
    ],
)
def test_match(pattern: str, name: str, expected: bool) -> None:
    assert Matcher(pattern)(name) is expected


@pytest.mark.parametrize("pattern", ["[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "a\\", "[\\"])
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(BadPattern):
        Matcher(pattern)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a*", True), ("a?", True), ("[", True), ("a", False), (r"\*", False), (r"\\*", True), ("]", False)],
)
def test_has_glob(text: str, expected: bool) -> None:
    assert has_glob(text) is expected


FILES = {
    "package.json": "",
    "package-lock.json": "",
    "a/package.json": "",
    "a/b/package.json": "",
    ".env": "",
    "[x]": "",
    "README.md": "",
    ".dockerignore": "*.md\na/b\nlogs/*\n",
    "logs/1.txt": "",
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("package*.json", ("package-lock.json", "package.json")),
        ("*/package.json", ("a/package.json",)),
        ("**/package.json", ("a/package.json",)),  # "**" is "*": one folder, not any depth
        ("a/*", ("a/package.json",)),
        ("a", ("a",)),
        ("/a/", ("a",)),
        ("*.md", ()),
        ("README.md", ()),
        ("", ("",)),
        (".", ("",)),
        ("none", ()),
        ("none/*", ()),
        (".e*", (".env",)),
        ("[[]x]", ("[x]",)),
        ("[x]", ()),
        ("[", ()),
        ("a/[", ()),
        ("logs", ("logs",)),
        ("logs/*", ()),
        ("../package.json", ("package.json",)),
        (r"\package.json", ()),  # without a wildcard a backslash is part of the name
        (r"\package*", ("package-lock.json", "package.json")),
    ],
)
def test_select(pattern: str, expected: tuple[str, ...]) -> None:
    assert MemoryContext(FILES).glob(pattern) == expected


def test_select_raw() -> None:
    context = MemoryContext(FILES)
    assert context.glob_raw("*.md") == ("README.md",)
    assert context.glob_raw("*/*/package.json") == ("a/b/package.json",)


NAME = st.text(alphabet="ab[]*?\\-^.", min_size=0, max_size=8)


@given(NAME, NAME)
def test_a_pattern_matches_or_is_bad(pattern: str, name: str) -> None:
    try:
        Matcher(pattern)(name)
    except BadPattern:
        assert any(char in pattern for char in "[\\")


@given(NAME)
def test_an_escaped_name_matches_itself(name: str) -> None:
    assert Matcher("".join("\\" + char for char in name))(name)
