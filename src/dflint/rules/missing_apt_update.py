"""Rule missing-apt-update."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.aptlists import ListsState
    from dflint.model.packages import Install, PackageSpec

# Packages that images of these families may hold although the facts about them do not say so.
_MAY_BE_THERE = frozenset(
    ("procps", "locales", "tzdata", "gettext-base", "gosu", "perl", "xz-utils", "zstd", "openssl", "gnupg", "curl",
     "ca-certificates", "bzip2", "gpgv", "ubuntu-keyring", "sensible-utils", "lsb-base", "e2fsprogs", "logsave",
     "passwd", "adduser", "init-system-helpers", "netbase", "libssl3", "libpq5", "apt-utils", "python3-minimal")
)  # fmt: skip
_SIMULATES = ("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris", "--no-download")


@rule("missing-apt-update")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs at points where apt certainly has no package lists, or none of the source that it needs."""
    if "apt" not in ctx.source.text:
        return
    from dflint.model.aptlists import apt_installs

    reported: set[object] = set()  # a repair of the first install helps those that follow
    for install, lists, installed in apt_installs(ctx.build):
        command = install.command
        if command.guarded or (command.conditional and not command.loops) or not _installs(install):
            continue
        specs = [spec for spec in install.specs if _is_new(spec, install, installed)]
        if not specs:
            continue
        if lists.status == "absent":
            cause = lists.removed[1] if lists.removed is not None else install.step.stage.chain[0]
            if cause not in reported:
                reported.add(cause)
                yield _finding(ctx, install, lists)
        elif lists.status == "present" and lists.updated is not None and lists.updated[1] not in reported:
            late = _late_source(install, specs, lists)
            if late is not None:
                reported.add(lists.updated[1])
                notes = [Note("the last update is here", span=lists.updated[1].span)]
                yield ctx.finding(late.word.span, "source", fixes=[_update(ctx, install)], notes=notes, name=late.name)


def _installs(install: Install) -> bool:
    scope = install.step.scope
    configured = any("Dir::" in option for option in install.options) or scope.declared("APT_CONFIG")
    return install.verb.value == "install" and install.option(*_SIMULATES) is None and not configured


def _is_new(spec: PackageSpec, install: Install, installed: frozenset[str]) -> bool:
    """Whether a name is certainly not installed yet, so that apt has to find it in its lists."""
    if spec.local or spec.pattern or not spec.installs or not spec.name or spec.name in installed:
        return False
    image = install.step.stage.image
    if image is None or image.has(spec.name):
        return False
    there = image.packages
    if there is None and image.name not in ("debian", "ubuntu"):
        return False
    if there is None or not image.closed:
        from dflint.knowledge import packages

        index = packages("bookworm")
        base = index.base_packages() if index is not None else frozenset()
        if spec.name in _MAY_BE_THERE and (image.name != "ubuntu" or spec.name in ("procps", "bzip2", "gpgv")):
            return False
        there = (there or frozenset()) | base
    return spec.name not in there


def _finding(ctx: RuleContext, install: Install, lists: ListsState) -> Finding:
    assert install.command.name is not None
    span = Span(install.command.name.span.start, install.verb.span.end)
    fixes = [_update(ctx, install)]
    if lists.removed is None:
        return ctx.finding(span, fixes=fixes, program=install.program)
    notes = [Note("the lists are removed here", span=lists.removed[1].span)]
    return ctx.finding(span, "removed", fixes=fixes, notes=notes, program=install.program)


def _update(ctx: RuleContext, install: Install) -> Fix | None:
    """Fetch the lists right before the install."""
    command, step = install.command, install.step
    outer = command.outer or command
    program = install.program
    if command.wrappers:
        if command.wrapper_names != ("sudo",) or len(command.wrappers) != 1:
            return None
        program = f"sudo {program}"
    title = f"Run {install.program} update before"
    top = getattr(step.script, "top", None)
    if top is not None and top.index(command) == 0 and not command.loops:
        edit = ctx.edit.prepend_command(step.node, step.script, f"{program} update")
        if edit is not None:
            return ctx.fix(title, edit)
    if not command.exact or step.node.is_json or command.pipe_len > 1:
        return None
    return ctx.fix(title, ctx.edit.insert_before(outer.span, f"{program} update && "))


def _late_source(install: Install, specs: list[PackageSpec], lists: ListsState) -> PackageSpec | None:
    """The first name that only a source can have which was added after the last update; None if there is none."""
    image = install.step.stage.image
    if image is None or image.distro != "debian" or image.release is None or lists.updated is None:
        return None
    from dflint.knowledge import packages
    from dflint.model.aptsources import apt_state

    index = packages(image.release)
    if index is None or not index.closed:
        return None
    missing = [spec for spec in specs if index.verdict(spec.name).status == "missing"]
    if not missing or index.matches_regex(missing[0].name):
        return None
    now = apt_state(install.step, install.command).foreign
    if now is None or not (now == "a package source is added" or " writes to /etc/apt/sources" in now):
        return None
    return missing[0] if apt_state(*lists.updated).foreign is None else None
