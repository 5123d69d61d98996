"""Rule missing-native-build-tools."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Run
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.model.nativeneeds import Need
    from dflint.shell import Command

_NODE = frozenset(("npm", "yarn"))


@rule("missing-native-build-tools")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs of packages that are compiled on the spot, where the compiler or its helpers are certainly absent."""
    for step in ctx.steps(Run):
        for command in step.commands:
            if command.guarded or command.conditional or command.name is None:
                continue
            if command.prog in _NODE:
                yield from _node(ctx, step, command)
            elif command.prog is not None and command.prog.startswith(("pip", "python", "uv")):
                yield from _python(ctx, step, command)


def _moves(step: Step, command: Command) -> bool:
    """Whether the script changes its directory before a command."""
    return any(each.prog in ("cd", "pushd") for each in step.commands if each.span.start < command.span.start)


def _python(ctx: RuleContext, step: Step, command: Command) -> Iterator[Finding]:
    from dflint.model.nativeneeds import python_needs

    args = command.args
    if command.prog == "uv" or command.prog is None or not command.prog.startswith("pip"):
        at = next((at for at, word in enumerate(args) if word.value == "pip"), None)
        if at is None:
            return
        args = args[at + 1 :]
    if _moves(step, command):
        return
    for name, word, need in python_needs(step, args):
        finding = _judge(ctx, step, command, name, need, word.span)
        if finding is not None:
            yield finding
            return


def _node(ctx: RuleContext, step: Step, command: Command) -> Iterator[Finding]:
    if ctx.context is None or _moves(step, command):
        return
    from dflint.model.nativeneeds import node_needs

    assert command.name is not None
    image = step.stage.image
    if image is None or image.name != "node":
        return
    end = command.args[-1].span.end if command.args else command.name.span.end
    for name, need in node_needs(step, command):
        finding = _judge(ctx, step, command, name, need, Span(command.name.span.start, end))
        if finding is not None:
            yield finding
            return


def _judge(ctx: RuleContext, step: Step, command: Command, name: str, need: Need, span: Span) -> Finding | None:
    from dflint.model.toolchain import missing_tools

    missing = missing_tools(step, command, need.tools)
    if not missing:
        return None
    packages = _packages(step, need)
    if packages is None:
        return None
    tools = " and ".join(missing) if len(missing) < 3 else ", ".join(missing[:-1]) + " and " + missing[-1]
    fix = _install(ctx, step, command, packages)
    return ctx.finding(span, fixes=[fix], name=name, tools=tools, packages=" ".join(packages))


def _packages(step: Step, need: Need) -> tuple[str, ...] | None:
    """What to install in this release; None where that is not known."""
    image = step.stage.image
    assert image is not None
    own = image.has("pip") or need.tools[0] == "python3"
    if image.distro == "alpine":
        return need.apk if own else (*need.apk, "python3-dev")
    from dflint.knowledge import packages

    index = packages(image.release or "")
    wanted = need.apt if own else (*need.apt, "python3-dev")
    known = index is not None and index.closed and all(index.verdict(name).status == "ok" for name in wanted)
    return wanted if known else None


def _install(ctx: RuleContext, step: Step, command: Command, packages: tuple[str, ...]) -> Fix | None:
    from dflint.rules._install import install_package

    return install_package(ctx, step, *packages, command=command)
