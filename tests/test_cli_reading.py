"""The plain reader of the command line and click read alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dflint.cli import full
from dflint.cli.options import COMMANDS, Command, Option
from dflint.cli.plain import read

WORDS = ["Dockerfile", "a b", "x=y", "a,b", "", ",", "\u00e9\udcff", ".", "*", "K=V", "json", "none"]


def by_click(command: Command, arguments: list[str]) -> dict[str, Any] | None:
    """What click makes of the arguments; None if it has a complaint."""
    seen: list[dict[str, Any]] = []

    def run(name: str, values: dict[str, Any]) -> int:
        assert name == command.name
        seen.append(values)
        return 0

    status = full.main([command.name, *arguments], run)
    assert (status == 0) == bool(seen) or "--help" in arguments or "-h" in arguments
    return seen[0] if seen else None


def good_value(option: Option) -> st.SearchStrategy[str]:
    return st.sampled_from(option.choices if option.kind == "choice" else [w for w in WORDS if not w.startswith("-")])


def good_option(option: Option) -> st.SearchStrategy[list[str]]:
    if option.kind == "flag":
        return st.sampled_from(option.names).map(lambda name: [name])
    apart = st.tuples(st.sampled_from(option.names), good_value(option)).map(list)
    long = [name for name in option.names if name.startswith("--")]
    return apart | st.tuples(st.sampled_from(long), good_value(option)).map(lambda pair: ["=".join(pair)])


@st.composite
def good_arguments(draw: st.DrawFn, command: Command) -> list[str]:
    """A command line without anything unusual."""
    parts = draw(st.lists(st.sampled_from(command.options).flatmap(good_option), max_size=6)) if command.options else []
    low, high = int(command.required), (3 if command.many else 1) if command.argument else 0
    paths = draw(st.lists(st.sampled_from(["-", *filter(None, WORDS)]), min_size=low, max_size=high))
    parts += [[path] for path in paths]
    words = [word for part in draw(st.permutations(parts)) for word in part]
    return [*words, "--"] if draw(st.booleans()) else words


def any_arguments(command: Command) -> st.SearchStrategy[list[str]]:
    """Anything that looks a little like a command line."""
    names = [name for option in command.options for name in option.names]
    odd = ["--", "-", "--help", "-h", "-qo", "-ofile", "-o=file", "-x", "--", "---", "--sel", "--quiet=1", "--no-quiet"]
    glued = [f"{name}={word}" for name in names for word in ("", "json", "a,b", "-")]
    return st.lists(st.sampled_from([*names, *glued, *WORDS, *odd, "--format", "text"]), max_size=6)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_an_ordinary_command_line_is_read_without_click_and_alike(command, data):
    arguments = data.draw(good_arguments(command))
    values = read(command, arguments)
    assert values is not None
    assert values == by_click(command, arguments)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_the_plain_reader_accepts_click_reads_alike(command, data):
    arguments = data.draw(any_arguments(command))
    values = read(command, arguments)
    if values is not None:
        assert values == by_click(command, arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--frob"],
        ["--forma", "json"],
        ["--format"],
        ["--format", "xml"],
        ["--select", "--ignore"],
        ["-qo", "x"],
        ["--quiet=yes"],
    ],
)
def test_the_unusual_goes_to_click(arguments):
    assert read(COMMANDS["check"], arguments) is None


def test_lists_are_split_and_joined():
    values = read(COMMANDS["check"], ["--select", "a, b", "--select=c,", "--build-arg", "A=1,2", "x", "--", "--y"])
    assert values is not None
    assert values["select"] == ("a", "b", "c")
    assert values["build_arg"] == ("A=1,2",)
    assert values["paths"] == ("x", "--y")
    assert values["fail_level"] is None
    assert values["color"] == "auto"
