"""The values of the shell layer: scripts, chains, commands, redirections and words, each with its place in the file."""

from __future__ import annotations

from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal, TypeAlias

    PartKind: TypeAlias = Literal["text", "var", "other"]
    Lookup: TypeAlias = "Callable[[str], str | None]"
    Loop: TypeAlias = "tuple[str, tuple[ShWord, ...]]"


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


class Command:
    """A simple command, with wrappers (``sudo``, ``env``, ``sh -c``...) taken off.

    span            from its first assignment or its name to the end of its last word or redirection.
    assigns         ``X=1`` in front of it (``env X=1`` and ``sudo X=1`` too), as (name, word or None for an empty
                    value). A command without name only assigns, in the shell itself.
    name, args      its words; name is None for a bare assignment or redirection.
    redirects       its redirections and those of the groups it stands in alone.
    wrappers        the names of the commands that were taken off, outermost first; ``wrapper_names`` their base names.
    outer           the command as written, wrapper included; None if there is no wrapper.
    run_as          user that ``sudo -u``, ``gosu``, ``su-exec``, ``su``... switch to; None if nothing switches, "?" if
                    it is not known.
    pipe_index, pipe_len   its place in its pipeline; pipe_from: the command whose output it reads (None if compound).
    negated         under ``!``.
    guarded         its failure does not fail the step: left of ``||``, in a condition, before ``;`` or a new line
                    without ``set -e``, before ``|`` without pipefail, in the background, in an argument's ``$(...)``.
    conditional     it may not run in a build that succeeds: right of ``||``, after a test whose failure is no matter,
                    in a branch, in a loop that may have no round, in a function.
    loops           for-loops around it, outermost first: (variable, words).
    function        name of the function whose body it stands in.
    subshell        in ``( )``, a pipeline, a substitution or the background: ``cd`` and assignments do not last.
    substitution    inside ``$(...)``, backquotes or ``<(...)``.
    background      started with ``&``.
    exact           False if spans are those of an escaped outer word: nothing may be edited; see ``ShWord.exact``.
    """

    __slots__ = (
        "args", "assigns", "background", "conditional", "exact", "function", "guarded", "loops", "name", "negated",
        "outer", "pipe_from", "pipe_index", "pipe_len", "redirects", "run_as", "span", "subshell", "substitution", "wrappers",
    )  # fmt: skip

    def __init__(
        self,
        span: Span,
        assigns: tuple[tuple[str, ShWord | None], ...],
        name: ShWord | None,
        args: tuple[ShWord, ...],
        redirects: tuple[Redirect, ...],
    ) -> None:
        self.span = span
        self.assigns = assigns
        self.name = name
        self.args = args
        self.redirects = redirects
        self.wrappers: tuple[ShWord, ...] = ()
        self.outer: Command | None = None
        self.run_as: str | None = None
        self.pipe_index = 0
        self.pipe_len = 1
        self.pipe_from: Command | None = None
        self.negated = False
        self.guarded = False
        self.conditional = False
        self.loops: tuple[Loop, ...] = ()
        self.function: str | None = None
        self.subshell = False
        self.substitution = False
        self.background = False
        self.exact = True

    @property
    def prog(self) -> str | None:
        """Base name of the program; None if it is not known."""
        name = self.name
        if name is None or name.value is None:
            return None
        value = name.value
        return value.rsplit("/", 1)[-1] if "/" in value else value

    @property
    def words(self) -> tuple[ShWord, ...]:
        """Name and arguments."""
        return self.args if self.name is None else (self.name, *self.args)

    @property
    def wrapper_names(self) -> tuple[str, ...]:
        """Base names of the wrappers, outermost first."""
        return tuple((word.value or "").rsplit("/", 1)[-1] for word in self.wrappers)

    @property
    def exit_matters(self) -> bool:
        """Whether its failure fails the step."""
        return not self.guarded

    def values(self) -> list[str | None]:
        """The values of the arguments, None where they are not known."""
        return [word.value for word in self.args]

    @property
    def flags(self) -> tuple[ShWord, ...]:
        """The arguments that start with ``-``, up to ``--``."""
        found = []
        for word in self.args:
            value = word.value if word.value is not None else word.text
            if value == "--":
                break
            if len(value) > 1 and value[0] == "-":
                found.append(word)
        return tuple(found)

    def flag(self, *names: str) -> ShWord | None:
        """The first argument that is one of these flags.

        ``--name`` also matches ``--name=value``; ``-x`` also matches within a bundle of short flags (``-qy``).
        """
        for word in self.flags:
            value = word.value if word.value is not None else word.text
            if value in names or value.partition("=")[0] in names:
                return word
            if value[1] != "-" and any(len(name) == 2 and name[1] in value[1:] and name[1] != "-" for name in names):
                return word
        return None

    def has_flag(self, *names: str) -> bool:
        """Whether one of these flags is given; see ``flag``."""
        return self.flag(*names) is not None

    def operands(self, *with_value: str) -> tuple[ShWord, ...]:
        """The arguments that are no flags.

        Args:
            with_value: flags that take the next argument as their value (``-t``, ``--target``).
        """
        found = []
        skip = False
        plain = False
        for word in self.args:
            value = word.value if word.value is not None else word.text
            if skip:
                skip = False
            elif plain or len(value) < 2 or value[0] != "-":
                found.append(word)
            elif value == "--":
                plain = True
            else:
                skip = value in with_value
        return tuple(found)

    def __repr__(self) -> str:
        words = [f"{name}={word.text if word is not None else ''}" for name, word in self.assigns]
        return f"Command({' '.join([*words, *[word.text for word in self.words]])!r})"


