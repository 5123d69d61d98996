"""Whether apt asks before an install: it does as soon as packages come along that were not named.

Without an answer (a build step has no terminal and an empty input) it prints "Abort." and ends with status 1.
"""

from __future__ import annotations

from dflint.model.aptsources import apt_state
from dflint.model.weight import wants_recommends
from dflint.shell.nodes import Script
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.knowledge.debian import PackageIndex
    from dflint.model.packages import Install

#: Debian releases that tell what a package needs on an Ubuntu, and how many packages they must agree on at least.
_NEAR = ("bullseye", "bookworm")
_MANY = 5
_OTHER_WAYS = frozenset(("make", "dpkg", "gdebi"))


def uninvited(install: Install) -> tuple[str, ...]:
    """Packages that come along with an apt install without being named; () where that is not certain.

    On Ubuntu, whose packages dflint has no index of, the answer is what Debian's releases agree on, where that is much.
    """
    image = install.step.stage.image
    if image is None or install.verb.value != "install" or not _is_plain(install):
        return ()
    from dflint.knowledge import packages

    if image.distro == "debian" and image.closed and image.packages is not None:
        index = packages(image.release or "")
        return _extra(install, index, image.packages) if index is not None and index.closed else ()
    if image.name != "ubuntu":
        return ()
    found: set[str] | None = None
    for release in _NEAR:
        index = packages(release)
        extra = set(_extra(install, index, index.base_packages())) if index is not None else set()
        found = extra if found is None else found & extra
    return tuple(sorted(found)) if found is not None and len(found) >= _MANY else ()


def _is_plain(install: Install) -> bool:
    """Whether an install names packages only, is run for certain, and everything before it is understood."""
    command = install.command
    if command.guarded or command.conditional or command.substitution or "xargs" in command.wrapper_names:
        return False
    outer = command.outer
    if outer is not None and (outer.pipe_index > 0 or any(each.op.startswith("<") for each in outer.redirects)):
        return False
    state = apt_state(install.step, command)
    return _names_only(install) and state.foreign is None and not state.patterns


def _names_only(install: Install) -> bool:
    return (
        not install.unknown
        and install.target_suite is None
        and all(
            spec.installs and not (spec.local or spec.pattern or spec.version or spec.suite) for spec in install.specs
        )
    )


def _extra(install: Install, index: PackageIndex, base: frozenset[str]) -> tuple[str, ...]:
    from dflint.knowledge.solver import solve

    earlier = _installed_before(install)
    if earlier is None:
        return ()
    there = solve(index, earlier, base)
    names = [spec.name for spec in install.specs]
    if there is None or there.unknown or there.missing:
        return ()
    found = solve(index, names, {*base, *there.packages}, recommends=wants_recommends(install))
    if found is None or found.unknown or found.missing or found.conflicts or found.broken:
        return ()
    new = [package for package in found.packages if package not in names]
    # A virtual name stands for one of the new packages.
    return tuple(new) if len(new) > sum(name not in found.packages for name in names) else ()


def _installed_before(install: Install) -> list[str] | None:
    """The names that were installed before, None where something else may have installed packages."""
    names: list[str] = []
    for stage in install.step.stage.chain:
        for step in stage.steps:
            if not isinstance(step.node, Run) or step.trigger:
                continue
            script = step.script
            if not isinstance(script, Script) or script.has_errors:
                return None
            installs = {each.command: each for each in step.installs}
            for command in script.commands:
                if command is install.command:
                    return names
                other = installs.get(command)
                if (
                    command.prog is None
                    or command.prog in _OTHER_WAYS
                    or (other is not None and not _names_only(other))
                ):
                    return None
                if other is not None:
                    names += [spec.name for spec in other.specs]
    return names
