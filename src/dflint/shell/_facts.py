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
# Built-in commands that change how the shell goes on.
FLOW = frozenset(("set", "exit", "break", "continue"))
_BIN = ("/bin/", "/sbin/")
_FILETESTS = frozenset(("-x", "-f", "-e", "-s", "-h", "-L", "-r"))


class State:
    """What changes while one shell process runs.

    errexit, pipefail   options. left: it may have ended with success; skipped: the rest of a round may be skipped.
    """

    __slots__ = ("errexit", "left", "pipefail", "skipped")

    def __init__(self, errexit: bool, pipefail: bool) -> None:
        self.errexit = errexit
        self.pipefail = pipefail
        self.left = False
        self.skipped = False

    def copy(self) -> State:
        """The state of a child of the shell."""
        child = State(self.errexit, self.pipefail)
        child.left, child.skipped = self.left, self.skipped
        return child


class Place:
    """Where commands stand: what all commands of one level share.

    dead        nothing in here can fail the step. exit_fails: ``exit 1`` in here fails it, with exit_rounds only if it
                is the last round of a loop that does so.
    """

    __slots__ = (
        "background", "body", "dead", "exit_fails", "exit_rounds", "function", "loops", "outer", "redirects", "run_as",
        "state", "subshell", "substitution", "wrappers",
    )  # fmt: skip

    def __init__(self, state: State, body: Body) -> None:
        self.state = state
        self.body = body
        self.dead = False
        self.exit_fails = True
        self.exit_rounds = False
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

    def child(self, fate: Fate) -> Place:
        """A subshell whose failure has this fate."""
        other = self.copy()
        other.state = self.state.copy()
        other.subshell = True
        other.dead = self.dead or not fate.matters
        other.exit_fails = fate.matters
        other.exit_rounds = fate.rounds
        return other

    def mark(self, command: Command, fate: Fate) -> None:
        """Give a command the facts of this place."""
        state = self.state
        command.guarded = self.dead or not fate.fails(state)
        if fate.rounds and not command.guarded and not fate.stops(state):
            # The failure for one word of a loop is forgotten in the next round.
            command.guarded = any(word.value is None or word.has_glob for word in command.words)
        command.conditional = fate.conditional or state.left or state.skipped
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
    """What a failure at one point does.

    matters      its status decides the step's. ignored: errexit is off here.
    conditional  the point may not be reached in a build that succeeds.
    rounds       it stands in a loop of several rounds, of which only the last one's status matters.
    """

    __slots__ = ("conditional", "ignored", "matters", "rounds")

    def __init__(self, matters: bool, ignored: bool, conditional: bool, rounds: bool = False) -> None:
        self.matters = matters
        self.ignored = ignored
        self.conditional = conditional
        self.rounds = rounds

    def stops(self, state: State) -> bool:
        """Whether a failure here ends the shell by errexit."""
        return state.errexit and not self.ignored

    def fails(self, state: State) -> bool:
        """Whether a failure here fails the step."""
        return self.matters or self.stops(state)

    def but(self, matters: bool, ignored: bool) -> Fate:
        """The same place with another outcome."""
        return Fate(matters, ignored, self.conditional, self.rounds)

    def inner(self, state: State, lives: bool) -> Fate:
        """The fate of what a child process of the shell runs."""
        return Fate(lives, self.ignored, self.conditional, self.rounds and not self.stops(state))


def fates(items: Sequence[Item], place: Place, fate: Fate) -> list[Fate]:
    """What a failure of each member of an and-or list does, from the last to the first."""
    size = len(items)
    # What a failure does that arrives at the operator before item ``at`` (beyond the last: at the list's end).
    arriving = fate.but(fate.matters, True)
    found: list[Fate] = [fate] * size
    for at in range(size - 1, -1, -1):
        last = at == size - 1
        source = fate if last else arriving
        found[at] = Fate(source.matters, source.ignored, fate.conditional, source.rounds)
        if at and items[at].op == "||":
            outcome = handler(items[at].node)
            if outcome == "exit":
                arriving = Fate(place.exit_fails, True, fate.conditional, place.exit_rounds)
            elif outcome != "fail":
                arriving = fate.but(False, True)
            elif last:
                arriving = fate
    return found


def handler(node: Node) -> str:
    """What the right side of ``||`` makes of a failure: ``exit`` and ``fail`` pass it on, "" does not."""
    if isinstance(node, Compound):
        if node.kind not in ("brace", "subshell") or not node.parts:
            return ""
        items = node.parts[0][1].items
        if not items or items[-1].op == "||" or node.parts[0][1].trailing == "&":
            return ""
        outcome = handler(items[-1].node)
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


def follow(prog: str, command: Command, state: State) -> None:
    """Follow what a built-in command does to the shell itself."""
    if prog == "set":
        _set_options(command, state)
    elif prog == "exit":
        state.left = state.left or not command.args or not _fails(command.args[0])
    else:
        state.skipped = True


def _set_options(command: Command, state: State) -> None:
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
            if on and command.conditional:
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
