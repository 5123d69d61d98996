"""YAML to a small tree that knows its lines. No input makes it slow or deep.

Aliases share nodes and are never copied, so an alias bomb stays as small as its text; nesting and size are limited.
"""

from __future__ import annotations

from dflint.context.spec import ContextError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

MAX_DEPTH = 100
MAX_EVENTS = 100_000
_MAX_MERGES = 100  # nested, and _MAX_KEYS in one mapping: far more than anybody writes
_MAX_KEYS = 500


class Scalar:
    """A scalar: ``text`` after unquoting; ``plain`` if it stood without quotes."""

    __slots__ = ("line", "plain", "tag", "text")

    def __init__(self, text: str, line: int, plain: bool, tag: str | None) -> None:
        self.text = text
        self.line = line
        self.plain = plain
        self.tag = tag

    def string(self) -> str | None:
        """What Compose makes of it where it wants a string: None for null; numbers lose trailing zeros.

        Source: Compose reads YAML 1.2 types first and prints them again, so ``1.10`` is ``1.1`` and ``yes`` a word.
        """
        if not self.plain or self.tag == "!!str":
            return self.text
        if self.text in ("", "~", "null", "Null", "NULL"):
            return None
        if self.text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return self.text.lower()
        return _number(self.text) or self.text

    def is_date(self) -> bool:
        """Whether it is a plain date, which some versions of Compose print in another form."""
        parts = self.text[:10].split("-")
        return self.plain and [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts)


class Seq:
    """A sequence."""

    __slots__ = ("items", "line", "tag")

    def __init__(self, line: int, tag: str | None) -> None:
        self.items: list[Node] = []
        self.line = line
        self.tag = tag


class Map:
    """A mapping. ``pairs`` as written; ``entries`` with merge keys (``<<``) resolved."""

    __slots__ = ("_entries", "line", "pairs", "tag")

    def __init__(self, line: int, tag: str | None) -> None:
        self.pairs: list[tuple[Scalar, Node]] = []
        self.line = line
        self.tag = tag
        self._entries: dict[str, tuple[int, Node]] | None = None

    def entries(self, depth: int = 0) -> dict[str, tuple[int, Node]]:
        """Key to (line of the key, value), in order; own keys win over merged ones, the first merged one wins."""
        if self._entries is None:
            self._entries = {}  # what a mapping that merges itself sees
            found = {key.text: (key.line, node) for key, node in self.pairs if not _is_merge(key)}
            for source in self._merged() if depth < _MAX_MERGES else ():
                for name, entry in source.entries(depth + 1).items():
                    if len(found) < _MAX_KEYS or name in found:
                        found.setdefault(name, entry)
            self._entries = found
        return self._entries

    def _merged(self) -> tuple[Map, ...]:
        """The mappings that are merged in, each once."""
        values = [node for key, node in self.pairs if _is_merge(key)]
        sources = [each for node in values for each in (node.items if isinstance(node, Seq) else [node])]
        return tuple({id(each): each for each in sources if isinstance(each, Map)}.values())

    def get(self, name: str) -> Node | None:
        """The value of a key; None if it is not there."""
        entry = self.entries().get(name)
        return None if entry is None else entry[1]

    def duplicates(self) -> Iterator[Scalar]:
        """Keys that are written twice, which Compose refuses."""
        seen = set()
        for key, _ in self.pairs:
            if key.text in seen and not _is_merge(key):
                yield key
            seen.add(key.text)


if TYPE_CHECKING:
    Node: TypeAlias = Scalar | Seq | Map


def _is_merge(key: Scalar) -> bool:
    return key.plain and key.text == "<<"


def _number(text: str) -> str | None:
    """How a plain number is printed again; None if it is no number."""
    digits = text.replace("_", "")
    body = digits[1:] if digits[:1] in "+-" else digits
    if not body[:1].isdigit() and not (body[:1] == "." and body[1:2].isdigit()):
        return None
    try:
        if body.isdigit():
            sign = "-" if digits.startswith("-") else ""
            octal = len(body) > 1 and body.startswith("0") and not set(body) & {"8", "9"}
            return sign + str(int(body, 8 if octal else 10)) if len(body) < 19 else None
        if body[:2] in ("0x", "0o", "0b"):
            return str(int(digits, 0))
        if set(body) <= set("0123456789.eE+-") and len(body) < 25:
            value = float(digits)
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    except (ValueError, OverflowError):
        return None
    return None


def parse_yaml(data: bytes, path: str) -> list[Node]:
    """The documents of a YAML file. Raises ContextError for what is not YAML, too deep or too large."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(path)
    try:
        for event in yaml.parse(data, Loader=loader):
            builder.feed(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        raise ContextError(f"is not valid YAML: {problem}", path, mark.line + 1 if mark else None) from None
    except (ValueError, RecursionError) as error:
        raise ContextError(f"is not valid YAML: {error}", path) from None
    return builder.documents


class _Builder:
    """Puts nodes together from parser events, without recursion."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.documents: list[Node] = []
        self.anchors: dict[str, Node] = {}
        self.stack: list[tuple[Seq | Map, list[Scalar | None]]] = []  # open collections, each with its pending key
        self.count = 0

    def feed(self, event: object) -> None:
        kind = type(event).__name__
        self.count += 1
        line: int = getattr(event, "start_mark").line + 1  # noqa: B009  # the events are untyped
        if self.count > MAX_EVENTS or len(self.stack) > MAX_DEPTH:
            raise ContextError("is nested too deeply or too large for a build description", self.path, line)
        tag = _short_tag(getattr(event, "tag", None))
        anchor = getattr(event, "anchor", None)
        node: Node | None = None
        if kind == "ScalarEvent":
            plain = getattr(event, "style", None) in (None, "")
            node = Scalar(getattr(event, "value", ""), line, plain, tag)
        elif kind == "AliasEvent":
            node = self.anchors.get(anchor or "")
            if node is None:
                raise ContextError(f"uses the alias *{anchor}, which is not defined before", self.path, line)
            anchor = None
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            node = Map(line, tag) if kind == "MappingStartEvent" else Seq(line, tag)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.stack.pop()
        elif kind == "DocumentStartEvent":
            self.anchors = {}
        if node is not None:
            if anchor:
                self.anchors[anchor] = node
            self._place(node)
            if kind.endswith("StartEvent") and not isinstance(node, Scalar):
                self.stack.append((node, []))

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.documents.append(node)
            return
        above, pending = self.stack[-1]
        if isinstance(above, Seq):
            above.items.append(node)
        elif not pending:
            pending.append(node if isinstance(node, Scalar) else None)  # a key that is no scalar is passed over
        else:
            key = pending.pop()
            if key is not None:
                above.pairs.append((key, node))


def _short_tag(tag: str | None) -> str | None:
    return None if tag is None else tag.replace("tag:yaml.org,2002:", "!!")
