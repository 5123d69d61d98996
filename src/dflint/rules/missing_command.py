"""Rule missing-command."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.model.called import all_calls
from dflint.model.programs import presence
from dflint.model.started import image_commands, passes_command
from dflint.syntax.nodes import Healthcheck, Run, Shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.called import Call
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

# These have a rule of their own.
_OTHERS = frozenset(("python", "pip"))
_MANAGERS = frozenset(("apt", "apt-get", "apk", "yum", "dnf", "microdnf", "zypper", "aptitude"))
_KEYS = "apt-key is gone for good: put the key into /etc/apt/keyrings and name it in the source, as signed-by"
_KEYWORDS = frozenset(("RUN", "COPY", "ADD", "ENV", "CMD", "ENTRYPOINT", "WORKDIR", "FROM", "EXPOSE", "ARG", "USER"))


@rule("missing-command")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Calls of programs at points where they are certainly absent, the first one of each stage."""
    said: dict[int, set[str]] = {}
    for stage in ctx.build.stages:
        parent = stage.parent
        told = said[stage.index] = set(said.get(parent.index, ())) if parent is not None else set()
        for step in _steps(stage):
            shell = _shell(ctx, stage, step, told)
            if shell is not None:
                yield shell
                continue
            for call in all_calls(step):
                if call.program in told or call.program in _OTHERS or call.word is None or _unsure(call, stage):
                    continue
                keyword = call.program in _KEYWORDS and call.path is None
                if (keyword or call.presence(step).status == "absent") and not _told_for(call, told):
                    package = _package(step, call.program)
                    if package is None or f"package:{package}" not in told:
                        yield _finding(ctx, step, call, package)
                    told.update((call.program, f"package:{package}"))


def _unsure(call: Call, stage: Stage) -> bool:
    """Whether a program may come from where nobody looks: node_modules, or what RPM's python3 recommends."""
    image = stage.image
    if call.path is not None and call.path.endswith("package.json"):
        from dflint.knowledge.tools import tool

        known = tool(call.program)
        return known is None or known.kind != "s"
    return call.program == "pip3" and image is not None and image.manager in ("dnf", "yum", "microdnf")


def _told_for(call: Call, told: set[str]) -> bool:
    """Whether what makes this one needed is itself missing, and was told."""
    return bool(call.need) and call.command.prog in told


def _steps(stage: Stage) -> Iterator[Step]:
    """The RUNs of a stage, and what its image starts if somebody may run it."""
    for step in stage.steps:
        if isinstance(step.node, Run) and not step.trigger:
            yield step
    build = stage.build
    used = any(stage in other.depends for other in build.stages)
    if used and not stage.is_final:
        return
    entrypoint, cmd = image_commands(stage)
    for started in (entrypoint, cmd):
        if started is None or started.stage is not stage:
            continue
        # Words of CMD behind an ENTRYPOINT are its arguments.
        if started is entrypoint or (entrypoint is None and (not started.node.is_json or passes_command(stage))):
            yield started
    checks = [step for step in stage.steps if isinstance(step.node, Healthcheck) and not step.trigger]
    yield from checks[-1:]


def _shell(ctx: RuleContext, stage: Stage, step: Step, told: set[str]) -> Finding | None:
    """The shell itself is missing; told where SHELL names it, or at the step."""
    program = step.shell.program
    if (
        step.node.is_json
        or bool(getattr(step.node, "heredocs", False))
        or not program
        or step.shell.dialect not in ("sh", "bash")
    ):
        return None
    if program in told or (isinstance(step.node, Healthcheck) and not step.commands):
        return None
    first = step.commands[0] if step.commands else None
    if not isinstance(step.node, Run) or first is None or presence(program, step).status != "absent":
        return None
    told.add(program)
    set_by = [each for each in stage.steps[: step.index] if isinstance(each.node, Shell)]
    if set_by:
        fixes, advice = _advice(ctx, set_by[-1], _package(step, program), None)
        return ctx.finding(set_by[-1].node.words[0].span, "shell", fixes=fixes, program=program, advice=advice)
    return ctx.finding(step.node.keyword.span, "shell", program=program, advice="")


def _finding(ctx: RuleContext, step: Step, call: Call, package: str | None) -> Finding:
    image = step.stage.image
    program = call.program
    word = call.word
    assert word is not None
    if program in _KEYWORDS and call.path is None:
        return ctx.finding(word.span, "keyword", program=program)
    if program in _MANAGERS and image is not None and image.manager not in (None, program) and call.path is None:
        distro = f"{image.distro or 'it'} {image.release or ''}".strip()
        return ctx.finding(word.span, "manager", program=program, distro=distro, manager=image.manager)
    command = call.command if isinstance(step.node, Run) else None
    fixes, advice = _advice(ctx, step, package, command)
    notes = [Note(_KEYS)] if program == "apt-key" and package is None and call.path is None else []
    if call.path is not None:
        notes = [Note(f"{call.what} calls {program}", call.path, call.line)]
        return ctx.finding(
            word.span, "file", fixes=fixes, notes=notes, path=call.path, what=call.what, program=program, advice=advice
        )
    if call.need:
        return ctx.finding(word.span, "need", fixes=fixes, need=call.need, program=program, advice=advice)
    if isinstance(step.node, Run):
        return ctx.finding(word.span, "step", fixes=fixes, notes=notes, program=program, advice=advice)
    if isinstance(step.node, Healthcheck):
        return ctx.finding(word.span, "health", fixes=fixes, program=program, advice=advice, severity="warning")
    return ctx.finding(word.span, "start", fixes=fixes, program=program, advice=advice)


def _package(step: Step, program: str) -> str | None:
    """The package that brings a program in the release of a step."""
    from dflint.knowledge.tools import package_for

    image = step.stage.image
    return package_for(program, image.distro, image.release, image.manager) if image is not None else None


def _advice(ctx: RuleContext, step: Step, package: str | None, command: Command | None) -> tuple[list[Fix | None], str]:
    """The fix that installs the package, and what the message says of it."""
    from dflint.rules._install import install_package

    if package is None:
        return [], ""
    return [install_package(ctx, step, package, command=command)], f"; install {package}"