class ChainItem:
    """One member of a chain: a pipeline or compound command with its redirections.

    span      its place. op: the operator before it: "" for the first, ``&&``, ``||``, ``;``, ``&`` or a newline;
    op_span   that operator's place (None for the first).
    commands  the commands inside it (wrappers taken off), in order of execution.
    """

    __slots__ = ("commands", "op", "op_span", "span")

    def __init__(self, span: Span, op: str, op_span: Span | None, commands: tuple[Command, ...]) -> None:
        self.span = span
        self.op = op
        self.op_span = op_span
        self.commands = commands

    def __repr__(self) -> str:
        return f"ChainItem({self.op!r}, {self.commands!r})"


class Chain:
    """One flat level of a script: commands joined by ``&&``, ``||``, ``;``, ``&`` and newlines.

    kind      ``top``, ``subshell``, ``brace``, ``body`` (a branch, loop or function body), ``condition``,
              ``substitution``; ``inner`` for the script of ``sh -c``.
    span      from the first item to the end of the last one, without a trailing operator.
    items     the members. trailing: place of an operator after the last item (``; }``); trailing_op: that operator.
    exact     False if the spans are not exact: no edits.
    """

    __slots__ = ("exact", "items", "kind", "trailing", "trailing_op")

    def __init__(
        self,
        kind: str,
        items: tuple[ChainItem, ...],
        trailing_op: str = "",
        trailing: Span | None = None,
        exact: bool = True,
    ) -> None:
        self.kind = kind
        self.items = items
        self.trailing_op = trailing_op
        self.trailing = trailing
        self.exact = exact

    @property
    def span(self) -> Span:
        """From the first to the last item."""
        return Span(self.items[0].span.start, self.items[-1].span.end)

    def index(self, command: Command) -> int | None:
        """Which item a command stands in; None if in none."""
        for at, item in enumerate(self.items):
            if any(other is command or other.outer is command for other in item.commands):
                return at
        return None

    def removal(self, index: int) -> Span | None:
        """The range to delete so that item ``index`` is gone with one operator and the layout around it.

        What stays runs under the same conditions: ``a && b; c`` becomes ``a; c``, ``a; b && c`` becomes ``a; c``. The
        range may hold comment lines. None where that cannot be: the only item, or an item beside ``||`` or ``&``.
        """
        items = self.items
        item = items[index]
        after = items[index + 1] if index + 1 < len(items) else None
        next_op = self.trailing_op if after is None else after.op
        if item.op in ("||", "&") or next_op in ("||", "&") or len(items) == 1:
            return None
        if after is not None and (index == 0 or (item.op != "&&" and next_op == "&&")):
            return Span(item.span.start, after.span.start)
        return Span(items[index - 1].span.end, item.span.end)

    def __repr__(self) -> str:
        return f"Chain({self.kind!r}, {self.items!r})"


class Script:
    """What a shell runs.

    span        the text that was read.
    commands    every simple command in order of execution; those inside substitutions come before the command that
                uses them.
    chains      every flat level, the top level first.
    functions   names of the functions it defines.
    probes      names of the commands that it tests for (``command -v x``, ``which x``, ``[ -x /usr/bin/x ]``).
    dialect     ``sh`` or ``bash``.
    errexit, pipefail   whether ``set -e`` / ``pipefail`` is in force at the end of the top level.
    has_errors  True if part of it could not be read: the commands there are left out, all others are ``guarded`` and
                ``conditional``, and there are no chains.
    """

    __slots__ = (
        "chains", "commands", "dialect", "errexit", "functions", "has_errors", "pipefail", "probes", "span",
    )  # fmt: skip

    def __init__(
        self,
        span: Span,
        commands: tuple[Command, ...],
        chains: tuple[Chain, ...],
        functions: frozenset[str],
        probes: frozenset[str],
        dialect: str,
        errexit: bool,
        pipefail: bool,
        has_errors: bool = False,
    ) -> None:
        self.span = span
        self.commands = commands
        self.chains = chains
        self.functions = functions
        self.probes = probes
        self.dialect = dialect
        self.errexit = errexit
        self.pipefail = pipefail
        self.has_errors = has_errors

    @property
    def top(self) -> Chain | None:
        """The top level; None for an empty script."""
        return self.chains[0] if self.chains and self.chains[0].kind == "top" else None

    def chain_of(self, command: Command) -> Chain | None:
        """The innermost chain in which a command stands."""
        found = None
        for chain in self.chains:
            if chain.index(command) is not None and (found is None or found.span.contains(chain.span)):
                found = chain
        return found

    def __repr__(self) -> str:
        return f"Script({list(self.commands)!r})"


class Opaque:
    """A text that is not read: another shell's, another language's."""

    __slots__ = ("span", "why")

    has_errors = False

    def __init__(self, span: Span, why: str) -> None:
        self.span = span
        self.why = why

    def __repr__(self) -> str:
        return f"Opaque({self.why!r})"
