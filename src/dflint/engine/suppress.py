"""Comments that suppress findings, in four dialects.

dflint    ``# dflint: ignore[a, DL3008] reason``, ``# dflint: stage-ignore[...]``, ``# dflint: file-ignore[...]``
hadolint  ``# hadolint ignore=A,B # why``, ``# hadolint global ignore=A``, ``# hadolint stage ignore=A``
BuildKit  ``# check=skip=A,B;error=true;experimental=C`` as a parser directive (whole file) or above an instruction
tally     ``# tally ignore=A,B;reason=why``, ``# tally global ignore=A``

All of them apply to the next instruction, blank lines and other comments between included; inside a continued
instruction, to the rest of it. Case and blanks around commas do not matter.
"""

from __future__ import annotations

from bisect import bisect_right

from dflint.catalog.aliases import GROUP, resolve
from dflint.syntax.nodes import Comment, Directive, From, Instruction
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from dflint.findings import Finding
    from dflint.syntax.nodes import File, Node

    Dialect = Literal["dflint", "hadolint", "buildkit", "tally"]
    Scope = Literal["file", "stage", "next"]


class Entry:
    """One code of a suppression.

    rules   the rules it means; None if it means none that dflint has.
    foreign True for a rule of the dialect's tool that dflint does not have.
    used    True once it suppressed a finding.
    """

    __slots__ = ("code", "foreign", "group", "rules", "span", "used")

    def __init__(self, code: str, span: Span) -> None:
        self.code = code
        self.span = span
        self.rules: tuple[str, ...] | None = None
        self.group = False
        self.foreign = False
        self.used = False


class Suppression:
    """One suppression comment.

    node     the comment or directive. entries: its codes. target: the part of the file it covers.
    error    the value of BuildKit's ``error=``; experimental: the rules its ``experimental=`` asks for.
    closed   offset after the last thing that belongs to the list of codes.
    """

    __slots__ = ("dialect", "entries", "error", "experimental", "node", "scope", "target")

    def __init__(self, dialect: Dialect, scope: Scope, node: Node) -> None:
        self.dialect: Dialect = dialect
        self.scope: Scope = scope
        self.node = node
        self.entries: list[Entry] = []
        self.error = False
        self.experimental: tuple[str, ...] = ()
        self.target = node.span

    def covers(self, finding: Finding) -> Entry | None:
        """The entry that suppresses a finding, None if there is none."""
        if self.scope != "file" and not self.target.start <= finding.span.start < self.target.end:
            return None
        for entry in self.entries:
            if entry.rules is not None and finding.rule in entry.rules:
                # "all" and group selectors of BuildKit mean its own checks, not everything dflint knows.
                if entry.group and self.dialect == "buildkit" and not _stands_for_buildkit(finding):
                    continue
                return entry
        return None


def _stands_for_buildkit(finding: Finding) -> bool:
    return any(alias.startswith("buildkit:") for alias in finding.aliases)


def find_suppressions(file: File) -> tuple[Suppression, ...]:
    """All suppression comments of a file, in file order."""
    found: list[Suppression] = []
    waiting: list[tuple[Suppression, int]] = []
    items = file.items
    for index, item in enumerate(items):
        if isinstance(item, Comment):
            suppression = _read(file, item)
            if suppression is not None:
                waiting.append((suppression, index))
                found.append(suppression)
        elif isinstance(item, Directive):
            if item.name == "check":
                suppression = _read(file, item)
                if suppression is not None:
                    suppression.scope = "file"
                    found.append(suppression)
        elif isinstance(item, Instruction):
            for suppression, place in waiting:
                _aim(suppression, items, place, item)
            waiting = []
            for comment in item.comments:
                suppression = _read(file, comment)
                if suppression is not None:
                    suppression.target = Span(comment.span.start, item.span.end)
                    if suppression.scope == "stage":
                        suppression.target = _stage_span(items, index, None)
                    found.append(suppression)
    for suppression, place in waiting:
        _aim(suppression, items, place, None)
    return tuple(found)


def _aim(suppression: Suppression, items: tuple[Node, ...], index: int, following: Instruction | None) -> None:
    """Set the part of the file that a comment at ``items[index]`` covers, given the instruction after it."""
    if suppression.scope == "stage":
        suppression.target = _stage_span(items, index, following)
    elif following is not None:
        suppression.target = following.span
    else:
        suppression.target = Span(suppression.node.span.end, suppression.node.span.end)


def _stage_span(items: tuple[Node, ...], index: int, following: Instruction | None) -> Span:
    """The stage that begins next, if a FROM comes next or none came before; else the stage around the place."""
    froms = [item.span.start for item in items if isinstance(item, From)]
    place = items[index].span.start
    earlier = [start for start in froms if start <= place]
    later = [start for start in froms if start > place]
    if later and (isinstance(following, From) or not earlier):
        start, rest = later[0], later[1:]
    else:
        start, rest = (earlier[-1] if earlier else place), later
    return Span(start, rest[0] if rest else items[-1].span.end)


