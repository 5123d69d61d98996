"""What the rules on package names share: which installs count, and what a finding on a name offers."""

from __future__ import annotations

from dflint.findings import Note
from dflint.syntax.nodes import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix, Safety
    from dflint.knowledge.absent import Absence
    from dflint.knowledge.images import Image
    from dflint.model.packages import Install, PackageSpec

#: Names of distributions as people write them.
TITLES = {"debian": "Debian", "ubuntu": "Ubuntu", "alpine": "Alpine", "centos": "CentOS", "rockylinux": "Rocky Linux",
          "almalinux": "AlmaLinux", "oraclelinux": "Oracle Linux", "rhel": "Red Hat Enterprise Linux",
          "fedora": "Fedora", "amazonlinux": "Amazon Linux", "opensuse": "openSUSE"}  # fmt: skip


def failing_installs(ctx: RuleContext, manager: str) -> Iterator[Install]:
    """The installs of a package manager whose failure fails the build, on images of a known release."""
    for stage in ctx.build.stages:
        for step in stage.steps:
            for install in step.installs:
                command = install.command
                if install.manager != manager or step.trigger or command.guarded or command.substitution:
                    continue
                if command.conditional and not command.loops:
                    continue
                if install.unknown and "xargs" in command.wrapper_names:
                    continue
                image = stage.image
                if image is not None and image.distro is not None and image.release is not None:
                    yield install


def origin(install: Install, spec: PackageSpec) -> Iterator[Note]:
    """Where the variables of a name get their values, as that is where a person would repair it."""
    names = set(spec.word.variables)
    here = install.step
    for stage in reversed(here.stage.chain):
        for step in reversed(stage.steps[: here.index] if stage is here.stage else stage.steps):
            if isinstance(step.node, Arg | Env):
                for pair in step.node.pairs:
                    if pair.key.text in names and pair.value is not None:
                        names.discard(pair.key.text)
                        yield Note(f"{step.node.name} {pair.key.text} has its value here", span=pair.span)


def replace(ctx: RuleContext, spec: PackageSpec, new: str, safety: Safety) -> Fix | None:
    """A fix that swaps the name, where it is written out and carries no version of the old package."""
    if not spec.literal or spec.version is not None or spec.text != spec.name or not new:
        return None
    edit = ctx.edit.replace_word(spec.word, new)
    return ctx.fix(f"Replace {spec.name} with {new}", edit, safety=safety)


def absence_of(ctx: RuleContext, image: Image, name: str) -> Absence | None:
    """Why an image's release certainly lacks a package: by the user's own mirror where it was read, or the tables."""
    from dflint.knowledge.absent import Absence, absence

    distro, release, as_of = image.distro or "", image.release or "", ctx.build.config.as_of
    if on_mirror(ctx, image, name):
        return None
    fact = absence(distro, release, name, as_of)
    if fact is None and as_of is None:
        from dflint.knowledge.overlay import overlay

        mirror = overlay(distro, release)
        if mirror is not None and mirror.complete:
            return Absence(name, "", True, "")
    return fact


def on_mirror(ctx: RuleContext, image: Image, name: str) -> bool:
    """Whether the user's own mirror, as it was last read, has a package or provides its name."""
    if ctx.build.config.as_of is not None:
        return False
    from dflint.knowledge.overlay import overlay

    mirror = overlay(image.distro or "", image.release or "")
    return mirror is not None and mirror.versions(name) is not None


def absent(ctx: RuleContext, install: Install, spec: PackageSpec, fact: Absence) -> Finding:
    """The finding on a name that the curated facts know not to exist.

    The rule's page has the messages ``renamed``, ``similar``, ``gone`` (with ``why``) and ``default``; for apt also
    ``doubtful``.
    """
    image = install.step.stage.image
    assert image is not None
    system = f"{TITLES.get(image.distro or '', image.distro)} {image.release}"
    key = ("renamed" if fact.certain else "similar") if fact.instead else "gone" if fact.why else "default"
    if install.manager == "apt" and any(char in spec.name for char in ".+"):
        # such a name may pass as a pattern, which only the release's index could tell
        key = "doubtful"
    fix = replace(ctx, spec, fact.instead, "safe" if fact.certain else "unsafe")
    notes = [*([Note(fact.why)] if fact.why and key != "gone" else []), *origin(install, spec)]
    words: dict[str, Any] = {
        "name": spec.name,
        "system": system,
        "replacement": fact.instead,
        "why": fact.why,
        "elsewhere": f"; '{fact.instead}' may be what you need" if fact.instead else "",
    }
    return ctx.finding(spec.word.span, key, fixes=[fix], notes=notes, **words)
