"""The typed tree as its users see it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

import pytest

from dflint.syntax import parse
from dflint.syntax.flags import FLAGS, INSTRUCTIONS, MOUNT_OPTIONS, MOUNT_TYPES, USAGE
from dflint.syntax.instructions import READERS
from dflint.syntax.nodes import (
    Add,
    Comment,
    Copy,
    Env,
    ErrorNode,
    File,
    From,
    Healthcheck,
    Instruction,
    Node,
    Onbuild,
    Run,
    Workdir,
)
from dflint.syntax.scanner import MAX_LINE
from dflint.text import Source

Kind = TypeVar("Kind", bound=Node)


def read(text: str) -> File:
    return parse(Source(text))


def only(kind: type[Kind], text: str) -> Kind:
    """The one node of a kind in a text."""
    (found,) = [item for item in read(text).items if isinstance(item, kind)]
    return found


def test_from() -> None:
    node = only(From, "FROM --platform=$P alpine:3 As Base\n")
    assert node.image.text == "alpine:3"
    assert node.as_keyword is not None and node.as_keyword.text == "As"
    assert node.alias is not None and node.alias.text == "Base"
    assert [(flag.name, flag.value) for flag in node.flags] == [("platform", "$P")]
    bare = only(From, "FROM scratch")
    assert (bare.image.text, bare.as_keyword, bare.alias) == ("scratch", None, None)


def test_transfer() -> None:
    file = read("FROM a\nCOPY --link a <<EOF b /dest/\nx\nEOF\n")
    node = file.instructions[1]
    assert isinstance(node, Copy)
    assert [word.text for word in node.sources] == ["a", "b"]
    assert node.dest.text == "/dest/"
    assert [heredoc.content for heredoc in node.heredocs] == ["x\n"]
    assert file.text(node.heredocs[0]) == "x\n"
    assert file.source.text[node.heredocs[0].marker.start :].startswith("<<EOF b")


def test_the_last_flag_of_a_name_counts() -> None:
    node = only(Add, "ADD --exclude=a --exclude=b --chown=c x /y")
    flag = node.flag("exclude")
    assert flag is not None and flag.value == "b"
    assert node.flag("Exclude") is None
    assert node.flag("link") is None


def test_mount_options() -> None:
    node = only(Run, "RUN --mount=type=cache,TARGET=/x,ro true")
    (flag,) = node.flags
    assert flag.option("type") == "cache"
    assert flag.option("target", "dst") == "/x"
    assert flag.option("ro") == ""
    assert flag.option("id") is None


def test_spans_of_a_quoted_flag() -> None:
    file = read("FROM a\nCOPY --chown='a b' x \"y\n")
    flag = file.instructions[1].flags[0]
    text = file.source.text
    assert flag.value == "a b"
    assert flag.value_span is not None
    assert text[flag.value_span.start : flag.value_span.end] == "'a b'"
    assert text[flag.name_span.start : flag.name_span.end] == "chown"


def test_healthcheck() -> None:
    node = only(Healthcheck, "HEALTHCHECK --interval=5s cmd curl  -f x || exit 1\n")
    assert node.kind is not None and node.kind.text == "cmd"
    assert node.body == "curl  -f x || exit 1"
    assert node.words == ()
    none = only(Healthcheck, "HEALTHCHECK none")
    assert none.kind is not None and none.kind.text == "none"
    assert none.body == ""


def test_pairs() -> None:
    node = only(Env, 'ENV A=1 B="x y"')
    assert [(pair.key.text, pair.value and pair.value.text) for pair in node.pairs] == [("A", "1"), ("B", '"x y"')]
    assert not node.legacy
    old = only(Env, "ENV A  b  c")
    assert old.legacy
    assert [(pair.key.text, pair.value and pair.value.text) for pair in old.pairs] == [("A", "b  c")]


def test_rest_of_the_line_is_one_word() -> None:
    assert [word.text for word in only(Workdir, "WORKDIR  /a b \\\n /c \n").words] == ["/a b  /c"]


def test_onbuild() -> None:
    node = only(Onbuild, "ONBUILD RUN a \\\n# c\n  b\n")
    assert isinstance(node.inner, Run)
    assert node.inner.logical == "RUN a   b"
    assert [comment.text for comment in node.inner.comments] == ["c"]
    assert node.inner.map.file(0) == 8


def test_errors_include_triggers() -> None:
    file = read("FROM a\nFOO\nONBUILD BAR x\nONBUILD ENV\n")
    assert [error.keyword.text for error in file.errors] == ["FOO", "BAR", "ENV"]
    assert [error.known for error in file.errors] == [False, False, True]


def test_comments_in_file_order() -> None:
    file = read("# one\nFROM a\nRUN x \\\n# two\n  y\n# three\n")
    assert [comment.text for comment in file.comments] == ["one", "two", "three"]
    assert [type(item) for item in file.items] == [Comment, From, Run, Comment]


def test_a_long_line_is_a_problem() -> None:
    fits = "RUN " + "x" * (MAX_LINE - 5) + "\n"
    assert read("FROM a\n" + fits).problems == ()
    (problem,) = read("FROM a\n" + fits.replace("x", "xx", 1)).problems
    assert "longer" in problem[1]
    assert read("FROM a\n" + fits.replace("xx", "é", 1)).problems == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("RUN x\nRUN y\n", 1), ("RUN x\nRUN y\nFROM a\n", 2), ("FORM a\nRUN x\n", 0), ("ARG A\nFROM $A\n", 0)],
)
def test_problems_of_stages(text: str, count: int) -> None:
    assert len(read(text).problems) == count


def test_tables_speak_of_the_same_instructions() -> None:
    assert {name.upper() for name in READERS} == set(INSTRUCTIONS) == set(USAGE)
    assert len(INSTRUCTIONS) == 18
    assert set(FLAGS) <= set(INSTRUCTIONS)
    assert set(MOUNT_OPTIONS) == set(MOUNT_TYPES)


@pytest.mark.parametrize(
    "unit",
    [
        "RUN one two\n",
        "COPY --from=x a b\n",
        "RUN a \\\n",
        'ENV A="b c" \\\n',
        "RUN <<E\nx\nE\n",
        "[",
        'RUN ["a", 1,',
        "--mount=type=x \\\n",
        "ONBUILD ",
        "${a:-",
        "\n",
        "# c\n",
    ],
)
def test_cost_is_linear_in_size(unit: str) -> None:
    """Eight times the text takes about eight times the steps; a quadratic reader would take 64 times as many."""

    def steps(count: int) -> int:
        taken = 0

        def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            nonlocal taken
            taken += 1
            return trace

        text = "FROM a\nRUN x <<y " + unit * count
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            read(text)
        finally:
            sys.settrace(before)
        return taken

    count = 2_000 // len(unit)
    assert steps(8 * count) < 12 * steps(count) + 1_000


def test_error_nodes_are_no_instructions_to_rules() -> None:
    file = read("FROM a\nCOPY a\nRUN x\n")
    assert [type(node) for node in file.instructions] == [From, Run]
    (error,) = file.errors
    assert isinstance(error, ErrorNode) and isinstance(error, Instruction)
    assert (error.name, error.level) == ("COPY", "instruction")
