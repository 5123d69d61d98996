"""Here-documents: those of the builder, those of scripts, and interpreters named in the first line."""

from __future__ import annotations

import pytest

from dflint.shell import Opaque, Redirect, Script, parse_script, parse_shell
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source, Span


def run(text: str) -> tuple[Run, Script]:
    """The first RUN of a Dockerfile and its script."""
    file = parse(Source(text))
    node = next(item for item in file.items if isinstance(item, Run))
    script = parse_shell(text, node.body_span.start, node.body_span.end, file.escape, heredocs=node.heredocs)
    assert isinstance(script, Script)
    assert not script.has_errors
    return node, script


def document(redirects: tuple[Redirect, ...]) -> Redirect:
    """The here-document among redirections."""
    (found,) = [redirect for redirect in redirects if redirect.op.startswith("<<")]
    return found


def test_marker_with_other_words_around() -> None:
    text = "FROM x\nRUN cat <<EOF > /etc/x && b\nnot | a command\nEOF\nRUN c\n"
    node, script = run(text)
    assert [c.prog for c in script.commands] == ["cat", "b"]
    redirect = document(script.commands[0].redirects)
    assert text[redirect.span.start : redirect.span.end] == "<<EOF"
    assert redirect.heredoc == node.heredocs[0].span
    assert redirect.target is None
    assert redirect.expands
    assert [r.op for r in script.commands[0].redirects] == ["<<", ">"]
    assert script.commands[0].args == ()


def test_several_markers() -> None:
    text = "FROM x\nRUN 3<<-'A' a <<B | b\n\tone\n\tA\ntwo\nB\n"
    node, script = run(text)
    a, b = script.commands
    assert [(r.op, r.fd, r.expands, r.heredoc) for r in a.redirects] == [
        ("<<-", 3, False, node.heredocs[0].span), ("<<", None, True, node.heredocs[1].span),
    ]  # fmt: skip
    assert b.redirects == ()


@pytest.mark.parametrize("start", ["bash <<EOF", "sudo sh -s <<EOF", "a && bash -e <<EOF", "<<EOF sh"])
def test_shell_that_reads_its_script(start: str) -> None:
    text = f"FROM x\nRUN {start}\nb 'c d' \\\n  e\nf | g\nEOF\n"
    _, script = run(text)
    inner = [command for command in script.commands if command.outer is not None]
    assert [command.prog for command in inner] == ["b", "f", "g"]
    assert [text[w.span.start : w.span.end] for w in inner[0].words] == ["b", "'c d'", "e"]
    assert inner[0].guarded == ("-e" not in start)
    assert not inner[2].guarded


def test_other_programs_keep_their_input() -> None:
    _, script = run("FROM x\nRUN python3 - <<EOF\nimport os\nEOF\n")
    assert [c.prog for c in script.commands] == ["python3"]


def test_marker_without_document() -> None:
    text = "cat <<EOF | b"
    script = parse_shell(text, 0, len(text))
    assert isinstance(script, Script)
    assert [c.prog for c in script.commands] == ["cat", "b"]
    assert document(script.commands[0].redirects).heredoc is None


def test_arrows_that_are_no_markers() -> None:
    text = "a '<<EOF' \"<<B\" $((1<<2)) <<<x # <<C"
    script = parse_shell(text, 0, len(text), dialect="bash")
    assert isinstance(script, Script)
    assert [r.op for r in script.commands[0].redirects] == ["<<<"]


SCRIPT = """\
cat <<EOF >a; b <<'X' && c <<-Y
 one ' "
EOF
two $(
X
\tthree
\tY
d
"""


def test_documents_in_a_script() -> None:
    script = parse_script(SCRIPT, 0, len(SCRIPT))
    assert isinstance(script, Script)
    assert not script.has_errors
    assert [c.prog for c in script.commands] == ["cat", "b", "c", "d"]
    bodies = [document(c.redirects).heredoc or Span(0, 0) for c in script.commands[:3]]
    assert [SCRIPT[span.start : span.end] for span in bodies] == [" one ' \"\n", "two $(\n", "\tthree\n"]
    assert [document(c.redirects).expands for c in script.commands[:3]] == [True, False, True]
    assert [(item.op, SCRIPT[item.span.start : item.span.end]) for item in script.chains[0].items][-1] == ("\n", "d")


def test_unterminated_document_in_a_script() -> None:
    text = "a\ncat <<EOF\nb ' c\n"
    script = parse_script(text, 0, len(text))
    assert isinstance(script, Opaque) or script.has_errors


def test_offsets_inside_a_file() -> None:
    text = "FROM é\nRUN <<EOF\nset -e\nécho 'ü x' b\nEOF\n"
    file = parse(Source(text))
    span = next(item for item in file.items if isinstance(item, Run)).heredocs[0].span
    script = parse_script(text, span.start, span.end)
    assert isinstance(script, Script)
    assert [text[w.span.start : w.span.end] for w in script.commands[1].words] == ["écho", "'ü x'", "b"]
    assert script.errexit
    assert script.commands[1].prog == "écho"


@pytest.mark.parametrize(
    ("line", "dialect", "errexit", "pipefail"),
    [
        ("#!/bin/sh", "sh", False, False), ("#!/bin/bash -e", "bash", True, False),
        ("#!/usr/bin/env bash", "bash", False, False),
        ("#!/usr/bin/env -S bash -eo pipefail", "bash", True, True), ("#!/bin/ash", "sh", False, False),
        ("#! /bin/bash", "bash", False, False), ("#!/usr/bin/env python3", None, False, False),
        ("#!/usr/bin/perl", None, False, False),
        ("#!", None, False, False), ("# no interpreter", "sh", False, False),
    ],
)  # fmt: skip
def test_interpreter(line: str, dialect: str | None, errexit: bool, pipefail: bool) -> None:
    text = line + "\na; b\n"
    script = parse_script(text, 0, len(text))
    if dialect is None:
        assert isinstance(script, Opaque)
    else:
        assert isinstance(script, Script)
        assert (script.dialect, script.errexit, script.pipefail) == (dialect, errexit, pipefail)


def test_crlf_script() -> None:
    text = "a b\r\nif c; then\r\n  d\r\nfi\r\n"
    script = parse_script(text, 0, len(text))
    assert isinstance(script, Script)
    assert not script.has_errors
    assert [c.prog for c in script.commands] == ["a", "c", "d"]


def test_continuations_in_a_script_are_the_shells() -> None:
    text = "a b\\\nc \\\n  'd\\\ne' \"f\\\ng\"\n# x \\\nh\n"
    script = parse_script(text, 0, len(text))
    assert isinstance(script, Script)
    assert [c.prog for c in script.commands] == ["a", "h"]
    assert [w.value for w in script.commands[0].args] == ["bc", "d\\\ne", "fg"]
