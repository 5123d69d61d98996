"""What a shell runs: scripts, chains and commands, each with its place in the file."""

from __future__ import annotations

from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dflint.shell.words import Redirect, ShWord

    Loop: TypeAlias = "tuple[str, tuple[ShWord, ...]]"


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
        "outer", "pipe_from", "pipe_index", "pipe_len", "redirects", "run_as", "span", "subshell", "substitution",
        "wrappers",
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
