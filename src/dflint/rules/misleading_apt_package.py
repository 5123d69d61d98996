"""Rule misleading-apt-package."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.aptsources import apt_state
from dflint.rules._packages import TITLES, origin, replace
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.engine import RuleContext
    from dflint.findings import Finding

_UBUNTU = ("xenial", "bionic", "focal", "jammy")
_SNAPS = ("focal", "groovy", "hirsute", "impish", "jammy", "kinetic", "lunar", "mantic", "noble", "oracular", "plucky",
          "questing", "resolute")  # fmt: skip
# Name -> (releases, what it is, what to do, the package that is meant or "").
_TRAPS = {
    "yarn": (
        ("bullseye", "bookworm", "focal", "jammy"),
        "installs cmdtest, whose command yarn is not the JavaScript package manager",
        "use corepack enable, or npm install --global yarn",
        "",
    ),
    "docker": (
        ("bullseye", "bookworm", *_UBUNTU),
        "is an old dock for window managers and has no command docker",
        "Docker is in docker.io",
        "docker.io",
    ),
    "chromium-browser": (
        _SNAPS,
        "is empty and asks for snapd, which does not run in a container",
        "use Google's repository, Playwright's browsers or a Debian image",
        "",
    ),
    "firefox": (
        _SNAPS[4:],
        "is empty and asks for snapd, which does not run in a container",
        "use Mozilla's repository, Playwright's browsers or a Debian image",
        "",
    ),
}  # fmt: skip


@rule("misleading-apt-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Packages that are not what their name says."""
    for step in ctx.steps(Run):
        for install in step.installs:
            image = step.stage.image
            if install.manager != "apt" or install.verb.value != "install" or image is None:
                continue
            for spec in install.specs:
                trap = _TRAPS.get(spec.name)
                if trap is None or image.release not in trap[0] or not spec.installs or spec.local or spec.version:
                    continue
                state = apt_state(step, install.command)
                if state.may_have(spec.name) or state.foreign_suites(image.release or ""):
                    continue
                system = f"{TITLES.get(image.distro or '', '')} {image.release}"
                fix = replace(ctx, spec, trap[3], "unsafe")
                notes = list(origin(install, spec))
                words: dict[str, Any] = {"name": spec.name, "system": system, "what": trap[1], "instead": trap[2]}
                yield ctx.finding(spec.word.span, fixes=[fix], notes=notes, **words)
