"""The entry points: shell form, scripts and exec form."""

from __future__ import annotations

from dflint.shell._body import Body
from dflint.shell._facts import Fate, Place, State
from dflint.shell._lower import Lowering
from dflint.shell._plain import read_plain
from dflint.shell.nodes import Opaque, Script
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.shell._ast import Seq
    from dflint.syntax.nodes import Heredoc, Word

_DIALECTS = ("sh", "bash")


def parse_shell(
    text: str,
    start: int,
    end: int,
    escape: str = "\\",
    dialect: str = "sh",
    *,
    errexit: bool = False,
    pipefail: bool = False,
    heredocs: Sequence[Heredoc] = (),
) -> Script | Opaque:
    """Read the shell form of an instruction.

    Args:
        text: the whole file. start, end: the range of the body, continuations and comment lines inside.
        escape: the file's escape character.
        dialect: ``sh`` or ``bash``; anything else gives an Opaque.
        errexit, pipefail: options that the SHELL's own words switch on.
        heredocs: the instruction's here-documents, whose bodies lie outside the range.

    Returns:
        A Script; an Opaque for another shell, or where nothing can be told.
    """
    if dialect not in _DIALECTS:
        return Opaque(Span(start, end), f"{dialect} is not read")
    body = Body(text[start:end], start, escape)
    if heredocs or "<<" in body.read:
        from dflint.shell._heredocs import mark_instruction

        mark_instruction(body, heredocs)
    return _parse(text, body, Span(start, end), dialect, State(errexit, pipefail))


def parse_script(
    text: str, start: int, end: int, dialect: str = "sh", *, errexit: bool = False, pipefail: bool = False
) -> Script | Opaque:
    """Read a script: the body of ``RUN <<EOF``, or a file.

    Its first line may name its interpreter: a shell's options count, for another one the script is an Opaque.
    """
    from dflint.shell._heredocs import interpreter, mark_script

    span = Span(start, end)
    if text.startswith("#!", start):
        newline = text.find("\n", start, end)
        name, options = interpreter(text[start : newline if newline >= 0 else end])
        if name is None:
            return Opaque(span, "the first line names another interpreter")
        dialect = name
        errexit, pipefail = errexit or options[0], pipefail or options[1]
    if dialect not in _DIALECTS:
        return Opaque(span, f"{dialect} is not read")
    body = Body(text[start:end], start, script=True)
    if "<<" in body.read:
        mark_script(body)
    return _parse(text, body, span, dialect, State(errexit, pipefail))


def parse_exec(words: Sequence[Word]) -> Script:
    """Read the exec form: one command, or the script of ``["sh", "-c", "..."]``.

    Words inside such a script have exact spans unless the JSON string has escapes.
    """
    from dflint.shell._exec import exec_script

    try:
        return exec_script(words, _read)
    except RecursionError:
        # Nested too deeply: the shell's call stays a command like any other.
        return exec_script(words, lambda _: None)


def _parse(text: str, body: Body, span: Span, dialect: str, state: State) -> Script | Opaque:
    try:
        return _build(text, body, span, dialect, state)
    except RecursionError:
        return Opaque(span, "nested too deeply")


def _build(text: str, body: Body, span: Span, dialect: str, state: State) -> Script | Opaque:
    errors: list[tuple[int, int]] = []
    seq = read_plain(body)
    if seq is None:
        seq = _read_tree(body, errors)
        if seq is None:
            return Opaque(span, "the parser for this text is not installed")
    lowering = Lowering(_read, text)
    lowering.seq(seq, Place(state, body), Fate(True, False, False), "top")
    commands = lowering.commands
    chains = tuple(chain for chain in lowering.chains if chain is not None)
    if errors:
        spans = [body.span(left, right) for left, right in errors]
        commands = [c for c in commands if not any(c.span.start <= s.end and s.start <= c.span.end for s in spans)]
        chains = ()
        for command in commands:
            command.guarded = command.conditional = True
    return Script(
        span, tuple(commands), chains, frozenset(lowering.functions), frozenset(lowering.probes), dialect,
        state.errexit, state.pipefail, bool(errors),
    )  # fmt: skip


def _read(body: Body) -> Seq | None:
    """The structure of a text, None if it has errors."""
    errors: list[tuple[int, int]] = []
    seq = read_plain(body)
    if seq is None:
        seq = _read_tree(body, errors)
    return None if errors else seq


def _read_tree(body: Body, errors: list[tuple[int, int]]) -> Seq | None:
    from dflint.shell._convert import convert
    from dflint.shell._suspect import error_ranges
    from dflint.shell._treesitter import backend

    parser = backend()
    root = parser.parse(body.read) if parser is not None else None
    if root is None:
        return None
    errors += error_ranges(root, body.read)
    if root.has_error and not errors:
        errors.append((0, len(body.read)))
    return convert(root, body)
