"""The shell reader over the bodies of real Dockerfiles (skipped where there is no corpus)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pytest

from corpus import samples
from dflint.shell import Command, Opaque, Redirect, Script, ShWord, parse_script, parse_shell
from dflint.shell import _parse as parsing
from dflint.shell._treesitter import backend
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source, Span

STEP = 5


class Body(NamedTuple):
    """One RUN in shell form."""

    where: str
    text: str
    node: Run
    escape: str


@lru_cache(maxsize=1)
def bodies() -> list[Body]:
    """The RUN bodies of every STEP-th file."""
    return list(_bodies())


def _bodies() -> Iterator[Body]:
    for sample in samples("dockerfiles", STEP):
        file = parse(Source(sample.text))
        for node in file.instructions:
            if isinstance(node, Run) and not node.is_json and node.body:
                yield Body(sample.name, sample.text, node, file.escape)


def read(body: Body) -> Script | Opaque:
    """The script of a body."""
    span = body.node.body_span
    return parse_shell(body.text, span.start, span.end, body.escape, heredocs=body.node.heredocs)


def word(found: ShWord | None) -> object:
    """Everything a word says."""
    if found is None:
        return None
    parts = [(part.kind, part.text, part.quoted, part.name, part.operator) for part in found.parts]
    return (found.span, found.text, found.value, parts, found.quoted, found.has_glob, found.has_brace, found.exact)


def redirect(found: Redirect) -> object:
    """Everything a redirection says."""
    return (found.span, found.op, found.fd, word(found.target), found.heredoc)


def command(found: Command | None) -> object:
    """Everything a command says."""
    if found is None:
        return None
    return (
        found.span, [(name, word(value)) for name, value in found.assigns], [word(item) for item in found.words],
        [redirect(item) for item in found.redirects], [word(item) for item in found.wrappers], command(found.outer),
        found.run_as, found.pipe_index, found.pipe_len, found.negated, found.guarded, found.conditional, found.subshell,
        found.substitution, found.background, found.function, found.exact,
        [(name, [word(item) for item in items]) for name, items in found.loops],
    )  # fmt: skip


def everything(script: Script) -> object:
    """Everything a script says."""
    chains = [
        (chain.kind, chain.trailing_op, chain.trailing, [(item.span, item.op, item.op_span) for item in chain.items])
        for chain in script.chains
    ]
    return [command(found) for found in script.commands], chains, script.functions, script.probes, script.errexit


@pytest.mark.slow
@pytest.mark.skipif(backend() is None, reason="tree-sitter is not installed")
def test_the_plain_reader_says_what_tree_sitter_says(monkeypatch: pytest.MonkeyPatch) -> None:
    plain_reader = parsing.read_plain
    taken: list[bool] = []

    def watched(body: object) -> object:
        seq = plain_reader(body)  # type: ignore[arg-type]
        taken.append(seq is not None)
        return seq

    plain = compared = 0
    for body in bodies():
        taken.clear()
        with monkeypatch.context() as patch:
            patch.setattr(parsing, "read_plain", watched)
            mine = read(body)
        if not taken[0]:
            continue
        plain += 1
        with monkeypatch.context() as patch:
            patch.setattr(parsing, "read_plain", lambda _: None)
            theirs = read(body)
        assert isinstance(mine, Script)
        if isinstance(theirs, Script) and not theirs.has_errors:
            compared += 1
            assert everything(mine) == everything(theirs), body.where
    assert plain / len(bodies()) > 0.98
    assert compared / plain > 0.995


@pytest.mark.slow
def test_nearly_every_body_is_read() -> None:
    clean = 0
    for body in bodies():
        script = read(body)
        if isinstance(script, Script):
            clean += not script.has_errors
            span = body.node.body_span
            for found in script.commands:
                assert span.contains(found.span), body.where
                assert all(body.text[w.span.start : w.span.end] == w.text for w in found.words if w.exact), body.where
    # What is left is PowerShell, templates and bodies that no shell takes.
    assert clean / len(bodies()) > 0.985


@pytest.mark.slow
def test_heredoc_scripts_are_read() -> None:
    scripts = clean = 0
    for body in bodies():
        for heredoc in body.node.heredocs:
            if body.text[body.node.body_span.start : heredoc.marker.start].strip():
                continue
            script = parse_script(body.text, heredoc.span.start, heredoc.span.end, "bash")
            if isinstance(script, Script):
                scripts += 1
                clean += not script.has_errors
                for found in script.commands:
                    assert Span(heredoc.span.start, heredoc.span.end).contains(found.span), body.where
    if scripts < 20:
        pytest.skip("few here-documents in the corpus")
    assert clean / scripts > 0.97
