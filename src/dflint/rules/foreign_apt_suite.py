"""Rule foreign-apt-suite."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.knowledge import packages, release_info
from dflint.knowledge.platforms import DEBIAN
from dflint.model.aptlines import SourceLine, added_sources
from dflint.syntax.nodes import Run, Transfer
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix, Safety
    from dflint.model import Step
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.shell import Command
    from dflint.text import Edit

_WRITERS = frozenset(("echo", "printf", "cat", "sed", "add-apt-repository", "apt-add-repository"))
#: Hosts that serve a distribution's present releases and nothing else.
_DEBIAN_HOSTS = frozenset(("deb.debian.org", "httpredir.debian.org", "http.debian.net", "cdn-fastly.deb.debian.org",
                           "ftp.debian.org", "http.us.debian.org", "security.debian.org"))  # fmt: skip
_POCKETS = ("-updates", "-security", "-proposed-updates", "-proposed", "/updates")


@rule("foreign-apt-suite")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Sources that name a suite which the mirrors do not have (any more), followed by a refresh that needs it."""
    if not any(command.prog in _WRITERS for step in ctx.steps(Run) for command in step.commands):
        return
    day = ctx.build.config.day
    left: dict[int, list[SourceLine]] = {}  # stage -> lines that are still in force at its end
    for stage in ctx.build.stages:
        lines = list(left.get(stage.parent.index, ())) if stage.parent is not None else []
        for step in stage.steps:
            yield from _step(ctx, step, lines, day)
        left[stage.index] = lines


def _step(ctx: RuleContext, step: Step, lines: list[SourceLine], day: str) -> Iterator[Finding]:
    """Run one step: ``lines`` are the broken sources in force, changed in place."""
    from dflint.model.ownsources import fills_sources, needs, touches

    if isinstance(step.node, Transfer):
        if lines and fills_sources(step.node, step, True):
            lines.clear()
        return
    if not isinstance(step.node, Run) or step.script is None:
        return
    if step.script.has_errors or not hasattr(step.script, "commands"):
        lines.clear()
        return
    for command in step.commands:
        added = []
        if command.prog in _WRITERS and not command.conditional and not command.negated:
            added = [line for line in added_sources(step, command) if gone(line, day)]
        if lines and not command.guarded and not command.conditional and needs(step, command, True, installs=False):
            yield from _findings(ctx, lines, command, day)
            lines.clear()
        elif not added and lines and touches(step, command, True):
            lines.clear()
        lines.extend(added)


def gone(line: SourceLine, day: str) -> bool:
    """Whether the mirror that a source names certainly does not have its suite on a day."""
    return _renamed_security(line) or _archived(line, day) is not None


def _archived(line: SourceLine, day: str) -> str | None:
    """The day by which the mirrors had dropped a suite; None if they may have it."""
    distro = _distro(line)
    base = line.suite
    for pocket in _POCKETS:
        base = base.removesuffix(pocket)
    if distro is None or "$" in line.suite:
        return None
    for suite in (base.removesuffix("-sloppy"), base.partition("-")[0]):
        info = release_info(distro, suite)
        if info is not None and info.gone(day):
            return info.archived
    return None


def _distro(line: SourceLine) -> str | None:
    host = line.host
    if not line.uri:
        return "debian" if line.suite.partition("-")[0] in DEBIAN else "ubuntu"
    if host in _DEBIAN_HOSTS or (host.startswith("ftp.") and host.endswith(".debian.org") and host.count(".") == 3):
        return "debian"
    official = host.removesuffix("archive.ubuntu.com")
    if host in ("security.ubuntu.com", "ports.ubuntu.com") or (official != host and len(official) in (0, 3)):
        return "ubuntu"
    return None


def _renamed_security(line: SourceLine) -> bool:
    """``bullseye/updates``: since bullseye the suite is called ``bullseye-security``."""
    release, _, pocket = line.suite.partition("/")
    return pocket == "updates" and release in DEBIAN and DEBIAN.index(release) >= DEBIAN.index("bullseye")


