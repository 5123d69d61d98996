"""Edits that bring a workspace package into the final image, in the way that stage already copies things."""

from __future__ import annotations

from dflint.context.workspace.paths import relative
from dflint.edits.quoting import is_plain
from dflint.model.filesystem import absolute
from dflint.model.nodesite import Installed
from dflint.rules._workspace import after, unloadable
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace import Package
    from dflint.engine import RuleContext
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Unloadable
    from dflint.model.step import Step
    from dflint.text import Edit

_ROUNDS = 4


def image_edits(
    ctx: RuleContext, needs: Needs, changed: Needs, edits: Sequence[Edit], packages: Sequence[Package]
) -> list[Edit] | None:
    """What the final stage must copy besides, once ``edits`` are made, so that the program finds ``packages``.

    changed  the analysis with the edits. Returns no edits where nothing is missing, None where it cannot be repaired.
    """
    wanted = {package.dir for package in packages}
    groups: dict[int, tuple[Step, list[str]]] = {}
    state = changed
    for _ in range(_ROUNDS):
        lines = 0
        for each in unloadable(state):
            if each.member is None or each.reason != "uncopied" or not (wanted & _chain(each)):
                continue
            found = member_copies(needs, state, each)
            if found is None:
                return None
            step, texts = found
            group = groups.setdefault(step.index, (step, []))[1]
            fresh = [text for text in texts if text not in group]
            group += fresh
            lines += len(fresh)
        if not lines:
            break
        more = _insertions(ctx, groups)
        again = after(needs, [*edits, *more]) if more is not None else None
        if again is None:
            return None
        state = again
    return _insertions(ctx, groups)


def _chain(each: Unloadable) -> set[str]:
    """The member and the package that imports it: a repaired member may need further ones."""
    return {each.member.dir if each.member is not None else "", each.importer.dir}


def _insertions(ctx: RuleContext, groups: dict[int, tuple[Step, list[str]]]) -> list[Edit] | None:
    found: list[Edit] = []
    for step, texts in groups.values():
        edit = ctx.edit.insert_instruction_after(step.node, *texts)
        if edit is None:
            return None
        found.append(edit)
    return found


def member_copies(needs: Needs, state: Needs, each: Unloadable) -> tuple[Step, list[str]] | None:
    """COPY instructions that bring a member's manifest, output and modules from the stage that has them.

    The first value is the step of the original file after which they belong.
    """
    assert each.source is not None and each.member is not None
    stage, folder = each.source
    name = stage.name or str(stage.index)
    final = needs.node.build.final
    anchor = _anchor(needs, name) if final is not None and final.name != stage.name else None
    if anchor is None or not isinstance(anchor.node, Copy):
        return None
    view = state.node.fs.after(state.node.build.stages[stage.index])
    there = state.node.fs.after(state.node.build.final) if state.node.build.final is not None else view
    parts = []
    modules = view.find(f"{folder}/node_modules/.modules.yaml")
    installed = modules.by
    isolated = (
        isinstance(installed, Installed)
        and installed.package is each.member
        and installed.site.workspace.settings.linker == "isolated"
    )
    if isolated and any(kind == "dependencies" for kind, _ in each.member.specs.values()):
        parts.append("node_modules")
    if there.has(f"{each.place}/package.json") is False:
        parts.append("package.json")
    output = relative(each.entry, each.member.dir).partition("/")[0]
    parts.append(output)
    flags = [_flag_text(needs, flag) for flag in anchor.node.flags if flag.name not in ("from", "exclude", "parents")]
    lines = []
    for part in parts:
        dest = _destination(anchor, f"{each.place}/{part}")
        source = f"{folder}/{part}"
        if not is_plain(source) or not is_plain(dest) or not is_plain(name):
            return None
        lines.append(" ".join(["COPY", f"--from={name}", *flags, source, dest]))
    return anchor, lines


def _flag_text(needs: Needs, flag: object) -> str:
    return needs.node.build.file.text(flag)  # type: ignore[arg-type]


def _anchor(needs: Needs, name: str) -> Step | None:
    """The COPY of the final stage behind which more belongs: that of node_modules, else the last from a stage.

    One from the stage ``name`` is preferred.
    """
    final = needs.node.build.final
    ranked: list[tuple[int, int, Step]] = []
    for step in final.steps if final is not None else ():
        flag = step.node.flag("from") if isinstance(step.node, Copy) and not step.trigger else None
        if flag is None or not isinstance(step.node, Copy) or not step.node.words:
            continue
        reference = step.expand(flag.value or "")
        same = isinstance(reference, Known) and reference.text.lower() == name.lower()
        modules = step.node.dest.text.rstrip("/").endswith("node_modules")
        # The first COPY of modules, the last of the others.
        ranked.append((2 * same + modules, -step.index if modules else step.index, step))
    return max(ranked, key=lambda item: item[:2])[2] if ranked else None


def _destination(anchor: Step, path: str) -> str:
    """A destination written as the neighbour writes its own: relative to the working directory, or absolute."""
    node = anchor.node
    workdir = anchor.workdir
    if isinstance(node, Copy) and isinstance(workdir, Known) and not node.dest.text.startswith("/"):
        prefix = (absolute(workdir, Known(".")) or "/").rstrip("/") + "/"
        if path.startswith(prefix):
            return "./" + path[len(prefix) :]
    return path
