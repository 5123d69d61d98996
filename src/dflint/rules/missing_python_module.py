"""Rule missing-python-module."""

from __future__ import annotations

from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.knowledge.images import Image
    from dflint.model.pythonenv import PythonCall

# Words of commands after which setuptools may be there.
_INSTALLERS = ("pip", "uv", "poetry", "pdm", "pipenv", "conda", "mamba", "setuptools", "easy_install")
# Everything that brings python3-venv, by itself or through what it depends on, in any release; education-* aside.
_WITH_VENV = frozenset(("pipx", "thonny", "python3-all-venv", "python3-briefcase", "elpa-pyvenv", "mecavideo"))
# Names of packages that bring neither pip nor setuptools, for releases whose dependencies are not known here.
_PLAIN = frozenset(
    ("python3", "python3-dev", "python3-minimal", "python3-venv", "python3-distutils", "python-is-python3", "curl",
     "wget", "git", "ca-certificates", "build-essential", "gcc", "g++", "make", "cmake", "unzip", "zip", "gnupg",
     "gnupg2", "vim", "nano", "less", "sudo", "jq", "libpq-dev", "libssl-dev", "libffi-dev", "openssh-client", "tini",
     "procps", "xz-utils", "tzdata", "locales", "bash", "rsync", "libc6-dev", "musl-dev", "pkg-config", "file")
)  # fmt: skip
_PLAIN_IMAGES = frozenset(("debian", "ubuntu", "nvidia/cuda"))


@rule("missing-python-module")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """``python3 -m venv`` and ``-m pip`` with the distribution's Python, where their packages are not installed."""
    if " -m " not in ctx.source.text and "setup.py" not in ctx.source.text:
        return
    from dflint.model.pythonenv import python_calls

    for call in python_calls(ctx.build):
        command, state = call.command, call.state
        if command.prog is None or not command.prog.startswith("python") or not _fails(call):
            continue
        if call.module == "setup.py" and _needs_setuptools(call) and _is_new_image(call):
            yield _setuptools(ctx, call, None)
        elif state.foreign is None and state.possible is not None and _is_system_python(call):
            yield from _judge(ctx, call)


def _fails(call: PythonCall) -> bool:
    command = call.command
    return not command.guarded and not (command.conditional and not command.loops)


def _is_system_python(call: PythonCall) -> bool:
    """Whether the command certainly is the distribution's Python."""
    from dflint.model.pythonenv import system_python

    image = call.step.stage.image
    if image is None or (image.distro != "alpine" and system_python(call.step.stage) is None):
        return False
    if call.version and call.version != system_python(call.step.stage):
        return False
    installed = call.state.packages
    if call.command.prog == "python":
        return "python-is-python3" in installed
    return bool(image.has("python3")) or any(name.startswith("python3") for name in installed)


def _judge(ctx: RuleContext, call: PythonCall) -> Iterator[Finding]:
    image = call.step.stage.image
    assert image is not None
    if call.module == "venv":
        if image.distro == "alpine" or any(word.value in ("--without-pip", "--help", "-h") for word in call.args):
            return
        if not _may_have_venv(image, call):
            yield _finding(ctx, call, "venv", "python3-venv")
    elif call.module == "pip":
        package = "py3-pip" if image.distro == "alpine" else "python3-pip"
        if _lacks_pip(image, call):
            yield _finding(ctx, call, "pip", package)
    elif call.module == "setup.py":
        if image.distro != "alpine" and _needs_setuptools(call) and _lacks_pip(image, call):
            yield _setuptools(ctx, call, "python3-setuptools")
    elif call.module == "ensurepip" and image.distro != "alpine":
        yield _finding(ctx, call, "ensurepip", None if _may_have_pip(call) else "python3-pip")


def _may_have_venv(image: Image, call: PythonCall) -> bool:
    names = call.state.possible or frozenset()
    if any(name in _WITH_VENV or name.endswith(("-venv", "-full")) or name.startswith("education-") for name in names):
        return True
    return _unknown_base(image) or any(name.endswith("-venv") for name in image.packages or ())


def _unknown_base(image: Image) -> bool:
    return image.packages is None and image.name not in _PLAIN_IMAGES and image.distro != "alpine"


def _may_have_pip(call: PythonCall) -> bool:
    return any("pip" in name for name in call.state.possible or ())


def _lacks_pip(image: Image, call: PythonCall) -> bool:
    """Whether pip is certainly not there; setuptools is not either then."""
    from dflint.model.pythonenv import at_least

    names = call.state.possible
    if names is None or _unknown_base(image) or "python3-pip" in (image.packages or ()):
        return False
    if image.distro == "alpine" and not at_least(image.release, 3, 12):
        return False
    if image.distro == "debian":
        from dflint.model.brought import added_packages

        # Recommended packages count whatever the options of the installs were.
        added = added_packages(call.step.stage, names)
        if added is not None:
            return not any(name in added for name in ("python3-pip", "python3-setuptools", "python3-pkg-resources"))
    return all(name in _PLAIN for name in names)


def _finding(ctx: RuleContext, call: PythonCall, key: str, package: str | None) -> Finding:
    from dflint.rules._install import install_package

    command = call.command
    assert command.name is not None
    span = Span(command.name.span.start, max(word.span.end for word in command.args if word.value == call.module))
    fixes: list[Fix | None] = []
    if package is not None and key != "ensurepip":
        fixes.append(install_package(ctx, call.step, package, command=command))
    return ctx.finding(span, key, fixes=fixes, package=package or "python3-pip")


def _needs_setuptools(call: PythonCall) -> bool:
    """Whether the setup.py that is run comes from the context and imports setuptools."""
    from dflint.model.copied import copied_text

    text = copied_text(call.step, "setup.py")
    lines = (text or "").splitlines()
    return any(line.startswith(("import setuptools", "from setuptools")) for line in lines)


def _is_new_image(call: PythonCall) -> bool:
    """Whether this is an official image of Python 3.12 or later, which has no setuptools, and nothing installed it."""
    from dflint.model.pythonenv import at_least

    image = call.step.stage.image
    if image is None or image.name != "python" or not at_least((image.tag or "").partition("-")[0], 3, 12):
        return False
    for stage in call.step.stage.chain:
        for step in stage.steps:
            if step.from_references:
                return False
            for command in step.commands:
                if command is call.command:
                    return not getattr(step.script, "has_errors", False)
                if any(name in word.text for word in command.words for name in _INSTALLERS):
                    return False
                if command.name is None or "/" in command.name.text or command.prog in ("sh", "bash", "make"):
                    return False
    return False


def _setuptools(ctx: RuleContext, call: PythonCall, package: str | None) -> Finding:
    from dflint.rules._install import install_package

    command = call.command
    assert command.name is not None
    span = Span(command.name.span.start, max(word.span.end for word in command.args if word.value == "setup.py"))
    if package is not None:
        fix = install_package(ctx, call.step, package, command=command)
    else:
        package = "setuptools with pip"
        plain = command.exact and command.outer is None and not call.step.node.is_json and not command.loops
        edit = ctx.edit.insert_before(command.span, "pip install --no-cache-dir setuptools && ") if plain else None
        fix = ctx.fix("Install setuptools before", edit)
    return ctx.finding(span, "setuptools", fixes=[fix], package=package)
