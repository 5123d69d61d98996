"""Exit status: whose failure fails the step, and what may not run at all."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import pytest

from dflint.shell import Script, parse_exec, parse_shell
from dflint.syntax.nodes import Word
from dflint.text import Span


def read(text: str, errexit: bool = False, pipefail: bool = False) -> Script:
    """The script of a body."""
    script = parse_shell(text, 0, len(text), dialect="bash", errexit=errexit, pipefail=pipefail)
    assert isinstance(script, Script)
    assert not script.has_errors
    return script


def names(script: Script, fact: str) -> str:
    """The one-letter commands that have a fact."""
    found = [command.prog or "" for command in script.commands if getattr(command, fact)]
    return "".join(name for name in found if len(name) == 1)


GUARDED = [
    # Lists.
    ("a", ""), ("a && b && c", ""), ("a; b", "a"), ("a && b; c", "ab"), ("a || true", "a"), ("a || b", "a"),
    ("a & b", "a"),
    ("a &", "a"), ("a || b && c", "a"), ("a && b || c", "ab"), ("a || b || c", "ab"), ("a && b || true && c", "ab"),
    # Handlers that pass the failure on.
    ("a || exit 1", ""), ("a || exit 1; b", ""), ("a || exit; b", ""), ("a || exit $?; b", ""), ("a || false", ""),
    ("a || false; b", "a"), ("a || exit 0", "a"), ("a || { echo no; exit 1; }; b", ""),
    ("a || (echo no; exit 1); b", "a"),
    ("a || (echo no; exit 1)", ""), ("a || (echo no && exit 2) && b", ""), ("(a || exit 1); b", "a"),
    ("(a || exit 1)", ""),
    ("a || exit $x", "a"), ("a || { exit 1 & }", "a"), ("a || { exit 1; true; }", "a"), ("a || exit 256", "a"),
    # Pipelines.
    ("a | b", "a"), ("a | b | c; d", "abc"), ("set -o pipefail; a | b", ""), ("set -o pipefail && a | b; c", "ab"),
    ("a | { b; c; }", "ab"), ("{ a; b; } | c", "ab"),
    # errexit.
    ("set -e; a; b", ""), ("set -ex; a; b && c; d", "b"), ("set -e; a && b || c; d", "ab"),
    ("set -e; set +e; a; b", "a"),
    ("set -o errexit; a; b", ""), ("set -euo pipefail; a | b; c", ""), ("set -e; a | b; c", "a"),
    ("set -e; if a; then b; fi; c", "a"), ("set -e; (a; b) || c", "ab"), ("set -e; (a; b); c", ""),
    ("set -e; ! a; b", "a"),
    ("set -e; { a; b; } && c; d", "ab"), ("set -e; a & b; c", "a"), ("x && set -e; a; b", "x"),
    ("x || set -e; a; b", "xa"),
    ("set -e; for i in 1; do a; b; done; c", ""), ("set -e; a=$(b; c); d", "b"), ("(set -e; a; b) || c", "ab"),
    ("(set -e; a; b)", ""), ("(set -e; a; b); c", "ab"), ("set -e; while a; do b; done; c", "a"),
    # Conditions, branches, loops.
    ("if a; then b; else c; fi", "a"), ("if a; then b; c; fi", "ab"), ("if a; b; then c; fi; d", "abc"),
    ("while a; do b; done", "a"), ("for i in 1 2; do a; b; done", "a"), ("case x in x) a; b;; esac", "a"), ("! a", "a"),
    ("if ! a; then b; fi", "a"), ("for i in 1 2; do a $i; b; done", "a"), ("for i in 1 2; do a; b $i; done", "ab"),
    ("for i in 1; do b $i; done", ""), ("for i in $x; do b $i; done", "b"), ("set -e; for i in 1 2; do b $i; done", ""),
    ("for i in 1 2; do b $i || exit 1; done", ""), ("for i in 1 2; do (b $i || exit 1); done", "b"),
    ("for i in 1 2; do sh -c \"b $i\"; done", "b"), ("while read i; do b $i; done", "b"),
    ("for i in *; do b; done", ""),
    ("for i in 1 2; do b $i && c || exit 1; done", ""), ("set -e; for i in 1 2; do (b $i); done", ""),
    # Groups, substitutions, inner shells, functions.
    ("{ a; b; }", "a"), ("(a; b)", "a"), ("echo $(a)", "a"), ("x=$(a)", ""), ("x=$(a)$(b)", "a"),
    ("x=$(a; b) && c", "a"),
    ("export x=$(a)", "a"), ("x=$(a) b", "a"), ("b > $(a)", "a"), ("cat <(a)", "a"), ("sh -c 'a; b'", "a"),
    ("sh -ec 'a; b'", ""), ("sh -c 'a' || true", "a"), ("set -e; sh -c 'a; b'; c", "a"), ("f() { a; b; }; f", "a"),
    ("eval 'a; b'; c", "ab"), ("set -e; eval 'a; b'; c", ""), ("bash -o pipefail -c 'a | b'", ""), ("sudo a; b", "a"),
    ("xargs a | b", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GUARDED, ids=[text for text, _ in GUARDED])
def test_guarded(text: str, expected: str) -> None:
    script = read(text)
    assert names(script, "guarded") == expected
    assert all(command.exit_matters == (not command.guarded) for command in script.commands)


def test_options_of_the_shell_itself() -> None:
    assert names(read("a; b | c", errexit=True), "guarded") == "b"
    assert names(read("a; b | c", errexit=True, pipefail=True), "guarded") == ""
    script = read("set +e; a; b", errexit=True)
    assert names(script, "guarded") == "a"
    assert not script.errexit
    assert read("set -eo pipefail").pipefail


CONDITIONAL = [
    ("a && b", ""), ("a || b", "b"), ("a || b && c", "b"), ("[ x ] && a || b", "ab"), ("[ x ] && a; b", "a"),
    ("[ x ] && a && b || c; d", "abc"), ("[ x ] && a", ""), ("set -e; [ x ] && a; b", "a"), ("set -e; [ x ]; a", ""),
    ("if a; then b; elif c; then d; else e; fi", "bcde"), ("while a; do b; done", "b"),
    ("for i in $x; do a; done", "a"),
    ("for i in 1; do a; done", ""), ("for i in 1 $x; do a; done", ""), ("case x in y) a;; esac", "a"),
    ("f() { a; }; f", "a"), ("! x && a; b", "a"), ("command -v x && a || b", "ab"), ("grep -q x y && a || b", "ab"),
    ("a && b; c", ""), ("(a || b)", "b"), ("$(a || b)", "b"), ("test -f x || a", "a"), ("x | grep -q y && a; b", "a"),
    ("{ a; b; }", ""), ("sh -c 'a || b'", "b"), ("dpkg -s x || a", "a"), ("a; exit 0; b", "b"), ("a || exit; b", ""),
    ("a || exit 0; b", "b"), ("a || exit 1; b", ""), ("if a; then exit; fi; b", "b"), ("(exit 0); b", ""),
    ("if a; then exec b; fi; c", "bc"), ("exec > log; a", ""), ("exec a; b", "b"), ("sh -c 'exit 0; a'; b", "a"),
    ("for i in 1; do a && continue; b; done; c", "b"), ("for i in 1; do a && break; b; done; c", "b"),
    ("a; exit 3; b", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONDITIONAL, ids=[text for text, _ in CONDITIONAL])
def test_conditional(text: str, expected: str) -> None:
    assert "".join(name for name in names(read(text), "conditional") if name != "x") == expected


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("(a); b", "subshell", "a"), ("a | b; c", "subshell", "ab"), ("x=$(a); b", "subshell", "a"),
        ("a & b", "subshell", "a"),
        ("{ a; }", "subshell", ""), ("sh -c 'a'; b", "subshell", "a"), ("eval 'a'", "subshell", ""),
        ("x=$(a) b <(c)", "substitution", "ac"), ("a & b", "background", "a"), ("{ a; b; } & c", "background", "ab"),
        ("! a; b", "negated", "a"), ("! a | b", "negated", "ab"),
    ],
)  # fmt: skip
def test_other_facts(text: str, fact: str, expected: str) -> None:
    assert names(read(text), fact) == expected


def test_exec_form_matters() -> None:
    script = parse_exec([Word(Span(at, at + 4), text, True) for at, text in ((0, "sh"), (5, "-c"), (10, "a; b"))])
    assert names(script, "guarded") == "a"


class Generator:
    """Random scripts of commands ``t N``, each of which can be made to fail."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def test(self) -> str:
        """A new command."""
        self.count += 1
        return f"t {self.count}"

    def simple(self, depth: int) -> str:
        """A command, perhaps with a substitution or in a shell of its own."""
        roll = self.random.random()
        if depth and roll < 0.08:
            return f"x=$( {self.list(depth - 1)})"
        if depth and roll < 0.14:
            return f"{self.test()} $( {self.list(depth - 1)})"
        if depth and roll < 0.22:
            return f"bash {'-ec' if roll < 0.17 else '-c'} '{self.list(0)}'"
        return self.test()

    def command(self, depth: int) -> str:
        """A simple or compound command."""
        roll = self.random.random()
        if not depth or roll < 0.55:
            return self.simple(depth)
        inner = depth - 1
        if roll < 0.65:
            return f"( {self.list(inner)} )"
        if roll < 0.75:
            return f"{{ {self.list(inner)}; }}"
        if roll < 0.85:
            negation = self.random.choice(["! " + self.test(), self.list(inner)])
            return f"if {negation}; then {self.list(inner)}; else {self.list(inner)}; fi"
        if roll < 0.9:
            end = self.random.choice(["", "; break", f"; {self.test()} && continue; {self.test()}"])
            return f"for i in a b; do {self.list(inner)}{end}; done"
        if roll < 0.95:
            return f"case a in a) {self.list(inner)};; *) {self.list(inner)};; esac"
        return f"while {self.test()}; do {self.list(inner)}; break; done"

    def chain(self, depth: int) -> str:
        """Commands joined by ``|``, ``&&`` and ``||``."""
        text = self.command(depth)
        while self.random.random() < 0.45:
            roll = self.random.random()
            if roll < 0.2:
                text += f" | {self.command(depth)}"
            elif roll < 0.7:
                text += f" && {self.command(depth)}"
            else:
                fixed = ["true", "exit 1", "exit 0", "false", "{ echo; exit 1; }", "( exit 1 )", self.command(depth)]
                text += f" || {self.random.choice(fixed)}"
        return text

    def list(self, depth: int) -> str:
        """Chains joined by ``;``."""
        text = self.chain(depth)
        while self.random.random() < 0.35:
            text += "; " + self.chain(depth)
        return text


