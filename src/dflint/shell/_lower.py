"""From the structure of a script to its commands: who runs when, and whose failure matters."""

from __future__ import annotations

from dflint.shell._ast import Compound, Pipe, Simple
from dflint.shell._wrappers import SHELLS, WRAPPERS, shell_script, su_user, unwrap
from dflint.shell.nodes import Chain, ChainItem, Command, ShWord
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dflint.shell._ast import Item, Node, Seq
    from dflint.shell._body import Body
    from dflint.shell.nodes import Loop, Redirect

_TESTS = frozenset(
    ("[", "[[", "((", "test", "which", "type", "hash", "grep", "egrep", "fgrep", "getent", "id", "dpkg-query", "rpm",
     "pgrep", "cmp", "diff", "expr")
)  # fmt: skip
_BIN = ("/bin/", "/sbin/")
_FILE_TESTS = frozenset(("-x", "-f", "-e", "-s", "-h", "-L", "-r"))


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


class Lowering:
    """Collects the commands and chains of a script. ``read`` parses the text of an inner script."""

    __slots__ = ("chains", "commands", "functions", "probes", "read")

    def __init__(self, read: Callable[[Body], Seq | None]) -> None:
        self.read = read
        self.commands: list[Command] = []
        self.chains: list[Chain | None] = []
        self.functions: set[str] = set()
        self.probes: set[str] = set()

    # -- sequences --------------------------------------------------------------------------------------------

    def seq(self, seq: Seq, place: Place, fate: Fate, kind: str) -> None:
        """Read a flat level."""
        items = seq.items
        if not items:
            return
        slot = len(self.chains)
        self.chains.append(None)
        size = len(items)
        found: list[ChainItem] = []
        at = 0
        while at < size:
            end = at + 1
            while end < size and items[end].op in ("&&", "||"):
                end += 1
            following = items[end].op if end < size else seq.trailing
            where = place
            if following == "&":
                where = place.child(False)
                where.background = True
            matters = fate.matters and end == size and following != "&"
            self._and_or(items[at:end], where, Fate(matters, fate.ignored, fate.conditional), found)
            at = end
        body = place.body
        trailing = body.span(seq.trailing_start, seq.trailing_end) if seq.trailing else None
        self.chains[slot] = Chain(kind, tuple(found), seq.trailing, trailing, body.exact)

    def _and_or(self, items: Sequence[Item], place: Place, fate: Fate, found: list[ChainItem]) -> None:
        """Read commands joined by ``&&`` and ``||``."""
        size = len(items)
        fates = [fate] if size == 1 else _fates(items, place, fate)
        commands = self.commands
        body = place.body
        tested = False
        for at, item in enumerate(items):
            own = fates[at]
            if at:
                if item.op == "||":
                    own.conditional, tested = True, False
                else:
                    own.conditional = fate.conditional or tested
            begun = len(commands)
            self.node(item.node, place, own)
            if size > 1 and not tested and _is_test(item.node) and (place.dead or not own.fails(place.state)):
                tested = True
            op_span = body.span(item.op_start, item.op_end) if item.op else None
            span = body.span(item.node.start, item.node.end)
            found.append(ChainItem(span, item.op, op_span, tuple(commands[begun:])))

    def node(self, node: Node, place: Place, fate: Fate) -> None:
        """Read one operand."""
        if isinstance(node, Simple):
            self.simple(node, place, fate)
        elif isinstance(node, Pipe):
            self._pipe(node, place, fate)
        else:
            self._compound(node, place, fate)

    def _pipe(self, node: Pipe, place: Place, fate: Fate) -> None:
        parts = node.parts
        size = len(parts)
        fails = fate.fails(place.state) and not node.negated
        previous: Command | None = None
        for at, part in enumerate(parts):
            last = at == size - 1
            lives = fails and (last or place.state.pipefail)
            where = place
            own = Fate(lives, True, fate.conditional)
            if size > 1:
                where = place.child(lives)
                if lives:
                    own.ignored = fate.ignored
            elif not node.negated:
                own = fate
            begun = len(self.commands)
            self.node(part, where, own)
            made = self.commands[begun:]
            mine = made[-1] if made and isinstance(part, Simple) else None
            for command in made if isinstance(part, Simple) else ():
                if not command.substitution or place.substitution:
                    command.pipe_index, command.pipe_len, command.pipe_from = at, size, previous
                    command.negated = node.negated
            previous = mine

    # -- compound commands ------------------------------------------------------------------------------------

    def _compound(self, node: Compound, place: Place, fate: Fate) -> None:
        for sub in node.subs:
            self._substitution(sub, place, fate, False)
        if node.redirects:
            place = place.copy()
            place.redirects = (*node.redirects, *place.redirects)
        kind = node.kind
        if kind == "subshell":
            lives = fate.fails(place.state)
            inside = place.child(lives)
            self._parts(node, inside, Fate(lives, fate.ignored, fate.conditional), "subshell")
        elif kind == "brace":
            self._parts(node, place, fate, "brace")
        elif kind == "for":
            place = place.copy()
            place.loops = (*place.loops, (node.name, tuple(node.words or ())))
            runs = any(word.value is not None or word.has_brace for word in node.words or ())
            self._parts(node, place, Fate(fate.matters, fate.ignored, fate.conditional or not runs), "body")
        elif kind == "function":
            self.functions.add(node.name)
            inside = place.copy()
            inside.state = place.state.copy()
            inside.function = node.name
            inside.dead = False
            inside.exit_fails = True
            self._parts(node, inside, Fate(True, False, True), "body")
        else:
            self._branches(node, place, fate)

    def _parts(self, node: Compound, place: Place, fate: Fate, kind: str) -> None:
        for _, seq in node.parts:
            self.seq(seq, place, fate, kind)

    def _branches(self, node: Compound, place: Place, fate: Fate) -> None:
        """if, while, until and case."""
        sure = node.kind != "case"
        for role, seq in node.parts:
            if role == "cond":
                self.seq(seq, place, Fate(False, True, fate.conditional or not sure), "condition")
                sure = False
            else:
                self.seq(seq, place, Fate(fate.matters, fate.ignored, True), "body")

    def _substitution(self, seq: Seq, place: Place, fate: Fate, status: bool) -> None:
        """A script whose output is used; ``status`` if its exit status is the command's."""
        lives = status and fate.fails(place.state)
        inside = place.child(lives)
        inside.substitution = True
        # bash leaves errexit out of substitutions, dash does not: count only what both agree on.
        inside.state.errexit = False
        self.seq(seq, inside, Fate(lives, fate.ignored, fate.conditional), "substitution")

    # -- simple commands --------------------------------------------------------------------------------------

    def simple(self, node: Simple, place: Place, fate: Fate) -> None:
        """A simple command and the substitutions in its words."""
        words = node.words
        if node.subs:
            for at, sub in enumerate(node.subs):
                self._substitution(sub, place, fate, not words and at == len(node.subs) - 1)
        name = words[0] if words else None
        command = Command(
            place.body.span(node.start, node.end), tuple(node.assigns), name, tuple(words[1:]),
            (*node.redirects, *place.redirects) if place.redirects else tuple(node.redirects),
        )  # fmt: skip
        self._facts(command, place, fate)
        prog = command.prog
        if prog is None:
            self.commands.append(command)
            return
        if prog == "set":
            _set_options(command, place.state, fate.conditional)
        elif prog in _TESTS or prog == "command":
            self.probes.update(_probes(prog, command))
        if prog in WRAPPERS or prog in SHELLS or prog in ("su", "eval"):
            self._wrapped(command, prog, place, fate)
        else:
            self.commands.append(command)

    def _facts(self, command: Command, place: Place, fate: Fate) -> None:
        command.guarded = place.dead or not fate.fails(place.state)
        command.conditional = fate.conditional
        command.loops = place.loops
        command.function = place.function
        command.subshell = place.subshell
        command.substitution = place.substitution
        command.background = place.background
        command.wrappers = place.wrappers
        command.outer = place.outer
        command.run_as = place.run_as
        command.exact = place.body.exact

    def _wrapped(self, command: Command, prog: str, place: Place, fate: Fate) -> None:
        """A command that may run another: take the wrapper off as often as there is one."""
        while True:
            if (prog in SHELLS or prog in ("su", "runuser")) and self._script(command, prog, place, fate):
                return
            if prog == "eval" and self._eval(command, place, fate):
                return
            inner = unwrap(prog, command.words) if prog in WRAPPERS else None
            if inner is None:
                self.commands.append(command)
                return
            words = command.words
            outer = command
            added = [_assignment(words[at], place.body) for at in inner.assigns]
            name = words[inner.at]
            command = Command(
                _from(name, outer), (*outer.assigns, *added), name, words[inner.at + 1 :], outer.redirects
            )  # fmt: skip
            self._facts(command, place, fate)
            command.wrappers = (*outer.wrappers, words[0])
            command.outer = outer.outer or outer
            command.run_as = inner.user or outer.run_as
            next_prog = command.prog
            if next_prog is None:
                self.commands.append(command)
                return
            prog = next_prog
            if prog == "set" or prog in _TESTS or prog == "command":
                self.probes.update(_probes(prog, command))

    def _script(self, command: Command, prog: str, place: Place, fate: Fate) -> bool:
        """Read the script of ``sh -c``; False if there is none that can be read."""
        words = command.words
        call = shell_script(prog, words)
        if call is None:
            return False
        lives = fate.fails(place.state) and not place.dead
        inside = place.child(lives)
        inside.state = State(call.errexit, call.pipefail)
        inside.run_as = su_user(words, call.at) if prog in ("su", "runuser") else command.run_as
        return self._inner(command, words[call.at], inside, Fate(lives, False, fate.conditional))

    def _eval(self, command: Command, place: Place, fate: Fate) -> bool:
        if len(command.args) != 1:
            return False
        inside = place.copy()
        inside.run_as = command.run_as
        return self._inner(command, command.args[0], inside, fate)

    def _inner(self, command: Command, word: ShWord, place: Place, fate: Fate) -> bool:
        """Read the script that a word holds."""
        body = place.body.script_of(word)
        seq = self.read(body) if body is not None else None
        if body is None or seq is None:
            return False
        place.body = body
        place.wrappers = (*command.wrappers, command.words[0])
        place.outer = command.outer or command
        place.redirects = command.redirects
        self.seq(seq, place, fate, "inner")
        return True


