"""From the structure of a script to its commands: who runs when, and whose failure matters."""

from __future__ import annotations

from dflint.shell._ast import Compound, Pipe, Simple
from dflint.shell._body import Body
from dflint.shell._facts import FLOW, TESTS, Fate, Place, State, fates, follow, handler, is_test, probes
from dflint.shell._word import make_word
from dflint.shell._wrappers import SHELLS, SU, WRAPPERS, shell_call, unwrap
from dflint.shell.nodes import Chain, ChainItem, Command
from dflint.shell.words import ShWord
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dflint.shell._ast import Item, Node, Seq


class Lowering:
    """Collects the commands and chains of a script.

    read    parses the text of an inner script; source: the file, for the bodies of here-documents.
    """

    __slots__ = ("chains", "commands", "functions", "probes", "read", "source")

    def __init__(self, read: Callable[[Body], Seq | None], source: str = "") -> None:
        self.read = read
        self.source = source
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
                where = place.child(fate.but(False, True))
                where.background = True
            matters = fate.matters and end == size and following != "&"
            self._and_or(items[at:end], where, fate.but(matters, fate.ignored), found)
            at = end
        body = place.body
        trailing = body.span(seq.trailing_start, seq.trailing_end) if seq.trailing else None
        self.chains[slot] = Chain(kind, tuple(found), seq.trailing, trailing, body.exact)

    def _and_or(self, items: Sequence[Item], place: Place, fate: Fate, found: list[ChainItem]) -> None:
        """Read commands joined by ``&&`` and ``||``."""
        size = len(items)
        owns = [fate] if size == 1 else fates(items, place, fate)
        commands = self.commands
        body = place.body
        tested = False
        for at, item in enumerate(items):
            own = owns[at]
            if at:
                if item.op == "||":
                    own.conditional, tested = True, False
                else:
                    own.conditional = fate.conditional or tested
            begun = len(commands)
            left = place.state.left
            self.node(item.node, place, own)
            if item.op == "||" and handler(item.node) == "exit":
                place.state.left = left
            if size > 1 and not tested and is_test(item.node) and (place.dead or not own.fails(place.state)):
                tested = True
            op_span = body.span(item.op_start, item.op_end) if item.op else None
            span = body.span(item.node.start, item.node.end)
            found.append(ChainItem(span, item.op, op_span, tuple(commands[begun:])))

    def node(self, node: Node, place: Place, fate: Fate) -> Command | None:
        """Read one operand; the command that it is, unless it is made of others."""
        if isinstance(node, Simple):
            return self.simple(node, place, fate)
        if isinstance(node, Pipe):
            self._pipe(node, place, fate)
        else:
            self._compound(node, place, fate)
        return None

    def _pipe(self, node: Pipe, place: Place, fate: Fate) -> None:
        parts = node.parts
        size = len(parts)
        fails = fate.fails(place.state) and not node.negated
        previous: Command | None = None
        for at, part in enumerate(parts):
            lives = fails and (at == size - 1 or place.state.pipefail)
            where = place
            if size > 1:
                own = fate.inner(place.state, lives)
                own.ignored = fate.ignored or not lives
                where = place.child(own)
            else:
                own = fate.but(False, True)
            command = self.node(part, where, own)
            if command is not None:
                command.pipe_index, command.pipe_len, command.pipe_from = at, size, previous
                command.negated = node.negated
            previous = command

    # -- compound commands ------------------------------------------------------------------------------------

    def _compound(self, node: Compound, place: Place, fate: Fate) -> None:
        for sub in node.subs:
            self._substitution(sub, place, fate, False)
        if node.redirects:
            place = place.copy()
            place.redirects = (*node.redirects, *place.redirects)
        kind = node.kind
        if kind == "subshell":
            own = fate.inner(place.state, fate.fails(place.state))
            self._parts(node, place.child(own), own, "subshell")
        elif kind == "brace":
            self._parts(node, place, fate, "brace")
        elif kind == "for":
            self._for(node, place, fate)
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

    def _for(self, node: Compound, place: Place, fate: Fate) -> None:
        words = node.words or []
        place = place.copy()
        place.loops = (*place.loops, (node.name, tuple(words)))
        runs = any(word.value is not None or word.has_brace for word in words)
        rounds = len(words) != 1 or words[0].value is None or words[0].has_glob
        own = Fate(fate.matters, fate.ignored, fate.conditional or not runs, fate.rounds or rounds)
        self._round(node, place, own)

    def _round(self, node: Compound, place: Place, fate: Fate) -> None:
        """The body of a loop, at whose end ``break`` and ``continue`` have had their effect."""
        skipped = place.state.skipped
        for role, seq in node.parts:
            if role == "body":
                self.seq(seq, place, fate, "body")
        place.state.skipped = skipped

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
            elif node.kind != "while":
                self.seq(seq, place, Fate(fate.matters, fate.ignored, True, fate.rounds), "body")
        if node.kind == "while":
            self._round(node, place, Fate(fate.matters, fate.ignored, True, True))

    def _substitution(self, seq: Seq, place: Place, fate: Fate, status: bool) -> None:
        """A script whose output is used; ``status`` if its exit status is the command's."""
        own = fate.inner(place.state, status and fate.fails(place.state))
        inside = place.child(own)
        inside.substitution = True
        # bash leaves errexit out of substitutions, dash does not: count only what both agree on.
        inside.state.errexit = False
        self.seq(seq, inside, own, "substitution")

    # -- simple commands --------------------------------------------------------------------------------------

    def simple(self, node: Simple, place: Place, fate: Fate) -> Command | None:
        """A simple command and the substitutions in its words; None if it is a script that was read instead."""
        words = node.words
        if node.subs:
            for at, sub in enumerate(node.subs):
                self._substitution(sub, place, fate, not words and at == len(node.subs) - 1)
        redirects = tuple(node.redirects)
        if place.redirects:
            redirects += place.redirects
        span = place.body.span(node.start, node.end)
        name = words[0] if words else None
        command = Command(span, tuple(node.assigns), name, tuple(words[1:]), redirects)
        place.mark(command, fate)
        if name is not None:
            command = self._bare(command, place, fate)
            prog = command.prog
            if prog in SHELLS or prog in SU or prog == "eval":
                if self._script(command, prog or "", place, fate):
                    return None
            elif prog in FLOW:
                follow(prog or "", command, place.state)
            elif prog in TESTS or prog == "command":
                self.probes.update(probes(prog, command))
        if "exec" in command.wrapper_names[len(place.wrappers) :]:
            place.state.left = True
        self.commands.append(command)
        return command

    def _bare(self, command: Command, place: Place, fate: Fate) -> Command:
        """The command without its wrappers."""
        prog = command.prog
        while prog in WRAPPERS:
            outer, words = command, command.words
            inner = unwrap(prog, words)
            if inner is None:
                break
            added = [_assignment(words[at], place.body) for at in inner.assigns]
            name = words[inner.at]
            span = Span(name.span.start, outer.span.end) if place.body.exact else outer.span
            command = Command(span, (*outer.assigns, *added), name, words[inner.at + 1 :], outer.redirects)
            place.mark(command, fate)
            command.wrappers = (*outer.wrappers, words[0])
            command.outer = outer.outer or outer
            command.run_as = inner.user or outer.run_as
            prog = command.prog
        return command

    def _script(self, command: Command, prog: str, place: Place, fate: Fate) -> bool:
        """Read the script of ``sh -c``, ``eval`` or ``sh <<EOF``; False if there is none that can be read."""
        if prog == "eval":
            inside = place.copy()
            inside.run_as = command.run_as
            return len(command.args) == 1 and self._inner(command, place.body.script_of(command.args[0]), inside, fate)
        call = shell_call(prog, command.words)
        if call.script is not None:
            body = place.body.script_of(command.words[call.script])
        elif call.stdin:
            body = self._input(command)
        else:
            return False
        own = fate.inner(place.state, fate.fails(place.state) and not place.dead)
        own.ignored = False
        own.conditional = command.conditional
        inside = place.child(own)
        inside.state = State(call.errexit, call.pipefail)
        inside.run_as = call.user or command.run_as
        return self._inner(command, body, inside, own)

    def _input(self, command: Command) -> Body | None:
        """The here-document that a shell reads as its script."""
        documents = [redirect for redirect in command.redirects if redirect.op in ("<<", "<<-") and not redirect.fd]
        where = documents[-1].heredoc if documents else None
        if where is None or not self.source:
            return None
        return Body(self.source[where.start : where.end], where.start, script=True)

    def _inner(self, command: Command, body: Body | None, place: Place, fate: Fate) -> bool:
        """Read an inner script."""
        if body is not None and body.script and "<<" in body.read:
            from dflint.shell._heredocs import mark_script

            mark_script(body)
        seq = self.read(body) if body is not None else None
        if body is None or seq is None:
            return False
        place.body = body
        place.wrappers = (*command.wrappers, command.words[0])
        place.outer = command.outer or command
        place.redirects = command.redirects
        self.seq(seq, place, fate, "inner")
        return True


def _assignment(word: ShWord, body: Body) -> tuple[str, ShWord | None]:
    """``X=value`` given as a word of env or sudo."""
    text = word.value if word.value is not None else word.text.lstrip("\"'")
    name, _, rest = text.partition("=")
    if word.value is not None and not rest:
        return name, None
    if body.identity and word.exact and word.text.startswith(name + "="):
        start = word.span.start - body.base
        return name, make_word(body, start + len(name) + 1, start + len(word.text))
    value = rest if word.value is not None else None
    return name, ShWord(word.span, rest, value, None if value is not None else (), word.quoted, exact=False)
