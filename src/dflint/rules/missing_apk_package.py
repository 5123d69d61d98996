"""Rule missing-apk-package."""

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

_ELSEWHERE = ("-X", "--repository", "--repositories-file", "-p", "--root")


@rule("missing-apk-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names in apk installs that the stage's Alpine release certainly does not have."""
    for install in failing_installs(ctx, "apk"):
        image = install.step.stage.image
        if image is not None and image.distro == "alpine" and install.option(*_ELSEWHERE) is None:
            yield from _judge(ctx, install, image)


def _judge(ctx: RuleContext, install: Install, image: Image) -> Iterator[Finding]:
    from dflint.model.pkgsources import added_source

    clean = False
    for spec in install.specs:
        if spec.local or spec.pattern or not spec.installs or spec.suite is not None or not spec.name:
            continue
        fact = absence_of(ctx, image, spec.name)
        if fact is None:
            continue
        if not clean and added_source(install.step, install.command, "apk") is not None:
            return
        clean = True
        yield absent(ctx, install, spec, fact)