def _fates(items: Sequence[Item], place: Place, fate: Fate) -> list[Fate]:
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


def _is_test(node: Node) -> bool:
    """Whether a command asks a question, so that what follows ``&&`` depends on the answer."""
    if isinstance(node, Pipe):
        return node.negated or _is_test(node.parts[-1])
    if not isinstance(node, Simple) or not node.words:
        return False
    values = [word.value for word in node.words[:3]]
    name = values[0]
    if name in ("command", "dpkg", "apk", "npm", "pip"):
        return len(values) > 1 and values[1] in ("-v", "-V", "-s", "-l", "info", "list", "ls", "show")
    return name in _TESTS


def _set_options(command: Command, state: State, conditional: bool) -> None:
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


def _probes(prog: str, command: Command) -> set[str]:
    """Names of the commands that a test looks for."""
    values = command.values()
    if prog == "command":
        if not command.has_flag("-v", "-V"):
            return set()
    elif prog in ("[", "[[", "test"):
        found = set()
        for at, value in enumerate(values[:-1]):
            path = values[at + 1]
            if value in _FILE_TESTS and path is not None and any(part in path for part in _BIN):
                found.add(path.rsplit("/", 1)[-1])
        return found
    elif prog not in ("which", "type", "hash"):
        return set()
    return {value.rsplit("/", 1)[-1] for value in values if value is not None and value and value[0] != "-"}


def _from(name: ShWord, outer: Command) -> Span:
    return name.span if not name.exact else Span(name.span.start, outer.span.end)


def _assignment(word: ShWord, body: Body) -> tuple[str, ShWord | None]:
    """``X=value`` given as a word of env or sudo."""
    from dflint.shell._word import make_word

    name, _, rest = word.text.partition("=")
    if not rest:
        return name, None
    if not body.identity or not word.exact:
        value = word.value.partition("=")[2] if word.value is not None else None
        return name, ShWord(word.span, rest, value, None if value is not None else (), exact=False)
    start = word.span.start - body.base
    return name, make_word(body, start + len(name) + 1, start + len(word.text))
