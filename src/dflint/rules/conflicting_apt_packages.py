"""Rule conflicting-apt-packages."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._packages import failing_installs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.knowledge.debian import PackageIndex
    from dflint.model.aptsources import AptState
    from dflint.model.packages import Install, PackageSpec


@rule("conflicting-apt-packages")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Pairs of names in one install that apt cannot solve."""
    for install in failing_installs(ctx, "apt"):
        image = install.step.stage.image
        if install.verb.value != "install" or len(install.specs) < 2 or install.target_suite is not None:
            continue
        if image is None or image.distro != "debian":
            continue
        from dflint.knowledge import packages
        from dflint.model.aptsources import apt_state

        index = packages(image.release or "")
        if index is None or not index.closed or not _settled(index, ctx.build.config.as_of):
            continue
        state = apt_state(install.step, install.command)
        if state.foreign is None and not state.foreign_suites(index.release):
            yield from _judge(ctx, install, index, state)


def _settled(index: PackageIndex, as_of: str | None) -> bool:
    """Whether the shipped index tells what the release had on a day."""
    from dflint.knowledge import release_info

    if as_of is None:
        return True
    info = release_info("debian", index.release)
    return info is not None and info.released is not None and info.released <= as_of


def _judge(ctx: RuleContext, install: Install, index: PackageIndex, state: AptState) -> Iterator[Finding]:
    from dflint.knowledge.debian import DEFAULT_COMPONENTS
    from dflint.knowledge.solver import conflicts

    by_name: dict[str, PackageSpec] = {}
    for spec in install.specs:
        plain = not (spec.local or spec.pattern or spec.version or spec.suite or spec.arch)
        if plain and spec.installs and spec.name and not state.may_have(spec.name):
            by_name.setdefault(spec.name, spec)
    components = DEFAULT_COMPONENTS | state.components
    for found in conflicts(index, by_name, index.base_packages(), components=components):
        if not found.second:
            continue
        direct = found.packages == (found.first, found.second)
        inner, outer = found.packages
        note = Note(f"{found.first} is named here", span=by_name[found.first].word.span)
        yield ctx.finding(
            by_name[found.second].word.span,
            "default" if direct else "needed",
            notes=[note],
            first=found.first,
            second=found.second,
            release=index.release,
            inner=inner,
            outer=outer,
        )
