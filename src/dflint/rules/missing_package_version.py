"""Rule missing-package-version."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.aptsources import apt_state
from dflint.rules._packages import TITLES, failing_installs, origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.packages import Install, PackageSpec


@rule("missing-package-version")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Pinned versions that the release does not offer, and pins that the next update breaks."""
    for install in failing_installs(ctx, "apt"):
        image = install.step.stage.image
        pinned = [spec for spec in install.specs if spec.version and not spec.pattern and not spec.local]
        if pinned and image is not None and image.distro == "debian" and install.verb.value == "install":
            yield from _debian(ctx, install, image.release or "", pinned)
    for install in failing_installs(ctx, "apk"):
        image = install.step.stage.image
        for spec in install.specs:
            exact = spec.version is not None and spec.version[0] == "=" and "-r" in spec.version
            if exact and spec.suite is None and image is not None and image.distro == "alpine":
                yield _alpine(ctx, install, spec, image.release or "")


def _debian(ctx: RuleContext, install: Install, release: str, pinned: list[PackageSpec]) -> Iterator[Finding]:
    from dflint.knowledge import packages
    from dflint.rules._packages import on_mirror

    index = packages(release)
    state = apt_state(install.step, install.command)
    image = install.step.stage.image
    if index is None or not index.closed or ctx.build.config.as_of is not None or image is None:
        return
    if state.foreign_suites(release):
        return
    for spec in pinned:
        fact = index.lookup(spec.name)
        if fact is None or not fact.versions or state.may_have(spec.name) or on_mirror(ctx, image, spec.name):
            continue
        offered = [version.text for version in fact.versions if version.pocket != "backports" or state.backports]
        if offered and not any(_same(spec.version or "", text) for text in offered):
            date = " ".join(index.date.split()[1:4])
            words: dict[str, Any] = {
                "name": spec.name,
                "version": spec.version,
                "system": f"Debian {release}",
                "date": date,
            }
            notes = list(origin(install, spec))
            yield ctx.finding(spec.word.span, notes=notes, offered=", ".join(offered[:3]), **words)


def _same(pin: str, offered: str) -> bool:
    """Whether a pin may take an offered version: only their upstream parts are compared, as revisions come and go."""
    from fnmatch import fnmatchcase

    if "*" in pin:
        return fnmatchcase(offered, pin) or fnmatchcase(_upstream(offered), _upstream(pin))
    return _upstream(pin) == _upstream(offered)


def _upstream(version: str) -> str:
    """``1:2.3-4`` as ``1:2.3``."""
    head, dash, _ = version.rpartition("-")
    return head if dash else version


def _alpine(ctx: RuleContext, install: Install, spec: PackageSpec, release: str) -> Finding:
    version = (spec.version or "")[1:]
    system = f"{TITLES['alpine']} {release}"
    upstream = version.rpartition("-r")[0]
    fuzzy = f"{spec.name}~={upstream}"
    fix = None
    if spec.literal and spec.text == f"{spec.name}={version}":
        fix = ctx.fix(f"Write {fuzzy}", ctx.edit.replace_word(spec.word, fuzzy), safety="unsafe")
    words: dict[str, Any] = {"name": spec.name, "version": version, "system": system, "fuzzy": fuzzy}
    return ctx.finding(spec.word.span, "exact", fixes=[fix], notes=list(origin(install, spec)), **words)
