"""The typed tree of a Dockerfile. Every node has a file span; ``file.source.text[node.span]`` is its exact text.

A ``File``'s ``items`` are a gapless partition of the text: nothing is lost, so printing is slicing. Names follow the
Dockerfile reference; fields that the text does not have are None or empty.
"""

from __future__ import annotations

from dflint.text import OffsetMap, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Node:
    """A range of the file."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span

    def children(self) -> tuple[Node, ...]:
        """The nodes inside this one, in file order, without overlap."""
        return ()


class Bom(Node):
    """The byte order mark at the start of a file."""

    __slots__ = ()


class Blank(Node):
    """A blank line, its newline included."""

    __slots__ = ()


class Comment(Node):
    """A comment line, top level or inside an instruction; ``text`` is what follows ``#``, stripped."""

    __slots__ = ("text",)

    def __init__(self, span: Span, text: str) -> None:
        super().__init__(span)
        self.text = text


class Directive(Node):
    """A parser directive (``# escape=``, ``# syntax=``, ``# check=``) that BuildKit honours; ``name`` lower case."""

    __slots__ = ("name", "value")

    def __init__(self, span: Span, name: str, value: str) -> None:
        super().__init__(span)
        self.name = name
        self.value = value


class Word(Node):
    """One argument.

    text   the word as the parser sees it: continuations removed, quotes and variables still in place;
           for an element of a JSON array the decoded string.
    json   True for an element of a JSON array (the span includes its quotes).
    """

    __slots__ = ("json", "text")

    def __init__(self, span: Span, text: str, json: bool = False) -> None:
        super().__init__(span)
        self.text = text
        self.json = json

    def __repr__(self) -> str:
        return f"Word({self.text!r})"


class MountOption(Node):
    """One ``key=value`` of ``--mount``; ``value`` is None for a bare key such as ``ro``."""

    __slots__ = ("key", "value")

    def __init__(self, span: Span, key: str, value: str | None) -> None:
        super().__init__(span)
        self.key = key
        self.value = value


class Flag(Node):
    """``--name[=value]`` of an instruction; ``name`` without dashes, as written. ``value_span`` is the value's own."""

    __slots__ = ("name", "name_span", "options", "value", "value_span")

    def __init__(
        self,
        span: Span,
        name: str,
        name_span: Span,
        value: str | None,
        value_span: Span | None,
        options: tuple[MountOption, ...] = (),
    ) -> None:
        super().__init__(span)
        self.name = name
        self.name_span = name_span
        self.value = value
        self.value_span = value_span
        self.options = options

    def children(self) -> tuple[Node, ...]:
        return self.options

    def option(self, *keys: str) -> str | None:
        """The value of the first option with one of these keys (``''`` for a bare key), else None."""
        for option in self.options:
            if option.key.lower() in keys:
                return option.value or ""
        return None


class KeyValue(Node):
    """A ``key=value`` pair of ENV, LABEL or ARG. ``value`` is None for ``ARG NAME``; raw: quotes are kept."""

    __slots__ = ("key", "value")

    def __init__(self, span: Span, key: Word, value: Word | None) -> None:
        super().__init__(span)
        self.key = key
        self.value = value

    def children(self) -> tuple[Node, ...]:
        return (self.key, self.value) if self.value is not None else (self.key,)


class Heredoc(Node):
    """A here-document. ``span`` is its body (without the terminator line); ``content`` has tabs stripped for ``<<-``.

    name    the terminator word without quotes; expand is False if the name was quoted; strip_tabs for ``<<-``.
    marker  span of ``<<EOF`` in the instruction's own text; end: span of the terminator line (None: unterminated).
    fd      the redirected descriptor in the marker (0 by default).
    """

    __slots__ = ("content", "end", "expand", "fd", "marker", "name", "strip_tabs")

    def __init__(
        self,
        span: Span,
        name: str,
        content: str,
        marker: Span,
        end: Span | None,
        expand: bool,
        strip_tabs: bool,
        fd: int = 0,
    ) -> None:
        super().__init__(span)
        self.name = name
        self.content = content
        self.marker = marker
        self.end = end
        self.expand = expand
        self.strip_tabs = strip_tabs
        self.fd = fd


