"""What the shell runs: RUN, CMD, ENTRYPOINT and HEALTHCHECK bodies as commands with words and exact places.

Entry points
    ``parse_shell(text, start, end, escape="\\\\", dialect="sh", *, errexit=False, pipefail=False, heredocs=())``
        the shell form of an instruction; ``text`` is the whole file, all spans are offsets of the file.
    ``parse_script(text, start, end, dialect="sh", *, errexit=False, pipefail=False)``
        a here-document's body or a script file; honours a ``#!`` line.
    ``parse_exec(words)``
        the JSON form; the script of ``["sh", "-c", "..."]`` is read too.
They never raise. The result is a ``Script``, or an ``Opaque`` for PowerShell, cmd, other interpreters.

Values (see ``nodes.py`` and ``words.py``)
    ``Script``    commands, chains, functions, probes, has_errors, errexit, pipefail, dialect, ``chain_of(command)``
    ``Command``   name, args, words, assigns, redirects, ``prog``, ``values()``, ``flag()``, ``has_flag()``, ``flags``,
                  ``operands()``; wrappers taken off: wrappers, wrapper_names, outer, run_as; facts: guarded,
                  conditional, negated, loops, function, subshell, substitution, background, pipe_index, pipe_len,
                  pipe_from, exact
    ``ShWord``    span, text, value, literal, parts, variables, ``expand(lookup)``, quoted, has_glob, has_brace,
                  has_tilde, exact
    ``Redirect``  op, fd, target, heredoc, expands, ``writes``
    ``Chain``     one flat level: items (span, op, op_span, commands), ``index(command)``, ``removal(index)``, trailing
"""

from __future__ import annotations

from dflint.shell._parse import parse_exec, parse_script, parse_shell
from dflint.shell.nodes import Chain, ChainItem, Command, Opaque, Script
from dflint.shell.words import Part, Redirect, ShWord

__all__ = [
    "Chain",
    "ChainItem",
    "Command",
    "Opaque",
    "Part",
    "Redirect",
    "Script",
    "ShWord",
    "parse_exec",
    "parse_script",
    "parse_shell",
]
