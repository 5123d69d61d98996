"""Bash syntax in scripts that dash or busybox' ash read: what each shell makes of it.

Every verdict was found by running the construct in dash of bullseye, bookworm and trixie and in busybox 1.35's ash.
"""

from __future__ import annotations

from dflint.shell.nodes import Script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.shells import Sh
    from dflint.model.step import Step
    from dflint.shell import Command, Redirect, ShWord
    from dflint.shell.words import Part
    from dflint.text import Span

# Built-in commands of bash that the shells have not: "not found".
_LACKING = {
    "dash": frozenset(
        ("source", "[[", "declare", "typeset", "pushd", "popd", "dirs", "shopt", "let", "mapfile", "readarray",
         "disown", "enable", "compgen", "complete", "bind")),
    "ash": frozenset(
        ("declare", "typeset", "pushd", "popd", "dirs", "shopt", "mapfile", "readarray", "disown", "enable",
         "compgen", "complete", "bind")),
}  # fmt: skip
_READ_FLAGS = {"dash": "adnNsui", "ash": "a"}
# Commands that fail when a file or package called ``{a,b}`` is not there.
_NEEDING = frozenset(("cp", "mv", "chmod", "chown", "chgrp", "cat", "ls", "pip", "pip3", "docker-php-ext-install"))
_MANAGERS = frozenset(("apt-get", "apt", "apk"))
# Commands that take a ``{a,b}`` that is not expanded for a name, without a complaint.
_TAKING = frozenset(("mkdir", "touch", "rm"))


class Foreign:
    """A construct that the shell does not have.

    kind     what it is, a key: ``source``, ``test``, ``array``... shown: how it is written.
    fails    True: the step (or the start of the container) fails for certain. False: the shell takes it for something
             else, and the script goes on.
    span, word, redirect   where it stands; the word or redirection to edit, where there is one.
    command  the command it belongs to.
    """

    __slots__ = ("command", "fails", "kind", "redirect", "shown", "span", "word")

    def __init__(
        self,
        kind: str,
        shown: str,
        span: Span,
        command: Command,
        *,
        fails: bool,
        word: ShWord | None = None,
        redirect: Redirect | None = None,
    ) -> None:
        self.kind = kind
        self.shown = shown
        self.span = span
        self.command = command
        self.fails = fails
        self.word = word
        self.redirect = redirect

    def __repr__(self) -> str:
        return f"Foreign({self.kind!r}, {self.shown!r}, {'fails' if self.fails else 'misread'})"


def foreign_syntax(step: Step, sh: Sh) -> list[Foreign]:
    """The bash syntax of a step that its shell lacks, in order; nothing where the script cannot be read."""
    script = step.script
    if not isinstance(script, Script) or script.dialect != "sh" or script.has_errors:
        return []
    text = step.stage.build.file.source.text
    reader = _Reader(script, sh, text, one_line=not step.node.heredocs)
    found: list[Foreign] = []
    for command in script.commands:
        if step.node.is_json and not command.wrappers:
            continue  # no shell reads it
        if all(name in ("sh", sh.program) for name in command.wrapper_names):
            found.extend(reader.command(command))
    found.extend(reader.compounds())
    found.sort(key=lambda item: item.span.start)
    return found


