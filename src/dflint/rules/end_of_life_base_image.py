"""Rule end-of-life-base-image."""

from __future__ import annotations

from dflint.engine import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.knowledge.images import Image

#: Languages: the image, how people call it, and how many numbers of the tag make the line that is supported.
_LANGUAGES = {
    "node": ("Node.js", 1),
    "python": ("Python", 2),
    "golang": ("Go", 2),
    "ruby": ("Ruby", 2),
    "php": ("PHP", 2),
    "eclipse-temurin": ("Java", 1),
}


@rule("end-of-life-base-image")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """External images whose language version, or else whose release, got its last update before the day."""
    day = ctx.build.config.day
    seen: set[str] = set()
    for stage in ctx.build.stages:
        image = stage.image if stage.parent is None else None
        if image is None or str(image) in seen:
            continue
        seen.add(str(image))
        ended = _language(image, day) or _release(image, day)
        if ended is not None:
            what, end = ended
            yield ctx.finding(stage.node.image.span, what=what, end=end)


def _language(image: Image, day: str) -> tuple[str, str] | None:
    """(version, last day) of a language image whose version is no longer supported."""
    entry = _LANGUAGES.get(image.name)
    if entry is None or image.tag is None:
        return None
    from dflint.knowledge import release_info

    title, count = entry
    numbers = image.tag.split("-", maxsplit=1)[0].split(".")
    if numbers[0] == "0":
        count = 2
    line = ".".join(numbers[:count])
    if image.name == "python" and line == "2":
        line = "2.7"
    info = release_info(image.name, line)
    if info is None or info.eol is None or info.supported(day) is not False:
        return None
    return f"{title} {line}", info.eol


def _release(image: Image, day: str) -> tuple[str, str] | None:
    """(release, last day) of an image whose distribution release is no longer supported."""
    if image.distro is None or image.release is None:
        return None
    from dflint.knowledge import release_info
    from dflint.rules._release import spoken

    info = release_info(image.distro, image.suites[0])
    if info is None or info.supported(day) is not False:
        return None
    return spoken(image.distro, image.release), max(info.eol or "", info.lts or "")
