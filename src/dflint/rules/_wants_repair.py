"""The repair for files that a command reads and nothing copies: a COPY in the file's own style.

In order: a bind mount beside those of the same RUN, a line like the one that copies the same file of a neighbour
(in their order), one more source of a COPY into the same folder, a line of its own. The result is tried on the model.
"""

from __future__ import annotations

from dflint.edits.quoting import is_plain
from dflint.model.filesystem import absolute
from dflint.model.ops import source_path
from dflint.rules._common import rebuilt
from dflint.rules._wants import wants_of
from dflint.rules._wants_style import like, mount_like
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Copy
from dflint.text import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.engine import RuleContext
    from dflint.findings import Fix
    from dflint.model.step import Step
    from dflint.model.wants import Want
    from dflint.rules._wants import Shortage
    from dflint.syntax.nodes import Word

_ROUNDS = 4
# More lines than this are not a repair: another way to copy is (a glob, --parents, a pruned context).
_MOST = 30


class Repair:
    """A fix, and the COPY beside which or in which the first file is copied (None: there is no such neighbour)."""

    __slots__ = ("anchor", "fix")

    def __init__(self, fix: Fix, anchor: Step | None) -> None:
        self.fix = fix
        self.anchor = anchor


def repair(ctx: RuleContext, shortage: Shortage) -> Repair | None:
    """The repair that holds on the model; None if there is none.

    A manifest that is there now may ask for more: that is copied, too.
    """
    wants = list(shortage.wants)
    for _ in range(_ROUNDS):
        if len(wants) > _MOST:
            return None
        plan = _Plan(ctx, shortage)
        edits = plan.edits() if all(plan.add(want) for want in wants) else None
        left = _left(ctx, edits, wants) if edits is not None else None
        if edits is None or left is None:
            return None
        if not left:
            fix = ctx.fix(_title(shortage.wants), edits, changes=plan.inserts, group="workspace")
            return Repair(fix, plan.anchor) if fix is not None else None
        wants += left
    return None


def _title(wants: Sequence[Want]) -> str:
    paths = [want.path for want in wants]
    return f"Copy {paths[0]}" if len(paths) == 1 else f"Copy {paths[0]} and {len(paths) - 1} more"


def _left(ctx: RuleContext, edits: Sequence[Edit], wants: Sequence[Want]) -> list[Want] | None:
    """What is missing after the edits and was not before; None if one of the files still is, or it cannot be copied."""
    changed = rebuilt(ctx.build, edits)
    if changed is None:
        return None
    after = list(wants_of(changed))
    before = {_key(want) for want in wants_of(ctx.build)}
    wanted = {_key(want) for want in wants}
    new = {_key(want): want for want in after if _key(want) not in before}
    if any(_key(want) in wanted for want in after) or any(want.state != "uncopied" for want in new.values()):
        return None
    return list(new.values())


def _key(want: Want) -> tuple[str, str, str, int]:
    return want.kind, want.path, want.place, want.step.stage.index


