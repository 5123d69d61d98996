"""Commands added to RUN chains and taken out of them."""

from __future__ import annotations

import pytest

from dflint.edits import Editor
from dflint.shell import Script
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source, apply_edits


def run_of(body: str) -> tuple[Editor, Run, Script]:
    from dflint.model import Build

    file = parse(Source("FROM scratch\n" + body))
    steps = [step for stage in Build(file).stages for step in stage.steps if isinstance(step.node, Run)]
    node = steps[0].node
    assert isinstance(node, Run)
    script = steps[0].script
    assert isinstance(script, Script)
    return Editor(file), node, script


def appended(body: str, text: str = "rm x") -> str | None:
    edit, node, script = run_of(body)
    made = edit.append_command(node, script, text)
    return None if made is None else apply_edits(edit.text, [made]).removeprefix("FROM scratch\n")


def prepended(body: str, text: str = "apt-get update") -> str | None:
    edit, node, script = run_of(body)
    made = edit.prepend_command(node, script, text)
    return None if made is None else apply_edits(edit.text, [made]).removeprefix("FROM scratch\n")


def removed(body: str, program: str) -> str | None:
    edit, node, script = run_of(body)
    command = next(command for command in script.commands if command.prog == program)
    made = edit.remove_command(node, script, command)
    return None if made is None else apply_edits(edit.text, [made]).removeprefix("FROM scratch\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN a\n", "RUN a && rm x\n"),
        ("RUN a", "RUN a && rm x"),
        ("RUN a && b\n", "RUN a && b && rm x\n"),
        ("RUN a \\\n    && b\n", "RUN a \\\n    && b \\\n    && rm x\n"),
        ("RUN a \\\r\n    && b\r\n", "RUN a \\\r\n    && b \\\r\n    && rm x\r\n"),
        ("RUN a && \\\n    b\n", "RUN a && \\\n    b && \\\n    rm x\n"),
        ("RUN apt install \\\n      a \\\n      b\n", "RUN apt install \\\n      a \\\n      b \\\n      && rm x\n"),
        ("RUN a; b\n", "RUN a; b && rm x\n"),
        ("RUN set -ex; \\\n    a; \\\n    b\n", "RUN set -ex; \\\n    a; \\\n    b; \\\n    rm x\n"),
        ("RUN a || b\n", "RUN a || b && rm x\n"),
        ("RUN if x; then y; fi\n", "RUN if x; then y; fi && rm x\n"),
        ("RUN a \\\n    # why\n    && b\n", "RUN a \\\n    # why\n    && b \\\n    && rm x\n"),
        ("RUN <<EOF\na\nb\nEOF\n", "RUN <<EOF\na\nb && rm x\nEOF\n"),
        ("RUN <<EOF\nset -e\na\nEOF\n", "RUN <<EOF\nset -e\na\nrm x\nEOF\n"),
    ],
)
def test_append(body: str, expected: str) -> None:
    assert appended(body) == expected


@pytest.mark.parametrize("body", ["RUN a &\n", "RUN exec a\n", "RUN a && exit 0\n", "RUN a;\n"])
def test_append_refuses(body: str) -> None:
    assert appended(body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN a\n", "RUN apt-get update && a\n"),
        ("RUN a \\\n    && b\n", "RUN apt-get update \\\n    && a \\\n    && b\n"),
        ("RUN set -ex; \\\n    a; \\\n    b\n", "RUN set -ex; \\\n    apt-get update; \\\n    a; \\\n    b\n"),
        ("RUN a; b\n", "RUN apt-get update && a; b\n"),
        ("RUN --mount=type=cache,target=/x a\n", "RUN --mount=type=cache,target=/x apt-get update && a\n"),
    ],
)
def test_prepend(body: str, expected: str) -> None:
    assert prepended(body) == expected


@pytest.mark.parametrize("body", ["RUN a || b\n", "RUN a && b || c\n", "RUN set -e\n"])
def test_prepend_refuses(body: str) -> None:
    assert prepended(body) is None


@pytest.mark.parametrize(
    ("body", "program", "expected"),
    [
        ("RUN a && b && c\n", "b", "RUN a && c\n"),
        ("RUN a && b\n", "a", "RUN b\n"),
        ("RUN a && b\n", "b", "RUN a\n"),
        ("RUN a \\\n    && b \\\n    && c\n", "b", "RUN a \\\n    && c\n"),
        ("RUN a \\\n    && b \\\n    && c\n", "c", "RUN a \\\n    && b\n"),
        ("RUN a && \\\n    b && \\\n    c\n", "a", "RUN b && \\\n    c\n"),
        ("RUN a && \\\r\n    b\r\n", "b", "RUN a\r\n"),
        ("RUN <<EOF\na\nb\nc\nEOF\n", "b", "RUN <<EOF\na\nc\nEOF\n"),
    ],
)
def test_remove(body: str, program: str, expected: str) -> None:
    assert removed(body, program) == expected


@pytest.mark.parametrize(
    ("body", "program"),
    [
        ("RUN a\n", "a"), ("RUN a || b\n", "a"), ("RUN a || b\n", "b"), ("RUN a | b && c\n", "a"),
        ("RUN a \\\n    # why\n    && b\n", "b"), ("RUN if a; then b; fi && c\n", "b"),
    ],
)  # fmt: skip
def test_remove_refuses(body: str, program: str) -> None:
    assert removed(body, program) is None