class _Reader:
    """Reads the commands of one script as a shell does."""

    def __init__(self, script: Script, sh: Sh, text: str, *, one_line: bool) -> None:
        self.script = script
        self.sh = sh
        self.dash = sh.program == "dash"
        self.text = text
        self.one_line = one_line

    def command(self, command: Command) -> Iterator[Foreign]:
        """What is foreign in one simple command."""
        yield from self._assignments(command)
        for word in command.words:
            yield from self._word(command, word)
        for redirect in command.redirects:
            yield from self._redirect(command, redirect)
        if command.name is not None and command.name.value is not None:
            yield from self._call(command, command.name.value, command.name)
            yield from self._braces(command, command.name.value)
        before = command.pipe_from
        if before is not None and before.exact and command.exact:
            between = self.text[before.span.end : command.span.start].strip()
            if between.startswith("|&"):
                yield Foreign("pipe", "|&", command.span, command, fails=self._unreadable(command))

    def compounds(self) -> Iterator[Foreign]:
        """``function f {`` and ``for ((``: unreadable wherever they stand."""
        for chain in self.script.chains:
            for item in chain.items:
                if not chain.exact or not item.commands or item.commands[0].wrappers:
                    continue
                start = self.text[item.span.start : item.span.start + 12].split()
                if start[:1] == ["function"] and self.dash:
                    yield Foreign("function", "function", item.commands[0].span, item.commands[0], fails=self.one_line)
                elif start[:1] == ["for"] and start[1:] and start[1].startswith("(("):
                    yield Foreign("for", "for ((", item.commands[0].span, item.commands[0], fails=self.one_line)

    def _unreadable(self, command: Command) -> bool:
        """Whether a syntax error here fails the step: the shell then runs nothing at all."""
        return self._fails(command) if command.wrappers or not self.one_line else True

    @staticmethod
    def _fails(command: Command) -> bool:
        """Whether the failure of a command fails the step for certain."""
        return not (command.guarded or command.conditional or command.function is not None)

    def _fatal(self, command: Command) -> bool:
        """Whether an error that ends the shell, whatever stands around it, fails the step."""
        if command.conditional or command.function is not None:
            return False
        own = not command.subshell and command.pipe_len == 1 and not command.wrappers
        return own or not command.guarded

    def _assignments(self, command: Command) -> Iterator[Foreign]:
        for name, word in command.assigns:
            if word is None:
                continue
            text = word.text
            if text.startswith(("(", f"{name}+=(")):
                yield Foreign("array", f"{name}=(...)", command.span, command, fails=self._unreadable(command))
            elif command.name is None and text.startswith((f"{name}+=", f"{name}[")):
                shown = text[: text.index("=") + 1] if "=" in text else text
                yield Foreign("append", shown, command.span, command, fails=self._fails(command))
            else:
                yield from self._word(command, word)

    def _word(self, command: Command, word: ShWord) -> Iterator[Foreign]:
        text = word.text
        if self.dash and text.startswith("$'"):
            yield Foreign("quote", "$'...'", word.span, command, fails=False, word=word)
            return
        for part in word.parts:
            if part.kind == "other" and self.dash and part.text.startswith(("<(", ">(")):
                shown = part.text[:2] + "...)"
                yield Foreign("process", shown, word.span, command, fails=self._unreadable(command))
            elif part.kind == "other" and "=(" in text and part.text.startswith("(") and not part.quoted:
                yield Foreign("array", "=(...)", word.span, command, fails=self._unreadable(command))
            elif self._bad_substitution(part):
                yield Foreign("substitution", part.text, word.span, command, fails=self._fatal(command), word=word)

    def _bad_substitution(self, part: Part) -> bool:
        """Whether the shell answers "Bad substitution"."""
        text = part.text
        if part.kind == "other":
            return text.startswith("${!") and len(text) > 4
        if part.kind != "var" or not text.startswith("${"):
            return False
        after = text[2 + len(part.name) :]
        if not text.startswith("${" + part.name) or not after:
            return False
        if after[0] in "^,[@":
            return True
        return self.dash and (after[0] == "/" or (after[0] == ":" and after[1:2] not in ("-", "=", "?", "+")))

    def _redirect(self, command: Command, redirect: Redirect) -> Iterator[Foreign]:
        op, target = redirect.op, redirect.target
        if op == "<<<":
            yield Foreign("here-string", "<<<", command.span, command, fails=self._unreadable(command))
        elif not self.dash or target is None:
            return
        elif op in ("&>", "&>>"):
            yield Foreign("both", op, command.span, command, fails=False, redirect=redirect)
        elif op == ">&" and redirect.fd is None and redirect.writes:
            fails = self._unreadable(command)
            yield Foreign("both", op, command.span, command, fails=fails, redirect=redirect)

    def _call(self, command: Command, name: str, word: ShWord) -> Iterator[Foreign]:
        if name in self.script.functions:
            return
        fails = self._fails(command)
        if name in _LACKING[self.sh.program]:
            kind = {"source": "source", "[[": "test"}.get(name, "builtin")
            if fails or not self._handled(command, kind):
                yield Foreign(kind, name, command.span, command, fails=fails, word=word)
        elif name.startswith("(("):
            yield Foreign("arithmetic", "((...))", command.span, command, fails=fails)
        elif name in ("[", "test"):
            yield from self._test(command, fails)
        elif name == "set" and self.sh.pipefail is False:
            for argument in command.args:
                if argument.value == "pipefail" and not self._probed(command):
                    fails = self._fatal(command)
                    yield Foreign("pipefail", "set -o pipefail", command.span, command, fails=fails, word=argument)
        elif name == "export" and command.args and command.args[0].value == "-f":
            yield Foreign("export", "export -f", command.span, command, fails=self._fatal(command))
        elif name == "trap" and self.dash and command.args and command.args[-1].value == "ERR":
            yield Foreign("trap", "trap ... ERR", command.span, command, fails=fails)
        elif name == "read":
            yield from self._read(command, fails)
        elif name == "echo" and self.dash:
            yield from self._echo(command)

    def _probed(self, command: Command) -> bool:
        """Whether a subshell of the script tries the same first: ``(set -o pipefail) && set -o pipefail``."""
        return any(
            other.subshell and other.prog == "set" and "pipefail" in other.values()
            for other in self.script.commands
            if other is not command
        )

    def _handled(self, command: Command, kind: str) -> bool:
        """Whether the script itself deals with the failure: ``source x || . x``."""
        chain = self.script.chain_of(command)
        at = chain.index(command) if chain is not None else None
        if chain is None or at is None or kind == "test":
            return False
        return at + 1 < len(chain.items) and chain.items[at + 1].op == "||"

    def _test(self, command: Command, fails: bool) -> Iterator[Foreign]:
        values = [word.value if not word.quoted else None for word in command.args]
        for word, value in zip(command.args, values, strict=True):
            if value == "==" and self.dash:
                yield Foreign("equal", "==", word.span, command, fails=fails, word=word)
            elif value == "=~" and self.dash:
                yield Foreign("match", "=~", word.span, command, fails=fails, word=word)
        if values[:1] == ["-v"]:
            yield Foreign("isset", "-v", command.args[0].span, command, fails=fails, word=command.args[0])

    def _read(self, command: Command, fails: bool) -> Iterator[Foreign]:
        lacking = _READ_FLAGS[self.sh.program]
        for word in command.flags:
            value = word.value or ""
            letter = next((char for char in value[1:] if char in lacking), None)
            if letter is not None and not value.startswith("--"):
                yield Foreign("read", f"read -{letter}", command.span, command, fails=fails, word=word)
                return

    def _echo(self, command: Command) -> Iterator[Foreign]:
        """``echo -e`` prints ``-e``, which matters where the output is kept."""
        first = command.args[0] if command.args else None
        if first is None or first.quoted or first.value not in ("-e", "-ne", "-en"):
            return
        kept = command.pipe_index + 1 < command.pipe_len or any(redirect.writes for redirect in command.redirects)
        if kept and not any(_discards(redirect) for redirect in command.redirects):
            yield Foreign("echo", f"echo {first.value}", first.span, command, fails=False, word=first)

    def _braces(self, command: Command, name: str) -> Iterator[Foreign]:
        words = [word for word in command.args if word.has_brace]
        for _, items in command.loops[-1:]:
            for word in items:
                if word.has_brace:
                    yield Foreign("brace", word.text, word.span, command, fails=False, word=word)
        if not words:
            return
        prog = name.rsplit("/", 1)[-1]
        needing = prog in _NEEDING or (prog in _MANAGERS and any(w.value in ("install", "add") for w in command.args))
        if prog == "rm":
            needing = not command.has_flag("-f", "--force")
        if needing or prog in _TAKING:
            fails = needing and self._fails(command)
            yield Foreign("brace", words[0].text, words[0].span, command, fails=fails, word=words[0])


def _discards(redirect: Redirect) -> bool:
    return redirect.target is not None and redirect.target.value == "/dev/null"