def _read(file: File, node: Comment | Directive) -> Suppression | None:
    """The suppression that a comment holds, None if it is an ordinary comment."""
    text = file.source.text
    at = text.find("#", node.span.start, node.span.end) + 1
    end = node.span.end
    while at < end and text[at] in " \t":
        at += 1
    word = text[at : at + 8].lower()
    if word.startswith("dflint"):
        return _read_dflint(node, text, at + 6, end)
    if word == "hadolint":
        return _read_peer("hadolint", node, text, at + 8, end)
    if word.startswith("tally"):
        return _read_peer("tally", node, text, at + 5, end)
    if word.startswith("check"):
        return _read_check(node, text, at + 5, end)
    return None


def _skip(text: str, at: int, end: int, chars: str = " \t") -> int:
    while at < end and text[at] in chars:
        at += 1
    return at


def _read_dflint(node: Node, text: str, at: int, end: int) -> Suppression | None:
    at = _skip(text, at, end, " \t:")
    opening = text.find("[", at, end)
    kind = text[at : opening if opening >= 0 else end].strip().split(" ")[0].lower()
    scopes: dict[str, Scope] = {"ignore": "next", "stage-ignore": "stage", "file-ignore": "file"}
    scope = scopes.get(kind)
    if scope is None:
        return None
    suppression = Suppression("dflint", scope, node)
    if opening >= 0:
        closing = text.find("]", opening, end)
        _codes(suppression, text, opening + 1, closing if closing >= 0 else end)
    return suppression


def _read_peer(dialect: Dialect, node: Node, text: str, at: int, end: int) -> Suppression | None:
    at = _skip(text, at, end, " \t:")
    scope: Scope = "next"
    scopes: dict[str, Scope] = {"global": "file", "stage": "stage"}
    for word, named in scopes.items():
        if text[at : at + len(word)].lower() == word:
            scope = named
            at = _skip(text, at + len(word), end)
    if text[at : at + 6].lower() != "ignore":
        return None
    at = _skip(text, at + 6, end)
    if text[at : at + 1] != "=":
        return None
    suppression = Suppression(dialect, scope, node)
    _codes(suppression, text, at + 1, end)
    return suppression


def _read_check(node: Node, text: str, at: int, end: int) -> Suppression | None:
    at = _skip(text, at, end)
    if text[at : at + 1] != "=":
        return None
    suppression = Suppression("buildkit", "next", node)
    known = False
    at += 1
    while at < end:
        stop = text.find(";", at, end)
        stop = stop if stop >= 0 else end
        key, _, value = text[at:stop].partition("=")
        name = key.strip().lower()
        known = known or name in ("skip", "error", "experimental")
        if name == "skip":
            _codes(suppression, text, at + len(key) + 1, stop)
        elif name == "error":
            suppression.error = value.split()[:1] == ["true"]
        elif name == "experimental":
            for code in value.split()[0].split(",") if value.split() else ():
                found = resolve(code)
                if found is not None and found[1] > GROUP:
                    suppression.experimental += found[0]
        at = stop + 1
    return suppression if known else None


def _codes(suppression: Suppression, text: str, at: int, end: int) -> None:
    """Read a comma list; it ends at the first code that no comma follows (a reason may come then)."""
    while True:
        at = _skip(text, at, end)
        start = at
        while at < end and (text[at].isalnum() or text[at] in "-_/.:*"):
            at += 1
        code = text[start:at].rstrip(":.")
        if code:
            suppression.entries.append(_entry(suppression.dialect, code, Span(start, start + len(code))))
        at = _skip(text, at, end)
        if at >= end or text[at] != ",":
            return
        at += 1


def _entry(dialect: Dialect, code: str, span: Span) -> Entry:
    entry = Entry(code, span)
    found = resolve(code)
    if found is not None:
        entry.rules = found[0]
        entry.group = found[1] <= GROUP
    elif dialect != "dflint":
        from dflint.catalog.peers import is_peer_code

        entry.foreign = is_peer_code(code)
    return entry


def apply_suppressions(findings: Iterable[Finding], suppressions: tuple[Suppression, ...]) -> list[Finding]:
    """The findings that no suppression covers; the entries that covered one are marked as used."""
    everywhere = [suppression for suppression in suppressions if suppression.scope == "file"]
    stages = _Index([suppression for suppression in suppressions if suppression.scope == "stage"])
    nexts = _Index([suppression for suppression in suppressions if suppression.scope == "next"])
    kept = []
    for finding in findings:
        offset = finding.span.start
        covered = False
        for suppression in (*everywhere, *stages.at(offset), *nexts.at(offset)):
            entry = suppression.covers(finding)
            if entry is not None:
                entry.used = True
                covered = True
        if not covered:
            kept.append(finding)
    return kept


class _Index:
    """Suppressions by place. Targets of one scope are disjoint or end together, so the search can stop early."""

    __slots__ = ("_ordered", "_starts")

    def __init__(self, suppressions: list[Suppression]) -> None:
        self._ordered = sorted(suppressions, key=lambda suppression: suppression.target.start)
        self._starts = [suppression.target.start for suppression in self._ordered]

    def at(self, offset: int) -> Iterator[Suppression]:
        """Those whose target holds an offset."""
        for index in range(bisect_right(self._starts, offset) - 1, -1, -1):
            suppression = self._ordered[index]
            if suppression.target.end <= offset:
                return
            yield suppression
