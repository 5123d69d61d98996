"""Rule unsupported-pip-option."""

from __future__ import annotations

from dflint.engine import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Stage
    from dflint.model.pythonenv import PythonCall

_OPTION = "--break-system-packages"


@rule("unsupported-pip-option")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """The option in calls of the distribution's pip, in releases whose pip does not know it."""
    if _OPTION not in ctx.source.text:
        return
    from dflint.model.pythonenv import python_calls

    upgraded: set[int] = set()  # stages in which pip may have been replaced
    for call in python_calls(ctx.build):
        stage, command = call.step.stage, call.command
        if call.module != "pip" or any(each.index in upgraded for each in stage.chain):
            continue
        word = next((word for word in call.args if word.value == _OPTION), None)
        if word is None:
            if _may_upgrade(call):
                upgraded.add(stage.index)
            continue
        if command.guarded or command.conditional or call.state.foreign is not None or not _is_old(stage, call):
            continue
        image = stage.image
        assert image is not None
        fix = ctx.fix(f"Leave out {_OPTION}", ctx.edit.remove_word(word))
        yield ctx.finding(word.span, fixes=[fix], system=f"{(image.distro or '').capitalize()} {image.release}")


def _is_old(stage: Stage, call: PythonCall) -> bool:
    """Whether the pip that is called is the distribution's package, older than 23.0.1."""
    from dflint.model.pythonenv import at_least, system_python

    image = stage.image
    if image is None or image.release is None:
        return False
    if image.distro == "alpine":
        return "py3-pip" in call.state.packages and not at_least(image.release, 3, 18)
    version = system_python(stage)
    if version is None or (call.version and call.version != version):
        return False
    return "python3-pip" in call.state.packages and not at_least(version, 3, 11)


def _may_upgrade(call: PythonCall) -> bool:
    """Whether a call of pip may bring a newer pip: it names it, or what it installs is not known."""
    values = [word.expand(call.step.scope.shell) for word in call.args]
    return any(value is None or value.startswith(("pip", "-r", "--requirement")) for value in values)