class Instruction(Node):
    """One instruction with its heredocs, its newline included.

    keyword     the keyword as a Word (``text`` as written).
    name        the keyword in upper case.
    logical     the instruction's text with continuations, inner comments and blank lines removed (keyword included,
                heredoc bodies excluded); ``map`` leads from its offsets to file offsets.
    code_span   from the keyword to the end of the last logical character (no heredoc, no final newline).
    body_span   file span of everything after keyword and flags (empty at the end if there is nothing).
    body        the same as logical text.
    words       the arguments: JSON elements if ``is_json``, else whitespace-separated words (typed classes say more).
    is_json     True where BuildKit takes the JSON form.
    comments    comment lines inside the instruction.
    errors      problems of this instruction that do not prevent reading it: (span, message).
    """

    __slots__ = (
        "body", "body_span", "code_span", "comments", "errors", "flags", "heredocs", "is_json", "keyword", "logical",
        "map", "name", "words",
    )  # fmt: skip

    def __init__(
        self,
        span: Span,
        keyword: Word,
        logical: str,
        map: OffsetMap,
        code_span: Span,
        body_span: Span,
        body: str,
        flags: tuple[Flag, ...],
        words: tuple[Word, ...],
        is_json: bool,
        heredocs: tuple[Heredoc, ...],
        comments: tuple[Comment, ...],
        errors: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        super().__init__(span)
        self.keyword = keyword
        self.name = keyword.text.upper()
        self.logical = logical
        self.map = map
        self.code_span = code_span
        self.body_span = body_span
        self.body = body
        self.flags = flags
        self.words = words
        self.is_json = is_json
        self.heredocs = heredocs
        self.comments = comments
        self.errors = errors

    def arguments(self) -> tuple[Node, ...]:
        """The nodes of the arguments, flags excluded."""
        return self.words

    def children(self) -> tuple[Node, ...]:
        """Keyword, flags, arguments, heredocs and those comments that do not lie inside one of them, in file order."""
        return _with_comments([self.keyword, *self.flags, *self.arguments(), *self.heredocs], self.comments)

    def flag(self, name: str) -> Flag | None:
        """The last flag with this name, as BuildKit takes it."""
        found = None
        for flag in self.flags:
            if flag.name == name:
                found = flag
        return found


def _with_comments(parts: list[Node], comments: tuple[Comment, ...]) -> tuple[Node, ...]:
    """The parts and those comments that do not lie inside one of them, in file order."""
    parts += [comment for comment in comments if not any(part.span.contains(comment.span) for part in parts)]
    parts.sort(key=lambda part: part.span.start)
    return tuple(parts)


class From(Instruction):
    """``FROM [--platform=P] image [AS alias]``."""

    __slots__ = ()

    @property
    def image(self) -> Word:
        """The image reference."""
        return self.words[0]

    @property
    def as_keyword(self) -> Word | None:
        """The word AS."""
        return self.words[1] if len(self.words) == 3 else None

    @property
    def alias(self) -> Word | None:
        """The stage name."""
        return self.words[2] if len(self.words) == 3 else None


class Command(Instruction):
    """RUN, CMD, ENTRYPOINT, SHELL: a shell text (``body``; no ``words``) or a JSON array (``words``)."""

    __slots__ = ()


class Run(Command):
    """``RUN``."""

    __slots__ = ()


class Cmd(Command):
    """``CMD``."""

    __slots__ = ()


class Entrypoint(Command):
    """``ENTRYPOINT``."""

    __slots__ = ()


class Shell(Command):
    """``SHELL [...]``."""

    __slots__ = ()


class Healthcheck(Command):
    """``HEALTHCHECK NONE`` or ``HEALTHCHECK [flags] CMD command``.

    ``kind`` is the Word NONE or CMD (None if absent); ``body``, ``body_span``, ``words`` and ``is_json`` are the
    command's, after CMD.
    """

    __slots__ = ("kind",)

    kind: Word | None

    def arguments(self) -> tuple[Node, ...]:
        return (self.kind, *self.words) if self.kind is not None else self.words


class Transfer(Instruction):
    """COPY and ADD."""

    __slots__ = ()

    @property
    def sources(self) -> tuple[Word, ...]:
        """The sources that are words (heredoc markers excluded)."""
        if not self.heredocs:
            return self.words[:-1]
        starts = {heredoc.marker.start for heredoc in self.heredocs}
        return tuple(word for word in self.words[:-1] if word.span.start not in starts)

    @property
    def dest(self) -> Word:
        """The destination."""
        return self.words[-1]


class Copy(Transfer):
    """``COPY``."""

    __slots__ = ()


class Add(Transfer):
    """``ADD``."""

    __slots__ = ()


class Pairs(Instruction):
    """ENV, LABEL and ARG. ``legacy`` for ``ENV key value`` (one pair without ``=``)."""

    __slots__ = ("legacy", "pairs")

    pairs: tuple[KeyValue, ...]
    legacy: bool

    def arguments(self) -> tuple[Node, ...]:
        return self.pairs


class Env(Pairs):
    """``ENV``."""

    __slots__ = ()


class Label(Pairs):
    """``LABEL``."""

    __slots__ = ()


class Arg(Pairs):
    """``ARG``."""

    __slots__ = ()


class Onbuild(Instruction):
    """``ONBUILD instruction``; ``inner`` is the parsed trigger (None where there is none)."""

    __slots__ = ("inner",)

    inner: Instruction | ErrorNode | None

    def children(self) -> tuple[Node, ...]:
        """The keyword and the trigger, which holds the heredocs."""
        parts: list[Node] = [self.keyword, *self.flags]
        if self.inner is not None:
            parts.append(self.inner)
        return _with_comments(parts, self.comments)


class Expose(Instruction):
    """``EXPOSE``; the words are the ports."""

    __slots__ = ()


class User(Instruction):
    """``USER``; ``words[0]`` is the user."""

    __slots__ = ()


class Workdir(Instruction):
    """``WORKDIR``; ``words[0]`` is the whole rest of the line."""

    __slots__ = ()


class Volume(Instruction):
    """``VOLUME``."""

    __slots__ = ()


class Stopsignal(Instruction):
    """``STOPSIGNAL``."""

    __slots__ = ()


class Maintainer(Instruction):
    """``MAINTAINER``; ``words[0]`` is the whole rest of the line."""

    __slots__ = ()


class ErrorNode(Instruction):
    """An instruction that BuildKit rejects. ``message`` says why, ``expected`` what would have been right.

    ``error_span`` is the guilty part. Rules skip these nodes and fixes never touch them, except rules about syntax.
    ``known`` tells whether the keyword is an instruction's. ``level`` is ``"parser"`` where BuildKit's parser gives up
    before it has read the rest of the file, ``"instruction"`` where the file parses and this instruction is refused.
    """

    __slots__ = ("error_span", "expected", "known", "level", "message")

    level: str
    message: str
    expected: str
    error_span: Span
    known: bool


class File(Node):
    """A whole Dockerfile.

    escape    the escape character.
    problems  what BuildKit refuses that belongs to no single instruction: (span, message, what was expected).
    """

    __slots__ = ("escape", "items", "problems", "source")

    def __init__(
        self,
        source: Source,
        items: tuple[Node, ...],
        escape: str,
        problems: tuple[tuple[Span, str, str], ...] = (),
    ) -> None:
        super().__init__(Span(0, len(source.text)))
        self.source = source
        self.items = items
        self.escape = escape
        self.problems = problems

    def children(self) -> tuple[Node, ...]:
        return self.items

    def text(self, node: Node) -> str:
        """The exact text of a node."""
        return self.source.text[node.span.start : node.span.end]

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """All top-level instructions that could be read (no error nodes)."""
        return tuple(i for i in self.items if isinstance(i, Instruction) and not isinstance(i, ErrorNode))

    @property
    def errors(self) -> tuple[ErrorNode, ...]:
        """The instructions that could not be read, triggers of ONBUILD included."""
        found = []
        for item in self.items:
            inner = item.inner if isinstance(item, Onbuild) else item
            if isinstance(inner, ErrorNode):
                found.append(inner)
        return tuple(found)

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The parser directives."""
        return tuple(i for i in self.items if isinstance(i, Directive))

    @property
    def comments(self) -> Iterator[Comment]:
        """Every comment, those inside instructions included, in file order."""
        for item in self.items:
            if isinstance(item, Comment):
                yield item
            elif isinstance(item, Instruction):
                yield from item.comments


def unparse(file: File) -> str:
    """The text of a tree, put together from its items."""
    return "".join([file.text(item) for item in file.items])
