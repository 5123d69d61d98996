"""Words and redirections of a command."""

from __future__ import annotations

from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal, TypeAlias

    PartKind: TypeAlias = Literal["text", "var", "other"]
    Lookup: TypeAlias = "Callable[[str], str | None]"


class Part:
    """A piece of a word.

    kind     ``text``: literal characters; ``var``: ``$x`` or ``${x...}``; ``other``: a substitution, arithmetic, a
             special parameter (``$1``, ``$?``): anything whose value cannot be told.
    text     literal text after quote removal, else the source.
    quoted   whether it stands in quotes (an unquoted variable is split into words).
    name     of a variable. operator: "" for a plain use, else ``:-``, ``-``, ``:+``, ``+``, ``:=``, ``=``, ``:?``,
             ``?``, ``length``, ``%``, ``%%``, ``#``, ``##``, ``/``, ``//``; "complex" where its value is never told.
    operand  what follows the operator; for ``/`` one part for the pattern and one for the replacement.
    """

    __slots__ = ("kind", "name", "operand", "operator", "quoted", "text")

    def __init__(
        self,
        kind: PartKind,
        text: str,
        quoted: bool,
        name: str = "",
        operator: str = "",
        operand: tuple[Part, ...] = (),
    ) -> None:
        self.kind: PartKind = kind
        self.text = text
        self.quoted = quoted
        self.name = name
        self.operator = operator
        self.operand = operand

    def __repr__(self) -> str:
        return f"Part({self.kind!r}, {self.text!r})"


class ShWord:
    """A word of a command.

    span       its place in the file; ``text`` is the file's text there, continuations included.
    value      what the command gets: the text after quote removal; None where it depends on an expansion (variables,
               substitutions, braces). A glob stays as written (``has_glob``), so does a leading ``~`` (``has_tilde``).
    parts      literal and variable pieces, see ``Part``.
    quoted     whether any of it stands in quotes or after a backslash.
    has_glob   unquoted ``*``, ``?`` or ``[``. has_brace: an unquoted ``{a,b}`` or ``{1..3}``.
    exact      False for words of an inner script (``sh -c "..."``) whose text is escaped in the file: the span then is
               that of the whole outer word, ``text`` is the inner text, and nothing may be edited.
    """

    __slots__ = ("_parts", "exact", "has_brace", "has_glob", "has_tilde", "quoted", "span", "text", "value")

    def __init__(
        self,
        span: Span,
        text: str,
        value: str | None,
        parts: tuple[Part, ...] | None = None,
        quoted: bool = False,
        has_glob: bool = False,
        has_brace: bool = False,
        exact: bool = True,
    ) -> None:
        self.span = span
        self.text = text
        self.value = value
        self._parts = parts
        self.quoted = quoted
        self.has_glob = has_glob
        self.has_brace = has_brace
        self.has_tilde = text[:1] == "~"
        self.exact = exact

    @property
    def parts(self) -> tuple[Part, ...]:
        """The pieces, in order."""
        if self._parts is None:
            return (Part("text", self.value or "", self.quoted),)
        return self._parts

    @property
    def literal(self) -> bool:
        """Whether the word is one text that stands in the file, so that it can be edited there."""
        return self.value is not None and self.exact

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables it uses, those in operands (``${x:-$y}``) included."""
        return tuple(_names(self._parts)) if self._parts is not None else ()

    def expand(self, lookup: Lookup) -> str | None:
        """Its text with variables replaced; None where something is not known.

        Args:
            lookup: value of a variable; "" for an unset one, None for one that is not known.

        Returns:
            The text before word splitting and globbing. Braces are not expanded: such a word has no text.
        """
        if self.value is not None or self.has_brace or self._parts is None:
            return self.value
        return _join(self._parts, lookup)

    def __repr__(self) -> str:
        return f"ShWord({self.text!r})"


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.kind == "var":
            yield part.name
            yield from _names(part.operand)


def _join(parts: tuple[Part, ...], lookup: Lookup) -> str | None:
    pieces = []
    for part in parts:
        if part.kind == "text":
            pieces.append(part.text)
            continue
        value = _variable(part, lookup) if part.kind == "var" else None
        if value is None:
            return None
        pieces.append(value)
    return "".join(pieces)


def _variable(part: Part, lookup: Lookup) -> str | None:
    """The value of a variable after its operator."""
    operator = part.operator
    if operator == "complex":
        return None
    value = lookup(part.name)
    if value is None or not operator:
        return value
    if operator == "length":
        return str(len(value))
    kind = operator[-1]
    if kind in "-=":
        if value:
            return value
        # ``${x-y}`` tells an unset variable from an empty one, which the lookup does not.
        operand = _join(part.operand, lookup)
        return operand if operator[0] == ":" or operand == "" else None
    if kind == "+":
        return _join(part.operand, lookup) if value else "" if operator[0] == ":" else None
    if kind == "?":
        return value or None
    return _pattern(value, part, lookup)


def _pattern(value: str, part: Part, lookup: Lookup) -> str | None:
    """A value after ``%``, ``#`` or ``/``; None for patterns beyond what ``*`` and ``?`` say."""
    operator = part.operator
    texts = [_join((operand,), lookup) for operand in part.operand]
    pattern = texts[0] if operator[0] == "/" and texts else "".join([text or "" for text in texts])
    if None in texts or pattern is None or "[" in pattern or "\\" in pattern:
        return None
    if any(operand.quoted and ("*" in operand.text or "?" in operand.text) for operand in part.operand):
        return None
    from dflint.syntax.patterns import replace, trim

    if operator[0] != "/":
        return trim(value, operator[1:] + pattern, operator[0])
    replacement = (texts[1] or "") if len(texts) > 1 else ""
    if not pattern or pattern[0] in "#%" or "$" in replacement or "&" in replacement:
        return None
    return replace(value, pattern, replacement, operator == "//")


class Redirect:
    """A redirection.

    op       ``>``, ``>>``, ``<``, ``>&``, ``<&``, ``&>``, ``&>>``, ``>|``, ``<>``, ``<<``, ``<<-``, ``<<<``.
    fd       the descriptor in front of it, None if there is none.
    target   the word after it; None for a here-document.
    heredoc  span of a here-document's body where it is known; expands: whether the shell expands that body.
    """

    __slots__ = ("expands", "fd", "heredoc", "op", "span", "target")

    def __init__(
        self,
        span: Span,
        op: str,
        fd: int | None,
        target: ShWord | None,
        heredoc: Span | None = None,
        expands: bool = False,
    ) -> None:
        self.span = span
        self.op = op
        self.fd = fd
        self.target = target
        self.heredoc = heredoc
        self.expands = expands

    @property
    def writes(self) -> bool:
        """Whether it writes to (or creates) the file ``target``."""
        return self.op in (">", ">>", "&>", "&>>", ">|", "<>") or (
            self.op == ">&" and self.target is not None and not (self.target.value or "-").strip("-").isdigit()
            and self.target.value not in ("-", None)
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Redirect({self.op!r}, {self.target!r})"
