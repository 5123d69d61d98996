"""The differ: its output applied to the old text gives the new one, for git as well as for the few lines below."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dflint.report.diff import unified_diff

LINES = st.lists(st.sampled_from(["a", "b", "c", "RUN x \\", "", "e\r"]), max_size=30).map("\n".join)
TEXTS = st.tuples(LINES, st.sampled_from(["", "\n"])).map("".join)


def split(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [line + "\n" for line in lines] + ([last] if last else [])


def patched(old: str, diff: list[str]) -> str:
    """The old text with a unified diff applied, every line checked."""
    lines, result, at = split(old), [], 0
    for row in _rows(diff):
        if row.startswith("@@"):
            start, _, count = row.split(" ")[1][1:].partition(",")
            target = int(start) - (0 if count == "0" else 1)
            result += lines[at:target]
            at = target
        elif row[0] in " -":
            assert lines[at] == row[1:]
            result += [lines[at]] if row[0] == " " else []
            at += 1
        else:
            result.append(row[1:])
    return "".join(result + lines[at:])


def _rows(diff: list[str]) -> list[str]:
    """The lines after the header, each with the newline that the file has there."""
    return [row.removesuffix("\n\\ No newline at end of file\n") for row in diff[2:]]


@given(TEXTS, TEXTS)
def test_the_diff_applied_gives_the_new_text(old, new):
    diff = list(unified_diff("Dockerfile", old, new))
    assert bool(diff) == (old != new)
    assert patched(old, diff) == new


@given(TEXTS.filter(bool), TEXTS.filter(bool))
@settings(max_examples=15, deadline=None)
def test_git_applies_it(tmp_path_factory, old, new):
    folder = tmp_path_factory.mktemp("repo")
    target = folder / "my Dockerfile"
    target.write_bytes(old.encode())
    diff = "".join(unified_diff("my Dockerfile", old, new)).encode()
    if diff:
        command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, input=diff, cwd=folder, check=True)
    assert target.read_bytes() == new.encode()


def test_hunks_have_three_lines_of_context_and_merge_when_they_meet():
    old = "".join(f"{number}\n" for number in range(30))
    new = old.replace("5\n", "five\n", 1).replace("11\n", "eleven\n", 1).replace("28\n", "twenty-eight\n", 1)
    assert "".join(unified_diff("D", old, new)).count("@@ -") == 2


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("Dockerfile", "--- a/Dockerfile\n"),
        ("my Dockerfile", "--- a/my Dockerfile\t\n"),
        ("a\x1bb", '--- "a/a\\033b"\n'),
        ("a\udcffb", '--- "a/a\\377b"\n'),
        ("/abs/Dockerfile", "--- /abs/Dockerfile\n"),
    ],
)
def test_file_names_are_written_as_git_does(path, header):
    assert next(unified_diff(path, "a\n", "b\n")) == header


def test_a_large_file_with_many_equal_lines_takes_no_time():
    old = "RUN x\n" * 100_000
    new = "RUN y\n" * 3 + "RUN x\n" * 99_990 + "RUN z\n" * 7
    assert patched(old, list(unified_diff("D", old, new))) == new
