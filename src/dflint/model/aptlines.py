"""The package source lines that the steps of a build write: ``deb URI SUITE COMPONENT...`` with their places."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.step import Step
    from dflint.shell import Command, ShWord
    from dflint.text import Span

_PRINTERS = ("echo", "printf")


class SourceLine:
    """One source that a command adds.

    uri      where it is; "" for the mirrors that the image's own sources name.
    suite    the suite (``bookworm-backports``), without a trailing slash.
    path     the file that it is written to; "" if it is not known.
    step, command   what writes it. word: the shell word that holds it, None in a here-document.
    span     its place.
    """

    __slots__ = ("command", "path", "span", "step", "suite", "uri", "word")

    def __init__(
        self, uri: str, suite: str, path: str, step: Step, command: Command, span: Span, word: ShWord | None
    ) -> None:
        self.uri = uri
        self.suite = suite
        self.path = path
        self.step = step
        self.command = command
        self.span = span
        self.word = word

    def __repr__(self) -> str:
        return f"SourceLine({self.uri!r}, {self.suite!r})"

    @property
    def host(self) -> str:
        """The host of the URI."""
        return self.uri.partition("://")[2].partition("/")[0].lower()


def added_sources(step: Step, command: Command) -> Iterator[SourceLine]:
    """The sources that a command of a RUN adds, as far as they are known."""
    prog = command.prog
    if prog in _PRINTERS:
        path = _target(step, command)
        if path is not None and _is_source_file(path):
            for text, span, word in _texts(step, command):
                yield from _parse(text, path, step, command, span, word)
    elif prog in ("add-apt-repository", "apt-add-repository"):
        for word in command.args:
            line = word.expand(step.scope.shell)
            if line is not None and line.startswith("deb "):
                yield from _parse(line, "", step, command, word.span, word)
    elif prog == "cat":
        path = _target(step, command)
        if path is not None and _is_source_file(path):
            for redirect in command.redirects:
                if redirect.heredoc is not None:
                    source = step.stage.build.file.source.text
                    text = source[redirect.heredoc.start : redirect.heredoc.end]
                    if "$" not in text or not redirect.expands:
                        yield from _parse(text, path, step, command, redirect.heredoc, None)
    elif prog == "sed":
        yield from _derived(step, command)


def _target(step: Step, command: Command) -> str | None:
    """The file that a command's output goes to, through a ``tee`` or ``sudo tee`` at the end of its pipe, too."""
    for redirect in command.redirects:
        if redirect.writes and redirect.target is not None:
            return redirect.target.expand(step.scope.shell)
    if command.pipe_len > 1:
        for other in step.commands:
            if other.prog == "tee" and _reads(other, command):
                names = [word.expand(step.scope.shell) for word in other.args]
                return next((name for name in names if name is None or not name.startswith("-")), None)
    return None


def _reads(command: Command, source: Command) -> bool:
    """Whether a command is behind another one in the same pipe."""
    before = command.pipe_from
    while before is not None:
        if before is source:
            return True
        before = before.pipe_from
    return False


def _is_source_file(path: str) -> bool:
    return path == "/etc/apt/sources.list" or (
        path.startswith("/etc/apt/sources.list.d/") and path.endswith((".list", ".sources"))
    )


def _texts(step: Step, command: Command) -> Iterator[tuple[str, Span, ShWord | None]]:
    """What is printed: each argument that is a whole line, or all of them as one line."""
    words = [word for word in command.args if word.value is None or not word.value.startswith("-")]
    texts = [word.expand(step.scope.shell) for word in words]
    known = [(text, word) for text, word in zip(texts, words, strict=True) if text is not None]
    if any(" " in text.strip() for text, _ in known):
        for line, word in known:
            yield line.replace("\\n", "\n"), word.span, word
    elif words and len(known) == len(words):
        from dflint.text import Span

        yield " ".join(text for text, _ in known), Span(words[0].span.start, words[-1].span.end), None


def _parse(text: str, path: str, step: Step, command: Command, span: Span, word: ShWord | None) -> Iterator[SourceLine]:
    fields: dict[str, list[str]] = {}
    for line in text.split("\n"):
        words = line.split()
        if words[:1] in (["deb"], ["deb-src"]):
            rest = words[1:]
            if rest and rest[0].startswith("["):
                end = next((at for at, each in enumerate(rest) if each.endswith("]")), len(rest))
                rest = rest[end + 1 :]
            if len(rest) >= 2:
                yield SourceLine(rest[0], rest[1].rstrip("/"), path, step, command, span, word)
        elif words[:1] and words[0].lower() in ("uris:", "suites:"):
            fields[words[0].lower()] = words[1:]
            if len(fields) == 2:
                for uri in fields["uris:"]:
                    for suite in fields["suites:"]:
                        yield SourceLine(uri, suite.rstrip("/"), path, step, command, span, word)
                fields = {}


def _derived(step: Step, command: Command) -> Iterator[SourceLine]:
    """sed makes a source of another suite out of the image's own (``s/bullseye main/bullseye-backports main/``)."""
    words = [word.expand(step.scope.shell) for word in command.args]
    if not any(word is not None and word.startswith("/etc/apt/sources") for word in words):
        return
    target = _target(step, command)
    in_place = any(word is not None and word.startswith(("-i", "--in-place")) for word in words)
    path = "/etc/apt/sources.list" if in_place else target
    if path is None or not _is_source_file(path):
        return
    for word in command.args:
        script = word.expand(step.scope.shell)
        if script is None or len(script) < 4 or script[0] != "s" or script[1].isalnum():
            continue
        parts = script.split(script[1])
        if len(parts) != 4 or "." in parts[2] or "://" in parts[2]:
            continue
        for name in parts[2].split():
            if name.endswith("-backports") and name not in parts[1]:
                yield SourceLine("", name, path, step, command, word.span, word)
