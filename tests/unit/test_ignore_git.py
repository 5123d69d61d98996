"""What git ignores, against git itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dflint.context import DiskContext, MemoryContext


def ignored(gitignore: str, *paths: str) -> list[str]:
    context = MemoryContext({".gitignore": gitignore, **dict.fromkeys(paths, "")})
    return [path for path in paths if context.git_ignored(path)]


@pytest.mark.parametrize(
    ("text", "out", "kept"),
    [
        ("dist\n", ["dist", "a/dist", "a/dist/b"], ["distx"]),
        ("dist/\n", ["dist/a", "a/dist/b"], ["dist"]),
        ("/dist\n", ["dist"], ["a/dist"]),
        ("a/b\n", ["a/b"], ["c/a/b"]),
        ("*.log\n!keep.log\n", ["a.log", "x/a.log"], ["keep.log", "x/keep.log"]),
        ("x/\n!x/keep\n", ["x/keep"], []),
        ("x/*\n!x/keep\n", ["x/other"], ["x/keep"]),
        ("a/**\n", ["a/b", "a/b/c"], ["a"]),
        ("**/a/b\n", ["a/b", "x/y/a/b"], ["x/b"]),
        ("a/**/b\n", ["a/b", "a/x/y/b"], ["ab"]),
        ("a**b/c\n", ["axb/c"], ["a/b/c"]),
        ("[!a].x\n", ["b.x"], ["a.x"]),
        ("[]-]\n", ["]", "-"], ["a"]),
        ("[[:digit:]]*\n", ["1a"], ["a1"]),
        ("\\#a\n\\!b\n#c\n", ["#a", "!b"], ["c", "#c"]),
        ("a \nb\\ \n", ["a", "b "], ["a ", "b"]),
        ("a\r\nb\r\n", ["a", "b"], []),
        ("[a\n\\\n", [], ["a", "[a"]),
        ("/\n!\n\n", [], ["a"]),
        ("[ab]\n!b\n", ["b/foo/a", "a"], ["b", "b/foo"]),
    ],
)
def test_patterns(text: str, out: list[str], kept: list[str]) -> None:
    for path in out:
        assert ignored(text, path) == [path]
    for path in kept:
        assert ignored(text, path) == []


def test_nearer_files_decide_and_exclude_comes_last() -> None:
    context = MemoryContext(
        {".gitignore": "*.x\n", "a/.gitignore": "!k.x\n", ".git/info/exclude": "z\n!m.x\n", "a/k.x": "", "b/k.x": ""}
    )
    paths = ("a/k.x", "b/k.x", "a/z", "m.x")
    assert [path for path in paths if context.git_ignored(path)] == ["b/k.x", "a/z", "m.x"]
    assert not context.git_ignored("")


def test_a_context_below_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("dist\n/app/only\n")
    (tmp_path / "app/dist").mkdir(parents=True)
    context = DiskContext(str(tmp_path / "app"))
    assert context.git_ignored("dist")
    assert context.git_ignored("only")
    assert not context.git_ignored("src")


NAMES = ["a", "b", "foo", "foo.txt", ".hid"]
ATOM = st.sampled_from([*NAMES, "*.txt", "*", "**", "?", "[ab]", "[!a]", "f*", "[^a-b]", "a/**", "**/b"])
LINE = st.builds(
    lambda mark, lead, parts, tail: mark + lead + "/".join(parts) + tail,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(ATOM, min_size=1, max_size=2),
    st.sampled_from(["", "", "/"]),
)
LINES = st.lists(LINE, min_size=1, max_size=4).map("\n".join)
PATHS = st.sets(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join), min_size=1, max_size=8)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES, PATHS)
def test_as_git_does(tmp_path_factory: pytest.TempPathFactory, top: str, inner: str, paths: set[str]) -> None:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for path in sorted(paths, key=len, reverse=True):
        if not (root / path).exists():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
    (root / ".gitignore").write_text(top + "\n")
    if (root / "a").is_dir():
        (root / "a/.gitignore").write_text(inner + "\n")
    every = sorted(str(path.relative_to(root)) for path in root.rglob("*") if ".git" not in path.parts)
    context = DiskContext(str(root))
    run = ["git", "-C", str(root), "check-ignore", "--no-index", "--stdin"]
    told = subprocess.run(run, input="\n".join(every), capture_output=True, text=True, check=False).stdout.splitlines()
    assert [path for path in every if context.git_ignored(path)] == sorted(told)
