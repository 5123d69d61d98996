"""Rule missing-apt-package."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.knowledge import packages, release_info
from dflint.knowledge.debian import DEFAULT_COMPONENTS
from dflint.knowledge.platforms import DEBIAN
from dflint.model.aptsources import apt_state
from dflint.rules._packages import absence_of, absent, failing_installs, on_mirror, origin, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.knowledge.debian import PackageIndex
    from dflint.model.aptsources import AptState
    from dflint.model.packages import Install, PackageSpec

_OWN_ARCHES = frozenset(("amd64", "arm64", "all", "any", "native"))
_FOREIGN_ARCHES = frozenset(("i386", "armhf", "armel", "ppc64el", "s390x", "riscv64", "mips64el"))
# Official images made from php's Debian images, which forbid apt all packages called php*.
_PHP_IMAGES = frozenset(("php", "wordpress", "drupal", "joomla", "nextcloud", "phpmyadmin", "matomo", "mediawiki",
                         "yourls", "friendica", "monica", "backdrop", "postfixadmin"))  # fmt: skip


@rule("missing-apt-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names in apt installs that the stage's release does not have."""
    for install in failing_installs(ctx, "apt"):
        image = install.step.stage.image
        if install.verb.value != "install" or image is None or image.distro not in ("debian", "ubuntu"):
            continue
        state = apt_state(install.step, install.command)
        release = image.release or ""
        if state.foreign is not None or state.foreign_suites(release):
            continue
        index = packages(release) if image.distro == "debian" else None
        if index is not None and not _settled(index, ctx.build.config.as_of):
            continue
        yield from _suites(ctx, install, state)
        yield from _arches(ctx, install, state)
        for spec in _named(install, state):
            finding = _blocked(ctx, install, spec)
            if finding is None and index is not None:
                finding = _judge(ctx, install, spec, index, state)
            elif finding is None and not state.backports:
                finding = _curated(ctx, install, spec)
            if finding is not None:
                yield finding


def _settled(index: PackageIndex, as_of: str | None) -> bool:
    """Whether the shipped index tells what the release had on a day."""
    if as_of is None:
        return True
    info = release_info("debian", index.release)
    return index.closed and info is not None and info.released is not None and info.released <= as_of


def _suites(ctx: RuleContext, install: Install, state: AptState) -> Iterator[Finding]:
    """``-t bookworm-backports`` and ``package/bookworm-backports`` where the sources have no such suite."""
    release = install.step.stage.image.release if install.step.stage.image is not None else None
    wanted = [(install.target_suite, install.verb)] if install.target_suite else []
    wanted += [(spec.suite, spec.word) for spec in install.specs if spec.suite and not spec.local]
    for suite, word in wanted:
        name = (suite or "").removesuffix("-sloppy")
        if name.endswith("-backports") and not state.backports and name.split("-", maxsplit=1)[0] in DEBIAN:
            own = name.startswith(f"{release}-")
            hint = f"add a source for {name} first" if own else f"the image is {release}"
            yield ctx.finding(word.span, "suite", suite=suite, why=hint)


def _arches(ctx: RuleContext, install: Install, state: AptState) -> Iterator[Finding]:
    """``libc6:i386`` where nothing told dpkg of that architecture, on an image that is not of it either."""
    root = install.step.stage.chain[0].node
    if root.flag("platform") is not None or "/" in root.image.text or state.arches:
        return
    for spec in install.specs:
        if spec.arch in _FOREIGN_ARCHES and spec.installs and not spec.local:
            yield ctx.finding(spec.word.span, "arch", name=spec.text, arch=spec.arch)


def _named(install: Install, state: AptState) -> Iterator[PackageSpec]:
    """The packages that apt must find by their name."""
    for spec in install.specs:
        if spec.local or spec.pattern or not spec.installs or not spec.name or "^" in spec.text:
            continue
        if spec.suite is not None or (spec.arch is not None and spec.arch not in _OWN_ARCHES):
            continue
        if not state.may_have(spec.name):
            yield spec


