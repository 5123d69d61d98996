"""Rule archived-release."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.knowledge.images import Image
    from dflint.model.ownsources import Need
    from dflint.model.stage import Stage

_ARCHIVES = {"debian": "archive.debian.org", "ubuntu": "old-releases.ubuntu.com", "centos": "vault.centos.org"}
_DEBIAN_SED = (
    "sed -i -e 's|deb.debian.org|archive.debian.org|' -e 's|security.debian.org|archive.debian.org|' "
    "-e '/-updates/d' /etc/apt/sources.list"
)
_UBUNTU_SED = "sed -i -E 's/(archive|security)\\.ubuntu\\.com/old-releases.ubuntu.com/' /etc/apt/sources.list"
_CENTOS_SED = (
    "sed -i -e 's|^mirrorlist=|#mirrorlist=|' "
    "-e 's|^#baseurl=http://mirror.centos.org|baseurl=http://vault.centos.org|' /etc/yum.repos.d/CentOS-*.repo"
)
#: Releases whose archive today's signatures and paths allow without further changes.
_REWRITABLE = {"stretch": _DEBIAN_SED, "buster": _DEBIAN_SED, "7": _CENTOS_SED, "8": _CENTOS_SED}


@rule("archived-release")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Images whose release had left the mirrors, where a step needs the repositories as the image names them."""
    for stage in ctx.build.stages:
        image = stage.image if stage.parent is None else None
        gone = gone_suite(image, ctx.build.config.day) if image is not None else None
        if image is None or gone is None:
            continue
        from dflint.model.ownsources import first_need

        need = first_need(ctx.build, stage, installs=gone == image.release or image.distro == "centos")
        if need is not None:
            yield _finding(ctx, stage, image, gone, need)


def gone_suite(image: Image, day: str) -> str | None:
    """The suite of an image's own package sources that had left the mirrors on a day, None if none is known to have."""
    distro, release = image.distro, image.release
    if distro not in _ARCHIVES or release is None or image.has_own_sources:
        return None
    from dflint.knowledge import release_info

    for suite in image.suites:
        info = release_info(distro, suite)
        if info is not None and info.gone(day):
            return suite
    return None


def _finding(ctx: RuleContext, stage: Stage, image: Image, suite: str, need: Need) -> Finding:
    from dflint.knowledge import release_info
    from dflint.rules._release import spoken

    distro = image.distro or ""
    info = release_info(distro, suite)
    words = [need.command.name.text if need.command.name is not None else ""]
    words += [word.text for word in need.command.args if not word.text.startswith("-")][:1]
    note = Note("this is the first command that needs them", span=need.command.span)
    return ctx.finding(
        stage.node.image.span,
        fixes=_fixes(ctx, stage, image, suite, need),
        notes=[note],
        release=spoken(distro, suite),
        day=info.archived if info is not None else "",
        command=" ".join(words),
        archive=_ARCHIVES[distro],
    )


def _fixes(ctx: RuleContext, stage: Stage, image: Image, suite: str, need: Need) -> Iterator[Fix | None]:
    from dflint.rules._release import fits, installed_names, pin, supported_releases

    distro = image.distro or ""
    if distro == "centos":
        yield _successor(ctx, stage, image)
    else:
        names = installed_names([other for other in ctx.build.stages if stage in other.chain])
        newer = list(supported_releases(distro, ctx.build.config.day, image.release or ""))
        fitting = [release for release in newer if names is not None and fits(release, names)]
        for release in reversed(fitting):
            fix = pin(ctx, stage, image, release, "unsafe")
            if fix is not None:
                yield fix
                break
        else:
            yield next((fix for release in newer if (fix := pin(ctx, stage, image, release, "manual"))), None)
    if suite == image.release and need.step.stage is stage:
        rewrite = _UBUNTU_SED if distro == "ubuntu" else _REWRITABLE.get(suite)
        if rewrite is not None and not need.step.trigger and need.step.script is not None:
            edit = ctx.edit.prepend_command(need.step.node, need.step.script, rewrite)
            yield ctx.fix(f"Take the packages from {_ARCHIVES[distro]}", edit, safety="manual")


def _successor(ctx: RuleContext, stage: Stage, image: Image) -> Fix | None:
    """CentOS has no later releases: AlmaLinux is built from the same sources."""
    word = stage.node.image
    if image.name != "centos" or "$" in word.text or "@" in word.text:
        return None
    number = "9" if "stream" in (image.tag or "") else "8"
    new = "quay.io/centos/centos:stream9" if number == "9" else "almalinux:8"
    return ctx.fix(f"Build on {new}", ctx.edit.replace_word(word, new), safety="manual")
