"""Which other tag of a base image a person would take: the same version on a release that the package list fits."""

from __future__ import annotations

from dflint.findings import Note
from dflint.knowledge import packages, release_info
from dflint.knowledge.platforms import DEBIAN, DEBIAN_NUMBERS, UBUNTU

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.engine import RuleContext
    from dflint.findings import Fix, Safety
    from dflint.knowledge.images import Image
    from dflint.model.stage import Stage

_PROPER = {"debian": "Debian", "ubuntu": "Ubuntu", "centos": "CentOS", "fedora": "Fedora", "rhel": "RHEL",
           "amazonlinux": "Amazon Linux", "oraclelinux": "Oracle Linux", "opensuse": "openSUSE Leap",
           "alpine": "Alpine"}  # fmt: skip
#: Ubuntu's long-term releases, oldest first.
_LTS = ("14.04", "16.04", "18.04", "20.04", "22.04", "24.04", "26.04")


def spoken(distro: str, release: str) -> str:
    """A release as people call it: ``Debian buster``, ``Ubuntu 19.04``."""
    if distro == "ubuntu":
        release = next((number for number, name in UBUNTU.items() if name == release), release)
    return f"{_PROPER.get(distro, distro)} {release}"


def installed_names(stages: Sequence[Stage]) -> frozenset[str] | None:
    """The plain package names that apt is told to install in these stages; None if one of them is not known."""
    names: set[str] = set()
    for stage in stages:
        for step in stage.steps:
            for install in step.installs:
                if install.manager == "apt":
                    if install.unknown:
                        return None
                    names.update(spec.name for spec in install.specs if spec.installs and not spec.local)
    return frozenset(names)


def fits(release: str, names: frozenset[str]) -> bool | None:
    """Whether a Debian release has all these packages; None if its packages are not known."""
    index = packages(release)
    if index is None or not index.closed:
        return None
    return all(index.verdict(name).status in ("ok", "unknown", "component") for name in names)


def supported_releases(distro: str, day: str, after: str) -> Iterator[str]:
    """The releases after one that were out and still on the mirrors on a day, oldest first."""
    names = DEBIAN if distro == "debian" else tuple(UBUNTU[number] for number in _LTS)
    start = names.index(after) + 1 if after in names else 0
    if distro == "ubuntu" and after not in names:
        number = next((number for number, name in UBUNTU.items() if name == after), "")
        start = sum(lts < number for lts in _LTS)
    for name in names[start:]:
        info = release_info(distro, name)
        if info is None or not info.released or info.released > day:
            continue
        if info.supported(day) is not False and not info.gone(day):
            yield name


def tag_for(image: Image, release: str) -> str | None:
    """The tag of the same official image and version on another release, if the list of official images ever had it."""
    from dflint.knowledge.tagnames import known

    tag = image.tag or "latest"
    for candidate in _tags(image, tag, release):
        if candidate != tag and known(image.name, candidate) is not None:
            return candidate
    return None


def _tags(image: Image, tag: str, release: str) -> Iterator[str]:
    """Candidates, the likeliest first."""
    words = tag.split("-")
    old = image.release or ""
    if image.name == "ubuntu":
        yield (
            next((number for number, name in UBUNTU.items() if name == release), release)
            if tag[0].isdigit()
            else release
        )
        return
    if image.name == "debian" and words[0][:1].isdigit():
        number = next((number for number, name in DEBIAN_NUMBERS.items() if name == release), "")
        yield "-".join((number, *words[1:]))
    if old in words:
        yield "-".join(release if word == old else word for word in words)
    if tag == "latest":
        yield release
        return
    yield f"{tag}-{release}"
    if words[-1] == "slim":
        yield "-".join((*words[:-1], release, "slim"))
    if words[0].count(".") == 2:
        # a patch release that was never built on the newer release: its line was
        line = "-".join((words[0].rpartition(".")[0], *words[1:]))
        yield from _tags(image, line, release)


def pin(ctx: RuleContext, stage: Stage, image: Image, release: str, safety: Safety) -> Fix | None:
    """The fix that makes FROM name the same image on another release."""
    tag = tag_for(image, release)
    word = stage.node.image
    written = word.text
    if tag is None or "$" in written or "@" in written or image.tag is None:
        return None
    base = written[: -len(image.tag) - 1] if written.endswith(":" + image.tag) else written
    edit = ctx.edit.replace_word(word, f"{base}:{tag}")
    return ctx.fix(f"Build on {image.name}:{tag}", edit, safety=safety)


def before_it_moved(ctx: RuleContext, stage: Stage) -> tuple[Fix | None, Note] | None:
    """Where a floating tag has moved to another release under a package list that the one before has in full.

    Returns:
        The fix that pins the release before, and a note at FROM; None where the tag did not move, or the list does not
        fit, or the release before has no support any more.
    """
    root = stage.chain[0]
    image = root.image
    if image is None or not image.floating or image.distro != "debian":
        return None
    day = ctx.build.config.day
    rows = [row for row in image.history() if row[0] <= day]
    if len(rows) < 2 or rows[-1][1] != image.release or rows[-2][1] is None:
        return None
    release = rows[-2][1]
    info = release_info("debian", release)
    names = installed_names([other for other in ctx.build.stages if root in other.chain])
    if info is None or info.supported(day) is False or not names or not fits(release, names):
        return None
    fix = pin(ctx, root, image, release, "unsafe")
    text = f"{image.name}:{image.tag} moved from {release} to {image.release} on {rows[-1][0]}"
    return fix, Note(f"{text}; {release} has all of this list", span=root.node.image.span)