def _blocked(ctx: RuleContext, install: Install, spec: PackageSpec) -> Finding | None:
    """``php-xml`` on an image whose apt must not install Debian's PHP."""
    step = install.step
    image = step.stage.image
    if (
        not spec.name.startswith("php")
        or image is None
        or image.name not in _PHP_IMAGES
        or _old_php(image.name, image.tag or "")
    ):
        return None
    for stage in step.stage.chain:
        for each in stage.steps:
            if "/etc/apt/preferences" in ctx.source.text[each.node.span.start : each.node.span.end]:
                return None
    notes = list(origin(install, spec))
    return ctx.finding(spec.word.span, "blocked", notes=notes, name=spec.name, image=image.name)


def _old_php(name: str, tag: str) -> bool:
    """Whether the tag may be of 2017 or before, when the images did not do that yet."""
    parts = tag.split("-", maxsplit=1)[0].split(".")
    if not parts[0].isdigit():
        return False
    # the numbers of the other images are those of the application
    numbers = [int(part) for part in parts if part.isdigit()]
    return name != "php" or (5,) < tuple(numbers) < (5, 6) or (len(numbers) > 2 and tuple(numbers[:2]) < (7, 2))


def _curated(ctx: RuleContext, install: Install, spec: PackageSpec) -> Finding | None:
    image = install.step.stage.image
    fact = absence_of(ctx, image, spec.name) if image is not None else None
    return absent(ctx, install, spec, fact) if fact is not None else None


def _judge(
    ctx: RuleContext, install: Install, spec: PackageSpec, index: PackageIndex, state: AptState
) -> Finding | None:
    verdict = index.verdict(spec.name, DEFAULT_COMPONENTS | state.components, backports=state.backports)
    words: dict[str, Any] = {"name": spec.name, "system": f"Debian {index.release}", "release": index.release}
    if verdict.status in ("missing", "no-candidate"):
        # a foreign architecture has names of its own (wine32 of i386)
        other = index.replacement(spec.name) is not None or bool(index.releases_with(spec.name))
        known = not state.arches or other
        image = install.step.stage.image
        known = known and image is not None and not on_mirror(ctx, image, spec.name)
        return _absent(ctx, install, spec, index) if known else None
    if not index.closed:
        return None
    if verdict.status == "ambiguous":
        fixes = [replace(ctx, spec, provider, "manual") for provider in verdict.providers[:4]]
        return ctx.finding(spec.word.span, "virtual", fixes=fixes, providers=", ".join(verdict.providers[:6]), **words)
    if verdict.status in ("component", "pocket"):
        component = verdict.fact.component if verdict.fact is not None else ""
        return ctx.finding(spec.word.span, verdict.status, component=component, **words)
    return None


def _absent(ctx: RuleContext, install: Install, spec: PackageSpec, index: PackageIndex) -> Finding | None:
    name, release, span = spec.name, index.release, spec.word.span
    others = index.releases_with(name)
    replacement = index.replacement(name)
    note = index.note(name)
    notes = [*([Note(note)] if note else []), *origin(install, spec)]
    words: dict[str, Any] = {"name": name, "system": f"Debian {release}"}
    words["replacement"] = replacement.name if replacement is not None else ""
    words["elsewhere"] = f"; {', '.join(others)} {'has' if len(others) == 1 else 'have'} it" if others else ""
    certain = replacement is not None and replacement.confidence == "certain"
    fix = replace(ctx, spec, words["replacement"], "safe" if certain else "unsafe")
    if not index.closed:
        # the release moves: only what was there before is likely to be gone
        if not others and not certain:
            return None
        words["date"] = " ".join(index.date.split()[1:4])
        return ctx.finding(
            span, "moving", fixes=[fix], notes=notes, severity="info", category="reproducibility", **words
        )
    pattern = bool(index.matches_regex(name))
    if pattern and replacement is not None:
        fix = replace(ctx, spec, replacement.name, "unsafe")
    if replacement is not None and not pattern:
        notes.append(Note(replacement.why))
    from dflint.rules._release import before_it_moved

    fixes = [fix]
    moved = before_it_moved(ctx, install.step.stage)
    if moved is not None:
        # a certain name is the smaller repair; a mere likeness is worth less than the release the list was made for
        fixes = [fix, moved[0]] if certain and not pattern else [moved[0], fix]
        notes.append(moved[1])
    key = "pattern" if pattern else "default" if replacement is None else "renamed" if certain else "similar"
    return ctx.finding(span, key, fixes=fixes, notes=notes, **words)
