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
    ``Opaque``    span, why

What to rely on
    All offsets are code points of the file, and ``text[word.span]`` is ``word.text``, but for two cases. Where
    ``exact`` is False the word comes from an escaped inner script: its span is the whole outer word's, and nothing may
    be edited there. A word of an exec form has the span of the JSON string and the decoded text.
    ``guarded`` and ``conditional`` err to the side of True, so a rule that says "this build fails" asks for neither.
    Where ``has_errors`` is True both are True for every command and there are no chains.

How it works
    ``_body`` hides continuations and comment lines without moving an offset; ``_plain`` (with ``_scan``, ``_groups``)
    reads ordinary text by hand, ``_treesitter`` and ``_convert`` the rest, ``_suspect`` says which parts of that tree
    are not to be believed; both give the structure of ``_ast``, from which ``_lower`` (with ``_facts``, ``_wrappers``)
    makes the commands. ``_word`` reads single words, ``_heredocs`` and ``_exec`` the other forms.
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
