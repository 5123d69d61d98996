"""A fix that several rules offer: have a package installed before it is needed, in the list where it belongs."""

from __future__ import annotations

from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.engine import RuleContext
    from dflint.findings import Fix, Safety
    from dflint.model import Step
    from dflint.model.packages import Install, PackageSpec
    from dflint.shell import Command
    from dflint.syntax.nodes import Instruction
    from dflint.text import Edit

_OWN_RUN = {
    "apt": "RUN apt-get update \\\n && apt-get install -y --no-install-recommends {} \\\n"
    " && rm -rf /var/lib/apt/lists/*",
    "apk": "RUN apk add --no-cache {}",
    "dnf": "RUN dnf install -y {} && dnf clean all",
    "microdnf": "RUN microdnf install -y {} && microdnf clean all",
    "yum": "RUN yum install -y {} && yum clean all",
    "zypper": "RUN zypper --non-interactive install {} && zypper clean --all",
}
# Options that keep an install from installing, or tie its list to another purpose.
_OTHER_PURPOSE = ("-d", "--download-only", "-s", "--simulate", "--dry-run", "--print-uris", "-t", "--target-release",
                  "--default-release", "--virtual", "-X", "--repository", "--allow-untrusted", "--only-upgrade",
                  "--root", "-p", "--installroot", "--repo", "--repoid", "--enablerepo")  # fmt: skip


def install_package(
    ctx: RuleContext, step: Step, *packages: str, command: Command | None = None, safety: Safety = "safe"
) -> Fix | None:
    """A fix that installs packages so that they are there when ``step`` runs.

    The names join the nearest earlier list of the stage, in its layout and in order if the list is in order; without
    such a list they get a RUN of their own before the stage's first COPY or RUN.

    Args:
        step: the step that needs them; for CMD, ENTRYPOINT and HEALTHCHECK pass that instruction's step.
        packages: names that the stage's release has.
        command: the command of a RUN that needs them; lists after it do not count.

    Returns:
        None where there is no place for them: another package manager, no root, an ONBUILD trigger.
    """
    image = step.stage.image
    if image is None or image.manager is None or step.trigger or step.stage.is_scratch:
        return None
    title = "Install " + " and ".join(packages)
    family = "dnf" if image.manager in ("microdnf", "yum") else image.manager
    for install in _lists(step, command):
        if install.manager == family:
            edits = extend_list(ctx, install, packages)
            if edits:
                return ctx.fix(title, *edits, safety=safety)
    place = _place(step)
    text = _OWN_RUN.get(image.manager)
    if place is None or text is None:
        return None
    edit = ctx.edit.insert_instruction_before(place, text.format(" ".join(sorted(packages))))
    return ctx.fix(title, edit, safety=safety, changes=True)


def extend_list(ctx: RuleContext, install: Install, packages: Sequence[str]) -> tuple[Edit, ...]:
    """Edits that add packages to an install's list, at their places if the list is sorted, else at its end.

    Returns:
        () where the list cannot be edited or has all of them.
    """
    specs = [spec for spec in install.specs if spec.literal and spec.installs and not spec.local]
    if not specs or len(specs) != len({spec.word.span.start for spec in specs}):
        return ()
    names = [spec.name for spec in specs]
    ordered = len(names) > 1 and names == sorted(names)
    places: dict[int, list[str]] = {}
    for name in sorted(packages):
        if name not in names:
            places.setdefault(sum(other < name for other in names) if ordered else len(names), []).append(name)
    edits = [_insert(ctx, install, specs, at, new) for at, new in places.items()]
    return tuple(edit for edit in edits if edit is not None) if None not in edits else ()


def _insert(ctx: RuleContext, install: Install, specs: list[PackageSpec], at: int, names: list[str]) -> Edit | None:
    """Insert names before ``specs[at]``, or after the last one."""
    near = specs[max(at - 1, 0)]
    gap = _gap(ctx, install, near)
    if gap is None:
        insert = ctx.edit.insert_word_after if at > 0 else ctx.edit.insert_word_before
        return insert(near.word, *names)
    if at == 0:
        start = near.word.span.start
        return ctx.edit.replace(Span(start, start), "".join(name + gap for name in names))
    end = near.word.span.end
    return ctx.edit.replace(Span(end, end), "".join(gap + name for name in names))


def _gap(ctx: RuleContext, install: Install, spec: PackageSpec) -> str | None:
    """What separates a package of a list of one name per line from the word before; None for any other layout."""
    words = [word for word in install.command.args if word.span.end <= spec.word.span.start]
    if not words or not spec.word.exact or install.step.node.is_json:
        return None
    gap = ctx.edit.text[words[-1].span.end : spec.word.span.start]
    lines = gap.splitlines()
    return gap if len(lines) == 2 and lines[0].strip() == ctx.file.escape and not lines[1].strip() else None


def _lists(step: Step, command: Command | None) -> list[Install]:
    """The installs of the stage before a point, the nearest first, that certainly run and stay."""
    found: list[Install] = []
    for earlier in step.stage.steps[: step.index + 1]:
        if not isinstance(earlier.node, Run) or earlier.trigger:
            continue
        for install in earlier.installs:
            late = earlier is step and (command is None or install.command.span.start >= command.span.start)
            if not late and _usable(install):
                found.append(install)
    return found[::-1]


def _usable(install: Install) -> bool:
    command = install.command
    if command.guarded or command.conditional or command.loops or "xargs" in command.wrapper_names:
        return False
    return install.verb.value in ("install", "add", "in") and install.option(*_OTHER_PURPOSE) is None


def _place(step: Step) -> Instruction | None:
    """The instruction before which a RUN of its own can stand, None if root is not certain anywhere before."""
    steps = [each for each in step.stage.steps[: step.index + 1] if not each.trigger]
    rooted = [each for each in steps if is_root(each)]
    if not rooted:
        return None
    first = next((each for each in rooted if isinstance(each.node, Run | Transfer)), rooted[-1])
    # package sources that the stage sets up first have to be there already
    early = steps[: steps.index(rooted[-1])]
    if any("apt" in _target(each) or "/apk" in _target(each) or each.installs for each in early):
        first = rooted[-1]
    return first.node


def _target(step: Step) -> str:
    return step.node.dest.text if isinstance(step.node, Transfer) else ""


def is_root(step: Step) -> bool:
    """Whether a step certainly runs as root."""
    user = step.user
    return isinstance(user, Known) and user.text.partition(":")[0] in ("", "0", "root")
