"""Rule externally-managed-python."""

from __future__ import annotations

from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.pythonenv import PythonCall
    from dflint.shell import ShWord

# Options with which pip installs elsewhere or does not heed PEP 668, from pip's own install command.
_EXEMPT = ("--break-system-packages", "--target", "-t", "--prefix", "--root", "--python", "--help", "-h", "--report")
_WITH_VALUE = ("--proxy", "--cache-dir", "--log", "--retries", "--timeout", "--cert", "--client-cert",
               "--exists-action", "--trusted-host", "--use-feature", "--use-deprecated")  # fmt: skip
_PIP = {"debian": "python3-pip", "ubuntu": "python3-pip", "alpine": "py3-pip"}
# What python3-pip brings along.
_WITH_PIP = frozenset(("pip", "setuptools", "wheel", "packaging"))
_VENV = "/opt/venv"


@rule("externally-managed-python")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs with the distribution's pip into the distribution's Python, in releases where pip refuses that."""
    if "pip" not in ctx.source.text:
        return
    from dflint.model.pythonenv import managed_python, python_calls

    offered: set[int] = set()  # stages for which a virtual environment was offered
    for call in python_calls(ctx.build):
        state = call.state
        if call.module != "pip" or state.foreign is not None or state.lifted is not None:
            continue
        command, stage = call.command, call.step.stage
        if command.guarded or (command.conditional and not command.loops) or "xargs" in command.wrapper_names:
            continue
        version = managed_python(stage)
        image = stage.image
        if version is None or image is None or _PIP[image.distro or ""] not in state.packages:
            continue
        if call.version and call.version != version:
            continue
        verb = _verb(call)
        if verb is not None and command.name is not None:
            fixes = [_flag(ctx, call, verb, version)]
            if stage.index not in offered and verb.value == "install":
                offered.add(stage.index)
                fixes.append(_virtual_environment(ctx, call))
            span = Span(command.name.span.start, verb.span.end)
            system = f"{(image.distro or '').capitalize()} {image.release}"
            yield ctx.finding(span, fixes=fixes, system=system)


def _verb(call: PythonCall) -> ShWord | None:
    """The word ``install`` or ``uninstall`` of a call that changes the environment it runs in; None for others."""
    verb: ShWord | None = None
    skip = False
    for word in call.args:
        value = word.expand(call.step.scope.shell)
        if skip:
            skip = False
        elif value is None:
            # A word that starts with a variable may be any option.
            if verb is None or word.text.lstrip("\"'").startswith("$"):
                return None
        elif value.startswith("-"):
            name = value.partition("=")[0]
            if name in _EXEMPT or (value[1:2] != "-" and ("t" in value[1:2] or value[-1] == "t")):
                return None
            skip = value in _WITH_VALUE
        elif verb is None:
            if value not in ("install", "uninstall"):
                return None
            verb = word
    return verb


def _flag(ctx: RuleContext, call: PythonCall, verb: ShWord, version: str) -> Fix | None:
    flags = ["--break-system-packages"]
    values = call.command.values()
    own = any((value or "").partition("=")[0].rstrip("<>~!") in _WITH_PIP for value in values)
    if own and version != "3.11" and ("-U" in values or "--upgrade" in values):
        # From pip 24 on it cannot uninstall what the distribution's packages have installed, and fails if it has to.
        flags.append("--ignore-installed")
    return ctx.fix("Pass " + " and ".join(flags), ctx.edit.insert_word_after(verb, *flags))


def _virtual_environment(ctx: RuleContext, call: PythonCall) -> Fix | None:
    """Install into a virtual environment that comes first on PATH from this step on."""
    command, step = call.command, call.step
    image = step.stage.image
    if not command.exact or command.outer is not None or command.assigns or command.loops or step.node.is_json:
        return None
    make = ctx.edit.insert_before(command.span, f"python3 -m venv {_VENV} && ")
    path = ctx.edit.insert_instruction_before(step.node, f'ENV PATH="{_VENV}/bin:$PATH"')
    edits = [make, path]
    if image is not None and image.distro != "alpine" and "python3-venv" not in call.state.packages:
        from dflint.rules._install import install_package

        package = install_package(ctx, step, "python3-venv", command=command)
        if package is None or package.changes:
            return None
        edits.extend(package.edits)
    return ctx.fix(f"Install into a virtual environment at {_VENV}", *edits, safety="unsafe", changes=True)
