"""Exit status: what a failure at one point of a script does to the whole, and what tests ask."""

from __future__ import annotations

from dflint.shell._ast import Compound, Pipe, Simple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.shell._ast import Item, Node
    from dflint.shell._body import Body
    from dflint.shell.nodes import Command, Loop
    from dflint.shell.words import Redirect, ShWord

TESTS = frozenset(
    ("[", "[[", "((", "test", "which", "type", "hash", "grep", "egrep", "fgrep", "getent", "id", "dpkg-query", "rpm",
     "pgrep", "cmp", "diff", "expr")
)  # fmt: skip
_BIN = ("/bin/", "/sbin/")
_FILETESTS = frozenset(("-x", "-f", "-e", "-s", "-h", "-L", "-r"))


class State:
    """Options of one shell process."""

    __slots__ = ("errexit", "pipefail")

    def __init__(self, errexit: bool, pipefail: bool) -> None:
        self.errexit = errexit
        self.pipefail = pipefail

    def copy(self) -> State:
        """The options of a child of the shell."""
        return State(self.errexit, self.pipefail)


class Place:
    """Where commands stand: what all commands of one level share.

    dead        nothing in here can fail the step. exit_fails: ``exit 1`` in here fails it.
    """

    __slots__ = (
        "background", "body", "dead", "exit_fails", "function", "loops", "outer", "redirects", "run_as", "state",
        "subshell", "substitution", "wrappers",
    )  # fmt: skip

    def __init__(self, state: State, body: Body) -> None:
        self.state = state
        self.body = body
        self.dead = False
        self.exit_fails = True
        self.function: str | None = None
        self.loops: tuple[Loop, ...] = ()
        self.subshell = False
        self.substitution = False
        self.background = False
        self.wrappers: tuple[ShWord, ...] = ()
        self.outer: Command | None = None
        self.run_as: str | None = None
        self.redirects: tuple[Redirect, ...] = ()

    def copy(self) -> Place:
        """A place with the same facts."""
        other = Place(self.state, self.body)
        for name in Place.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def child(self, matters: bool) -> Place:
        """A subshell whose failure matters or not."""
        other = self.copy()
        other.state = self.state.copy()
        other.subshell = True
        other.dead = self.dead or not matters
        other.exit_fails = matters
        return other

    def mark(self, command: Command, fate: Fate) -> None:
        """Give a command the facts of this place."""
        command.guarded = self.dead or not fate.fails(self.state)
        command.conditional = fate.conditional
        command.loops = self.loops
        command.function = self.function
        command.subshell = self.subshell
        command.substitution = self.substitution
        command.background = self.background
        command.wrappers = self.wrappers
        command.outer = self.outer
        command.run_as = self.run_as
        command.exact = self.body.exact


class Fate:
    """What a failure at one point does: ``matters``: its status decides the step's; ``ignored``: errexit is off here;
    ``conditional``: the point may not be reached in a build that succeeds."""

    __slots__ = ("conditional", "ignored", "matters")

    def __init__(self, matters: bool, ignored: bool, conditional: bool) -> None:
        self.matters = matters
        self.ignored = ignored
        self.conditional = conditional

    def fails(self, state: State) -> bool:
        """Whether a failure here fails the step."""
        return self.matters or (state.errexit and not self.ignored)


def fates(items: Sequence[Item], place: Place, fate: Fate) -> list[Fate]:
    """What a failure of each member of an and-or list does, from the last to the first."""
    size = len(items)
    # What a failure does that arrives at the operator before item ``at`` (beyond the last: at the list's end).
    arriving = Fate(fate.matters, True, fate.conditional)
    found: list[Fate] = [fate] * size
    for at in range(size - 1, -1, -1):
        last = at == size - 1
        found[at] = Fate(fate.matters, fate.ignored, fate.conditional) if last else Fate(
            arriving.matters, arriving.ignored, fate.conditional
        )  # fmt: skip
        if at and items[at].op == "||":
            outcome = _handler(items[at].node)
            if outcome == "exit":
                arriving = Fate(place.exit_fails, True, fate.conditional)
            elif outcome != "fail":
                arriving = Fate(False, True, fate.conditional)
            elif last:
                arriving = Fate(fate.matters, fate.ignored, fate.conditional)
    return found


def _handler(node: Node) -> str:
    """What the right side of ``||`` makes of a failure: ``exit`` and ``fail`` pass it on, "" does not."""
    if isinstance(node, Compound):
        if node.kind not in ("brace", "subshell") or not node.parts:
            return ""
        items = node.parts[0][1].items
        if not items or items[-1].op == "||" or node.parts[0][1].trailing == "&":
            return ""
        outcome = _handler(items[-1].node)
        return "fail" if outcome and node.kind == "subshell" else outcome
    if not isinstance(node, Simple) or not node.words:
        return ""
    name = node.words[0].value
    if name == "false":
        return "fail"
    if name not in ("exit", "return"):
        return ""
    if len(node.words) > 1:
        if not _fails(node.words[1]):
            return ""
    elif node.words[0].value == "return" and not node.words[1:]:
        return "fail"
    return "exit" if name == "exit" else "fail"


def _fails(status: ShWord) -> bool:
    """Whether the argument of ``exit`` is certainly not zero; ``$?`` is that of the command that failed."""
    if status.text in ("$?", '"$?"'):
        return True
    value = status.value
    return value is not None and value.isascii() and value.isdigit() and int(value) % 256 != 0


def is_test(node: Node) -> bool:
    """Whether a command asks a question, so that what follows ``&&`` depends on the answer."""
    if isinstance(node, Pipe):
        return node.negated or is_test(node.parts[-1])
    if not isinstance(node, Simple) or not node.words:
        return False
    values = [word.value for word in node.words[:3]]
    name = values[0]
    if name in ("command", "dpkg", "apk", "npm", "pip"):
        return len(values) > 1 and values[1] in ("-v", "-V", "-s", "-l", "info", "list", "ls", "show")
    return name in TESTS


def set_options(command: Command, state: State, conditional: bool) -> None:
    """Follow ``set -e``, ``set -o pipefail``, ``set +e``; what may not run switches nothing on."""
    values = command.values()
    at = 0
    while at < len(values):
        value = values[at]
        at += 1
        if value is None or len(value) < 2 or value[0] not in "-+" or value == "--":
            break
        on = value[0] == "-"
        names = ["errexit"] if "e" in value else []
        if "o" in value and at < len(values):
            names.append(values[at] or "")
            at += 1
        for name in names:
            if on and conditional:
                continue
            if name == "errexit":
                state.errexit = on
            elif name == "pipefail":
                state.pipefail = on


def probes(prog: str, command: Command) -> set[str]:
    """Names of the commands that a test looks for."""
    values = command.values()
    if prog == "command":
        if not command.has_flag("-v", "-V"):
            return set()
    elif prog in ("[", "[[", "test"):
        found = set()
        for at, value in enumerate(values[:-1]):
            path = values[at + 1]
            if value in _FILETESTS and path is not None and any(part in path for part in _BIN):
                found.add(path.rsplit("/", 1)[-1])
        return found
    elif prog not in ("which", "type", "hash"):
        return set()
    return {value.rsplit("/", 1)[-1] for value in values if value is not None and value and value[0] != "-"}
