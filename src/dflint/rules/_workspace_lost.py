"""Repairs for modules that the final image lacks."""

from __future__ import annotations

from dflint.context.workspace.paths import below, relative
from dflint.edits.quoting import is_plain
from dflint.model.filesystem import absolute
from dflint.rules._workspace import after, unloadable
from dflint.rules._workspace_image import image_edits
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.engine import RuleContext
    from dflint.findings import Fix
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Unloadable
    from dflint.model.step import Step
    from dflint.text import Edit


def repair(ctx: RuleContext, needs: Needs, each: Unloadable) -> Fix | None:
    """The repair that holds on the model, or None."""
    if each.reason == "uncopied":
        assert each.member is not None
        edits = image_edits(ctx, needs, needs, [], [each.member])
        title = f"Copy {each.member.label} into the image"
    else:
        edits = _layout(ctx, needs, each)
        title = f"Keep {each.importer.label} and its modules at their places in the workspace"
    if not edits:
        return None
    changed = after(needs, edits)
    if changed is None or any(other.name == each.name for other in unloadable(changed)):
        return None
    return ctx.fix(title, *edits, changes=True, group="workspace")


def _layout(ctx: RuleContext, needs: Needs, each: Unloadable) -> list[Edit] | None:
    """Bring the program's modules to their place in the workspace; move the program there and start it there if it
    lies elsewhere."""
    modules, program = each.modules, each.program
    own = _program_copy(needs, each)
    start = program.step
    if modules is None or own is None or each.importer is not program.package or start.trigger:
        return None
    first, second = _source(modules), _source(own)
    place = absolute(modules.workdir, modules.expand(modules.node.words[-1].text))
    if first is None or second is None or place is None or not first.endswith("/node_modules"):
        return None
    root, home = first.removesuffix("/node_modules"), place.removesuffix("/node_modules")
    inner = relative(program.package.dir, program.workspace.root)
    if not place.endswith("/node_modules") or not below(second.lstrip("/"), f"{root}/{inner}".lstrip("/")):
        return None
    written = _written(own, root)
    if written is None or not second.startswith(f"{root}/{inner}/"):
        return None
    depth = inner.count("/") + 1
    folder = "/".join(written.split("/")[:depth])
    edits: list[Edit | None] = [
        ctx.edit.insert_instruction_after(modules.node, _modules_line(ctx, modules, root, home, folder)),
    ]
    if not below(program.file.lstrip("/"), f"{home}/{inner}".lstrip("/")):
        edits += [
            _move(ctx, own, home, written),
            ctx.edit.insert_instruction_before(start.node, f"WORKDIR {home}/{folder}"),
        ]
    done = [edit for edit in edits if edit is not None]
    if len(done) != len(edits):
        return None
    changed = after(needs, done)
    if changed is None:
        return None
    members = list(program.workspace.closure([program.package]))
    more = image_edits(ctx, needs, changed, done, members)
    if more is None:
        return None
    return _joined(done, more)


def _joined(edits: list[Edit], more: list[Edit]) -> list[Edit]:
    """Insertions at the same place as one edit each, in order."""
    from dflint.text import Edit

    found = list(edits)
    for edit in more:
        for at, other in enumerate(found):
            if other.span == edit.span:
                found[at] = Edit(other.span, other.text + edit.text)
                break
        else:
            found.append(edit)
    return found


def _program_copy(needs: Needs, each: Unloadable) -> Step | None:
    """The COPY of the final stage that brings the program, if it is one source from another stage."""
    final = needs.node.build.final
    if final is None:
        return None
    step = needs.node.fs.after(final).bringer(each.program.file)
    node = step.node if step is not None else None
    if step is None or not isinstance(node, Copy) or len(node.sources) != 1 or step.stage is not final:
        return None
    flag = node.flag("from")
    other = each.modules.node.flag("from") if each.modules is not None else None
    return step if flag is not None and other is not None and flag.value == other.value else None


def _source(step: Step) -> str | None:
    """The absolute source of a COPY with one source."""
    node = step.node
    if not isinstance(node, Copy) or len(node.sources) != 1:
        return None
    value = step.expand(node.sources[0].text)
    return absolute(Known("/"), value)


def _written(step: Step, root: str) -> str | None:
    """The source of a COPY below the workspace's root, as it is written (with its variables)."""
    node = step.node
    assert isinstance(node, Copy)
    text = node.sources[0].text
    prefix = root.rstrip("/") + "/"
    text = "/" + text.lstrip("/")
    return text[len(prefix) :].rstrip("/") if text.startswith(prefix) else None


def _modules_line(ctx: RuleContext, modules: Step, root: str, home: str, folder: str) -> str:
    node = modules.node
    assert isinstance(node, Copy)
    flags = [ctx.file.text(flag) for flag in node.flags]
    relative_dest = not node.dest.text.startswith("/") and isinstance(modules.workdir, Known)
    start = (
        "./" if relative_dest and isinstance(modules.workdir, Known) and modules.workdir.text == home else f"{home}/"
    )
    return " ".join(["COPY", *flags, f"{root}/{folder}/node_modules", f"{start}{folder}/node_modules"])


def _move(ctx: RuleContext, own: Step, home: str, written: str) -> Edit | None:
    """Give the program's COPY its destination in the workspace."""
    node = own.node
    assert isinstance(node, Copy)
    dest = node.dest
    into = dest.text.endswith("/") or dest.text == "."
    target = written.rpartition("/")[0] + "/" if into and "." in written.rpartition("/")[2] else written
    workdir = own.workdir
    start = (
        "./" if isinstance(workdir, Known) and workdir.text == home and not dest.text.startswith("/") else f"{home}/"
    )
    if not is_plain(start):
        return None
    return ctx.edit.replace(dest.span, start + target)
