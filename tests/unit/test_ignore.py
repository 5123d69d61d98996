""".dockerignore: the documented rules, and the quirks that decide real builds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dflint.context import MemoryContext
from dflint.context.ignore import IgnoreFile


def kept_out(text: str, *paths: str) -> list[str]:
    rules = IgnoreFile(text)
    return [path for path in paths if rules.ignored(path)]


@pytest.mark.parametrize(
    ("pattern", "out", "kept"),
    [
        # The table of the Dockerfile reference.
        ("*/temp*", ["somedir/temporary.txt", "somedir/temp"], ["temp", "a/b/temp"]),
        ("*/*/temp*", ["somedir/subdir/temporary.txt"], ["somedir/temp"]),
        ("temp?", ["tempa", "tempb"], ["temp", "tempab", "a/tempa"]),
        ("**/*.go", ["a.go", "x/y/a.go"], ["a.gox"]),
        # Leading and trailing slashes and dots mean nothing.
        ("/foo", ["foo", "foo/x"], ["a/foo"]),
        ("foo/", ["foo", "foo/x"], ["a/foo"]),
        ("./foo/../bar", ["bar"], ["foo"]),
        ("foo//bar/", ["foo/bar"], ["foo"]),
        # A plain name is anchored, unlike in .gitignore.
        ("node_modules", ["node_modules", "node_modules/x/y"], ["a/node_modules"]),
        (
            "**/node_modules",
            ["node_modules", "a/node_modules", "a/b/node_modules/x"],
            ["node_modules2", "xnode_modules"],
        ),
        ("**foo", ["foo", "barfoo", "a/barfoo"], ["foob"]),
        ("foo/**", ["foo/a", "foo/a/b"], ["foo", "foob"]),
        ("foo**", ["foo", "foob", "foob/c"], ["afoo"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["ab", "a/xb"]),
        ("**/a/**", ["a/x", "b/a/x"], ["a", "b/a"]),
        ("**", ["a", ".x", "a/b"], []),
        ("*", ["a", ".x", "a/b"], []),
        (".", [], ["a", ".x"]),
        ("..", [], ["a", "b/c"]),
        # Classes as in Go: ^ negates, ! does not.
        ("[abc].txt", ["a.txt", "b.txt"], ["d.txt"]),
        ("[^abc].txt", ["d.txt"], ["a.txt"]),
        ("[!a].txt", ["!.txt", "a.txt"], ["b.txt"]),
        ("x[a-c]y", ["xby"], ["xdy", "x-y"]),
        (r"\[a\]*", ["[a]b"], ["ab"]),
        (r"a\*b", ["a*b"], ["axb"]),
        ("*.{js,ts}", ["a.{js,ts}"], ["a.js", "a.ts"]),
        ("A", ["A"], ["a"]),
        ("a+(b).c*", ["a+(b).cd"], ["aab.c"]),
    ],
)
def test_one_pattern(pattern: str, out: list[str], kept: list[str]) -> None:
    assert kept_out(pattern + "\n", *out, *kept) == out


def test_lines_are_read_as_buildkit_reads_them() -> None:
    rules = IgnoreFile("\ufeff# comment\n\n  a  \r\n#b\n #c\n\t!  d\r\ne # f\n")
    assert [(p.text, p.negated, p.line) for p in rules.patterns] == [
        ("a", False, 3),
        ("#c", False, 5),
        ("d", True, 6),
        ("e # f", False, 7),
    ]
    assert rules.errors == []


def test_the_last_match_wins() -> None:
    assert kept_out("*.md\n!README.md\n", "a.md", "README.md") == ["a.md"]
    assert kept_out("!README.md\n*.md\n", "README.md") == ["README.md"]
    assert kept_out("*.md\n!README*.md\nREADME-secret.md\n", "README.md", "README-secret.md") == ["README-secret.md"]


def test_an_allow_list() -> None:
    text = "*\n!src\n!package*.json\nsrc/**/*.test.ts\n"
    paths = ["src", "src/a.ts", "src/x/a.test.ts", "package.json", "package-lock.json", "yarn.lock", "a/package.json"]
    assert kept_out(text, *paths) == ["src/x/a.test.ts", "yarn.lock", "a/package.json"]


def test_a_folder_above_counts() -> None:
    assert kept_out("a\n!a/b/c\n", "a", "a/x", "a/b", "a/b/c", "a/b/c/d") == ["a", "a/x", "a/b"]


def test_an_exception_for_a_folder_does_not_reach_a_file_that_was_not_out_yet() -> None:
    # Found with a real builder: when the folder is judged it is not ignored, so "!a" is not tried on it.
    assert kept_out("a/b\n!a\n", "a", "a/b", "a/c") == ["a/b"]
    assert kept_out("a\na/b\n!a\n", "a", "a/b") == []


def test_a_pattern_that_could_not_change_the_folder_does_not_hold_inside() -> None:
    assert kept_out("*\n!a/b\na\n", "a", "a/b", "a/c") == ["a", "a/c"]


def test_oddities_of_regular_expressions_show_through() -> None:
    assert kept_out("f_p|q*\n", "f_p", "f_pq", "x/q", "xf_p") == ["f_p", "f_pq", "x/q"]
    assert kept_out("*^*\n", "a", "b/c") == ["a", "b/c"]  # "^" matches the start again
    assert kept_out(r"\d*" + "\n", "1", "d") == ["1"]
    assert kept_out("a^b\n", "a^b") == ["a^b"]  # without a wildcard there is no expression


@pytest.mark.parametrize("line", ["[", "a[b", "a\\", "[]a]", "[a-]", "!", "! ", "!/", "[-]", "**/[z-", r"*\y"])
def test_what_buildkit_rejects_is_an_error_with_its_line(line: str) -> None:
    rules = IgnoreFile(f"x\n{line}\n")
    assert [number for number, _ in rules.errors] == [2]
    assert rules.ignored("x")
    assert not rules.ignored("a")


def test_dots_can_eat_an_exclamation_mark() -> None:
    assert kept_out("!../../a\n", "a") == ["a"]  # cleaned with the mark in place, "!.." and ".." cancel out


def test_the_deciding_line() -> None:
    rules = IgnoreFile("# c\n*\n!a\na/b\n")
    assert [rules.line(path) for path in ("x", "a", "a/b", "a/b/c", "")] == [2, 3, 4, 4, None]
    assert IgnoreFile("b\n").line("a") is None


def test_hostile_patterns_take_no_time() -> None:
    rules = IgnoreFile("*a" * 60 + "b\n" + "**/a" * 60 + "b?\n" + "[a]*" * 60 + "b\n")
    assert not rules.ignored("a" * 250)
    assert not rules.ignored("/".join("a" * 120))


SEGMENT = st.sampled_from(["a", "b", "*", "**", "?", "a*", "*b", "ab", "[ab]", "..", "."])
PATTERN = st.builds(
    lambda mark, parts: mark + "/".join(parts), st.sampled_from(["", "!"]), st.lists(SEGMENT, min_size=1, max_size=3)
)
PATH = st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=1, max_size=4).map("/".join)


@given(st.lists(PATTERN, max_size=5), PATH)
def test_without_exceptions_ignoring_is_monotone(patterns: list[str], path: str) -> None:
    plain = [pattern for pattern in patterns if not pattern.startswith("!")]
    rules = IgnoreFile("\n".join(plain))
    if rules.ignored(path):
        assert rules.ignored(path + "/x")
        assert IgnoreFile("\n".join([*plain, "zzz"])).ignored(path)


@given(st.lists(PATTERN, max_size=5), PATH)
def test_verdict_and_line_agree(patterns: list[str], path: str) -> None:
    rules = IgnoreFile("\n".join(patterns))
    line = rules.line(path)
    if line is None:
        assert not rules.ignored(path)
    else:
        decided = next(pattern for pattern in rules.patterns if pattern.line == line)
        assert rules.ignored(path) is not decided.negated


@given(st.text(max_size=60), st.text(max_size=20))
def test_never_raises(text: str, path: str) -> None:
    IgnoreFile(text).ignored(path)


# -- in a context -------------------------------------------------------------------------------------------------


def test_the_dockerfiles_own_ignore_file_wins() -> None:
    files = {".dockerignore": "a\n", "app/Dockerfile.dockerignore": "b\n", "a": "", "b": ""}
    own = MemoryContext(files, dockerfile="app/Dockerfile")
    assert (own.ignore_file, own.ignored("a"), own.ignored("b")) == ("app/Dockerfile.dockerignore", False, True)
    assert own.ignore_line("b") == 1
    other = MemoryContext(files, dockerfile="Dockerfile")
    assert (other.ignore_file, other.ignored("a"), other.ignored("b")) == (".dockerignore", True, False)
    assert MemoryContext({"a": ""}).ignore_file is None


def test_an_empty_own_ignore_file_still_wins() -> None:
    context = MemoryContext({".dockerignore": "*\n", "Dockerfile.dockerignore": "", "a": ""}, dockerfile="Dockerfile")
    assert not context.ignored("a")


def test_sent_looks_for_exceptions_inside() -> None:
    files = {".dockerignore": "*\n!a/b/c.txt\n!**/*.md\n", "a/b/c.txt": "", "a/x": "", "d/e/f": "", "g/h.md": ""}
    context = MemoryContext(files)
    assert [path for path in ("a", "a/b", "a/x", "d", "g", "nope") if context.sent(path)] == ["a", "a/b", "g"]
    assert context.ignored("a")
    assert context.glob("*") == ("a", "g")
    assert context.glob_raw("*") == (".dockerignore", "a", "d", "g")


def test_links_to_what_is_kept_out() -> None:
    context = MemoryContext(
        {".dockerignore": "real\nhere/link\n", "real/f": "", "ok": ""},
        links={"to_real": "real", "here/link": "../ok", "fine": "ok"},
    )
    assert context.ignored("to_real/f")
    assert context.ignored("to_real")
    assert context.ignored("here/link")
    assert not context.ignored("fine")
    assert context.ignore_line("to_real/f") == 1
