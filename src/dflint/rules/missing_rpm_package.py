"""Rule missing-rpm-package."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._packages import absence_of, absent, failing_installs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.knowledge.images import Image
    from dflint.model.packages import Install

# yum before dnf goes on without the names it does not find.
_LENIENT = {"centos": 8, "oraclelinux": 8, "rhel": 8, "amazonlinux": 2022}
_OPTIONS = ("--skip-broken", "--skip-unavailable", "--enablerepo", "--repo", "--repoid", "--installroot",
            "--releasever", "--setopt", "-c", "--config", "-r", "--from")  # fmt: skip


@rule("missing-rpm-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names in dnf, yum, microdnf and zypper installs that the stage's release certainly does not have."""
    for manager in ("dnf", "zypper"):
        for install in failing_installs(ctx, manager):
            image = install.step.stage.image
            if image is not None and _strict(image) and install.option(*_OPTIONS) is None:
                yield from _judge(ctx, install, image)


def _strict(image: Image) -> bool:
    """Whether one missing name fails the whole install on this release."""
    first = (image.release or "").split(".")[0]
    return first.isdigit() and int(first) >= _LENIENT.get(image.distro or "", 0)


def _judge(ctx: RuleContext, install: Install, image: Image) -> Iterator[Finding]:
    from dflint.model.pkgsources import added_source

    clean = False
    for spec in install.specs:
        if spec.local or spec.pattern or not spec.installs or not spec.name:
            continue
        fact = absence_of(ctx, image, spec.name)
        if fact is None:
            continue
        if not clean and added_source(install.step, install.command, install.manager) is not None:
            return
        clean = True
        yield absent(ctx, install, spec, fact)