_PRELUDE = 't() { echo "@$1" >&2; test "$1" != "$FAIL"; }\n'


def run(shell: str, script: str, fail: int) -> tuple[bool, set[int]]:
    """Whether a script succeeds if one command fails, and which commands ran."""
    export = "export -f t\n" if shell.endswith("bash") else ""
    done = subprocess.run(
        [shell, "-c", _PRELUDE + export + script], env={"FAIL": str(fail), "PATH": "/usr/bin:/bin"},
        capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False,
    )  # fmt: skip
    return done.returncode == 0, {int(found) for found in re.findall(r"@(\d+)", done.stderr)}


@pytest.mark.parametrize("shell", ["bash", "dash"])
@pytest.mark.parametrize("options", ["", "set -e; ", "set -o pipefail; ", "set -eo pipefail; "])
def test_facts_hold_in_a_real_shell(shell: str, options: str) -> None:
    """In scripts that succeed, make each command fail in turn."""
    program = shutil.which(shell)
    if program is None or (shell == "dash" and "pipefail" in options):
        pytest.skip(f"{shell} is not installed or does not know the option")
    tried = 0
    for seed in range(400):
        generator = Generator(seed)
        text = options + generator.list(2)
        if generator.count > 9 or (shell == "dash" and ("bash" in text or ("$(" in text and options))):
            continue
        fine, ran = run(program, text, 0)
        if not fine:
            continue
        script = read(text)
        for command in script.commands:
            if command.prog != "t" or command.args[-1].value is None:
                continue
            number = int(command.args[0].value)
            assert command.conditional or number in ran, (text, number)
            still_fine, _ = run(program, text, number)
            if command.guarded:
                assert still_fine, (text, number)
            elif not command.conditional:
                assert not still_fine, (text, number)
            tried += 1
        if tried > 150:
            break
    assert tried > 100