class _Plan:
    """The changes that bring one file after the other.

    inserts  whether instructions are inserted. anchor: the neighbour of the first file.
    """

    def __init__(self, ctx: RuleContext, shortage: Shortage) -> None:
        self.ctx = ctx
        self.step = shortage.step
        self.inserts = False
        self.anchor: Step | None = None
        self._copies = list(_copies(shortage.step))
        self._lines: dict[tuple[int, bool], tuple[Step, list[str]]] = {}
        self._words: dict[int, tuple[Word, list[str]]] = {}
        self._flags: list[str] = []

    def add(self, want: Want) -> bool:
        """Plan for one file; False if it cannot be written."""
        if not is_plain(want.path) or not is_plain(want.place):
            return False
        if self._mount(want) or self._beside(want) or self._into(want):
            return True
        return self._alone(want)

    def edits(self) -> list[Edit] | None:
        """All edits; None if one of them is not possible."""
        edit = self.ctx.edit
        found: list[Edit | None] = [edit.insert_flag(self.step.node, flag) for flag in self._flags]
        for word, texts in self._words.values():
            found.append(edit.insert_word_after(word, *texts))
        for (_, after), (step, lines) in self._lines.items():
            insert = edit.insert_instruction_after if after else edit.insert_instruction_before
            found.append(insert(step.node, *lines))
        if None in found:
            return None
        return _joined([each for each in found if each is not None])

    def _line(self, step: Step, line: str, *, after: bool) -> None:
        lines = self._lines.setdefault((step.node.span.start, after), (step, []))[1]
        if line not in lines:
            lines.append(line)
        self.inserts = True

    def _target(self, anchor: Step, place: str) -> str:
        """A destination as the neighbour writes its own: absolute, or from the working directory with or without ./"""
        node, workdir = anchor.node, anchor.workdir
        written = node.dest.text if isinstance(node, Copy) else ""
        prefix = workdir.text.rstrip("/") + "/" if isinstance(workdir, Known) else "/"
        if prefix == "/" or not place.startswith(prefix) or written.startswith("/"):
            return place
        return ("./" if not written or written.startswith(".") else "") + place[len(prefix) :]

    def _is_dir(self, want: Want) -> bool:
        context = self.ctx.context
        return context is not None and context.is_dir(want.path)

    def _near(self, step: Step) -> None:
        if self.anchor is None and step.stage is self.step.stage:
            self.anchor = step

    def _mount(self, want: Want) -> bool:
        """One more bind mount, if the command gets such files by mounts."""
        for flag in self.step.node.flags:
            text = mount_like(self.ctx.file.text(flag), flag, self.step, want)
            if text is not None and is_plain(text):
                self._flags.append(text)
                return True
        return False

    def _beside(self, want: Want) -> bool:
        """A line of its own among lines that copy the same of neighbours."""
        found = [(step, line) for step in self._copies if (line := like(self.ctx.file, step, want)) is not None]
        if not found:
            return False
        paths = [_path(step) for step, _ in found]
        if paths == sorted(paths):
            at = sum(path < want.path for path in paths)
            step, line = found[max(at - 1, 0)]
            self._line(step, line, after=at > 0)
        else:
            common = [_common(path, want.path) for path in paths]
            at = len(common) - 1 - common[::-1].index(max(common))
            step, line = found[at]
            self._line(step, line, after=True)
        self._near(step)
        return True

    def _into(self, want: Want) -> bool:
        """One more source of a COPY into the same folder."""
        if self._is_dir(want):
            return False
        ranked: list[tuple[int, int, Step, Word]] = []
        for step in self._copies:
            node = step.node
            assert isinstance(node, Copy)
            folder = node.dest.text.endswith("/") or node.dest.text in (".", "./") or len(node.sources) > 1
            if not folder or absolute(step.workdir, step.expand(node.dest.text)) != _folder(want.place):
                continue
            beside = [word for word in node.sources if _folder(source_path(word.text)) == _folder(want.path)]
            if beside and not any(word.text.strip("./") == "" for word in node.sources):
                ranked.append((len(beside), -step.index, step, beside[-1]))
        if not ranked:
            return False
        _, _, step, word = max(ranked, key=lambda item: item[:2])
        text = ("./" if word.text.startswith("./") else "") + want.path
        self._words.setdefault(word.span.start, (word, []))[1].append(text)
        self._near(step)
        return True

    def _alone(self, want: Want) -> bool:
        """A line behind the last COPY, or in front of the command where there is none."""
        copies = self._copies
        anchor = copies[-1] if copies else self.step
        target = self._target(anchor, want.place)
        if not self._is_dir(want):
            target = target.rpartition("/")[0] + "/"
        flags = [self.ctx.file.text(flag) for flag in anchor.node.flags] if copies else []
        self._line(anchor, " ".join(["COPY", *flags, want.path, target]), after=bool(copies))
        if copies:
            self._near(anchor)
        return True


def _copies(step: Step) -> Iterator[Step]:
    """The COPY instructions from the context that may get a neighbour: those of the stage before a step, first those
    of the stages below."""
    for stage in step.stage.chain:
        for each in stage.steps if stage is not step.stage else stage.steps[: step.index]:
            node = each.node
            if (
                isinstance(node, Copy)
                and not each.trigger
                and node.words
                and not node.heredocs
                and node.sources
                and not any(flag.name in ("from", "parents", "exclude") for flag in node.flags)
            ):
                yield each


def _path(step: Step) -> str:
    node = step.node
    assert isinstance(node, Copy)
    return source_path(node.sources[0].text)


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or ("/" if path.startswith("/") else "")


def _common(first: str, second: str) -> int:
    """How many folders two paths have in common."""
    count = 0
    for one, other in zip(first.split("/"), second.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def _joined(edits: Sequence[Edit]) -> list[Edit]:
    """Insertions at the same place as one edit, in order."""
    places: dict[Span, Edit] = {}
    for edit in edits:
        old = places.get(edit.span)
        places[edit.span] = Edit(edit.span, old.text + edit.text) if old is not None else edit
    return list(places.values())