def _findings(ctx: RuleContext, lines: list[SourceLine], command: Command, day: str) -> Iterator[Finding]:
    """One finding for every release that the lines name, at the first of its lines."""
    groups: dict[str, list[SourceLine]] = {}
    for line in lines:
        kind = "security " if _renamed_security(line) else ""
        groups.setdefault(kind + line.suite.partition("/")[0].partition("-")[0], []).append(line)
    for group in groups.values():
        yield _finding(ctx, group, command, day)


def _finding(ctx: RuleContext, lines: list[SourceLine], command: Command, day: str) -> Finding:
    line = lines[0]
    notes = [Note("this is the first command that needs it", span=command.span)]
    seen = {line.span.start}
    for other in lines[1:]:
        if other.span.start not in seen:
            seen.add(other.span.start)
            notes.append(Note(f"so it is with '{other.suite}'", span=other.span))
    if _renamed_security(line):
        release = line.suite.partition("/")[0]
        fix = _rewrite(ctx, lines, line.suite, f"{release}-security", f"Write {release}-security", "safe")
        return ctx.finding(line.span, "security", fixes=[fix], notes=notes, suite=line.suite, release=release)
    archive = "old-releases.ubuntu.com" if _distro(line) == "ubuntu" else "archive.debian.org"
    without = _without(ctx, line) if len(lines) == 1 else None
    fixes = [without, _rewrite(ctx, lines, line.host, archive, f"Take {line.suite} from {archive}", "manual")]
    return ctx.finding(line.span, fixes=fixes, notes=notes, suite=line.suite, day=_archived(line, day), archive=archive)


def _rewrite(ctx: RuleContext, lines: list[SourceLine], old: str, new: str, title: str, safety: Safety) -> Fix | None:
    """A fix that replaces one part of the lines, where it is written out in each of them."""
    edits: dict[int, Edit | None] = {}
    for line in lines:
        written = ctx.source.text[line.span.start : line.span.end]
        if line.word is None or not line.word.exact or not old or written.count(old) != 1:
            return None
        start = line.span.start + written.index(old)
        edits[start] = ctx.edit.replace(Span(start, start + len(old)), new)
    return ctx.fix(title, *edits.values(), safety=safety)


def _without(ctx: RuleContext, line: SourceLine) -> Fix | None:
    """Drop the source, where all that is installed from it is in the image's own release, too."""
    stage = line.step.stage
    image = stage.image
    index = packages(image.release) if image is not None and image.distro == "debian" and image.release else None
    users = [install for other in ctx.build.stages if stage in other.chain for install in _from(other, line.suite)]
    if index is None or not index.closed or not line.suite.endswith("-backports"):
        return None
    if not all(index.verdict(spec.name).status == "ok" and not spec.version for each in users for spec in each.specs):
        return None
    edits: list[Edit | None] = []
    whole = len(line.step.commands) == 1 and line.command is line.step.commands[0]
    if whole:
        edits.append(ctx.edit.remove_instruction(line.step.node))
    else:
        script = line.step.script
        edits.append(None if script is None else ctx.edit.remove_command(line.step.node, script, line.command))
    for install in users:
        edits += _own_release(ctx, install, line.suite)
    return ctx.fix(f"Install from {index.release} itself, without {line.suite}", *edits, safety="unsafe", changes=whole)


def _from(stage: Stage, suite: str) -> Iterator[Install]:
    for step in stage.steps:
        for install in step.installs:
            asked = install.target_suite == suite or any(spec.suite == suite for spec in install.specs)
            if asked and install.manager == "apt":
                yield install


def _own_release(ctx: RuleContext, install: Install, suite: str) -> Iterator[Edit | None]:
    """The edits that make an install take its packages from the image's own release."""
    words = install.command.args
    for at, word in enumerate(words):
        value = word.value or ""
        if (
            value in ("-t", "--target-release", "--default-release")
            and at + 1 < len(words)
            and words[at + 1].value == suite
        ):
            yield ctx.edit.remove_word(word)
            yield ctx.edit.remove_word(words[at + 1])
        elif value in (f"-t={suite}", f"-t{suite}", f"--target-release={suite}", f"--default-release={suite}"):
            yield ctx.edit.remove_word(word)
    for spec in install.specs:
        if spec.suite == suite:
            yield ctx.edit.replace_word(spec.word, spec.name) if spec.literal else None
