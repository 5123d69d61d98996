"""Python environments that a stage makes and another one copies: which Python they belong to, and where that one is.

A virtual environment's ``bin/python`` is a link to the interpreter that made it, and its packages lie in a folder named
after the version (``lib/python3.12/site-packages``), so it works only where the same version is at the same place.

Sources: PEP 405; the documentation of venv and of uv; the Dockerfiles of the official Python images; the
package python3 of Debian, Ubuntu and Alpine.
"""

from __future__ import annotations

from dflint.model.plainfiles import HARMLESS
from dflint.model.started import commands_with_directory, resolved
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Add, Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.packages import PackageSpec
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

# The version of the package python3.
_SYSTEM_VERSIONS = {
    "debian": {"stretch": "3.5", "buster": "3.7", "bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13"},
    "ubuntu": {"bionic": "3.6", "focal": "3.8", "jammy": "3.10", "noble": "3.12"},
    "alpine": {"3.13": "3.8", "3.14": "3.9", "3.15": "3.9", "3.16": "3.10", "3.17": "3.10", "3.18": "3.11",
               "3.19": "3.11", "3.20": "3.12", "3.21": "3.12", "3.22": "3.12"},
}  # fmt: skip
OFFICIAL, SYSTEM = "/usr/local/bin", "/usr/bin"
# Packages that bring no Python; so do those called lib..., but for the exceptions.
_WITHOUT = frozenset(
    ("ca-certificates", "curl", "wget", "tini", "dumb-init", "openssl", "tzdata", "bash", "git", "gosu", "su-exec",
     "procps", "netcat-openbsd", "jq", "gettext-base", "gettext", "postgresql-client", "nginx", "unzip", "make",
     "openssh-client", "gnupg", "locales", "file", "media-types", "mime-support", "ffmpeg", "busybox", "shadow")
)  # fmt: skip
_LIB_WITH = ("libreoffice", "libpython", "liblouis", "libglib2.0-dev", "libboost")
_TOOLS = frozenset(
    ("pip", "pip3", "python", "python3", "virtualenv", "uv", "poetry", "rm", "curl", "wget", "find", "gcc", "make",
     "git", "cp", "mv", "tee", "touch", "install")
)  # fmt: skip


class Python:
    """The Python that a stage calls ``python3``.

    folder  where it is: ``/usr/local/bin`` or ``/usr/bin``; "" if there is none. version: ``3.12``, "" if not known.
    """

    __slots__ = ("folder", "version")

    def __init__(self, folder: str, version: str) -> None:
        self.folder = folder
        self.version = version

    def __repr__(self) -> str:
        return f"Python({self.folder!r}, {self.version!r})"


class Environment:
    """A folder with packages for one Python.

    kind  ``venv``; ``tree`` for what ``pip install --user`` and ``--prefix`` fill; ``wheels`` for what ``pip wheel``
          leaves; ``site`` for the site-packages of the Python itself.
    """

    __slots__ = ("kind", "path", "python")

    def __init__(self, kind: str, path: str, python: Python) -> None:
        self.kind = kind
        self.path = path
        self.python = python


def python_of(stage: Stage) -> Python | None:
    """The Python of a finished stage; None if it is not certain which it is, or whether there is one."""
    image = stage.image
    if stage.is_scratch:
        found: Python | None = Python("", "")
    elif image is None or image.distro is None or image.tag is None:
        return None
    elif image.name == "python":
        head = image.tag.partition("-")[0].split(".")
        version = ".".join(head[:2]) if len(head) > 1 and "".join(head[:2]).isdigit() else ""
        found = Python(OFFICIAL, version)
    else:
        has = image.has("python3")
        found = None if has is None else _system(stage) if has else Python("", "")
    for each in stage.chain:
        for step in each.steps:
            if found is None:
                return None
            found = _after(found, step)
    return found


def _system(stage: Stage) -> Python:
    image = stage.image
    assert image is not None
    return Python(SYSTEM, _SYSTEM_VERSIONS.get(image.distro or "", {}).get(image.release or "", ""))


def _after(python: Python, step: Step) -> Python | None:
    """The Python after a step."""
    if isinstance(step.node, Transfer):
        return None if _may_bring_python(step, step.node) else python
    if isinstance(step.node, Env):
        return python
    if not isinstance(step.node, Run):
        return python
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return None
    installs = {install.command: install for install in step.installs}
    for command in script.commands:
        install = installs.get(command)
        if install is None:
            if command.name is not None and not _leaves_python(command):
                return None
        elif not python.folder:
            if install.unknown or install.manager not in ("apt", "apk"):
                return None
            brings = [_brings(spec) for spec in install.specs if spec.installs]
            if True in brings:
                python = _system(step.stage)
            elif None in brings:
                return None
    return python


def _brings(spec: PackageSpec) -> bool | None:
    """Whether a package brings /usr/bin/python3."""
    name = spec.name
    if spec.local or spec.pattern:
        return None
    if name.startswith(("python3", "py3-")):
        return (
            True
            if name.rstrip("0123456789.") in ("python", "python-") or name.startswith(("python3-", "py3-"))
            else None
        )
    if name in _WITHOUT or (name.startswith("lib") and not name.startswith(_LIB_WITH) and not name.endswith("-dev")):
        return False
    return None


def _leaves_python(command: Command) -> bool:
    prog = command.prog or ""
    if prog in ("ln", "update-alternatives"):
        return not any("python" in (word.value or "python") for word in command.args)
    if prog == "uv" and "python" in command.values()[:1]:
        return False
    return prog in HARMLESS or prog in _TOOLS or prog.startswith("python3.")


def _may_bring_python(step: Step, node: Transfer) -> bool:
    """Whether a copied tree may bring an interpreter into the system's folders."""
    dest = step.expand(node.dest.text)
    place = resolved(step.workdir.text if isinstance(step.workdir, Known) else None, dest.text) if dest.known else None  # type: ignore[union-attr]
    if place is None or any("/bin/python" in word.text for word in node.sources):
        return True
    if isinstance(node, Add) and place == "/":
        return True
    foreign = node.flag("from") is not None
    if place in ("/", "/usr", "/usr/local", "/usr/bin", "/usr/local/bin"):
        names = [word.text.rstrip("/").rpartition("/")[2] for word in node.sources]
        return any("." not in name or name == "." for name in names) if foreign else place != "/" and "." in names
    return False


# -- what a stage makes -------------------------------------------------------------------------------------------


def environments(stage: Stage) -> list[Environment]:
    """The environments that a stage (or one that it is built from) certainly makes."""
    python = python_of(stage)
    if python is None or not python.folder:
        return []
    found: list[Environment] = []
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Run):
                for command, cwd in commands_with_directory(step, step.workdir):
                    if command.name is not None and not command.conditional:
                        made = _made(step, command, cwd)
                        if made is not None:
                            found.append(Environment(*made, _called(command, python)))
    if python.folder == OFFICIAL and python.version:
        found.append(Environment("site", f"/usr/local/lib/python{python.version}/site-packages", python))
    return [each for each in found if each.python.folder]


def _called(command: Command, python: Python) -> Python:
    """The Python that a command calls; one without folder if that is not certain."""
    name = command.name.value if command.name is not None else None
    if name is None:
        return Python("", "")
    folder, _, base = name.rpartition("/")
    if folder and folder != python.folder:
        return Python("", "")
    if base.startswith("python3.") and base[6:] != python.version:
        return Python("", "")
    return python


def _made(step: Step, command: Command, cwd: str | None) -> tuple[str, str] | None:
    """(kind, path) of the environment that a command makes."""
    values = [word.expand(step.scope.shell) for word in command.words]
    if None in values:
        return None
    words = [value for value in values if value is not None]
    prog = words[0].rpartition("/")[2]
    args = words[1:]
    if any(value in ("--copies", "--always-copy", "-p", "--python") or value.startswith("--python=") for value in args):
        return None
    if prog.startswith("python") and args[:1] == ["-m"] and args[1:2] in (["venv"], ["virtualenv"]):
        return _venv(args[2:], cwd)
    if prog == "virtualenv":
        return _venv(args, cwd)
    if prog == "uv" and args[:1] in (["venv"], ["sync"]):
        return _uv(step, args, cwd)
    if prog == "poetry" and "install" in args and _is_on(step, "POETRY_VIRTUALENVS_IN_PROJECT"):
        return ("venv", f"{cwd}/.venv") if cwd is not None else None
    if prog.startswith("python") and args[:2] == ["-m", "pip"]:
        prog, args = "pip", args[2:]
    if prog in ("pip", "pip3") and args[:1] == ["install"]:
        return _pip(step, args, cwd)
    if prog in ("pip", "pip3") and args[:1] == ["wheel"]:
        path = resolved(cwd, option_value(args, "-w", "--wheel-dir") or ".")
        return None if path is None else ("wheels", path)
    return None


def option_value(args: Sequence[str], *names: str) -> str | None:
    """The value of an option, attached or in the next word; None if it is not given."""
    for at, value in enumerate(args):
        name, equals, attached = value.partition("=")
        if name in names:
            return attached if equals else args[at + 1] if at + 1 < len(args) else None
    return None


def _venv(args: Sequence[str], cwd: str | None) -> tuple[str, str] | None:
    operands = [value for value in args if not value.startswith("-")]
    path = resolved(cwd, operands[-1]) if len(operands) == 1 else None
    return None if path is None else ("venv", path)


def _uv(step: Step, args: Sequence[str], cwd: str | None) -> tuple[str, str] | None:
    """uv takes the system's Python only where it may not fetch one."""
    downloads = step.scope.shell("UV_PYTHON_DOWNLOADS") if step.scope.declared("UV_PYTHON_DOWNLOADS") else None
    if downloads not in ("0", "never", "false") and "--no-python-downloads" not in args:
        return None
    operands = [value for value in args[1:] if not value.startswith("-")] if args[0] == "venv" else []
    name = step.scope.shell("UV_PROJECT_ENVIRONMENT") if step.scope.declared("UV_PROJECT_ENVIRONMENT") else ".venv"
    path = resolved(cwd, operands[0] if operands else name or ".venv") if len(operands) < 2 else None
    return None if path is None else ("venv", path)


def _pip(step: Step, args: Sequence[str], cwd: str | None) -> tuple[str, str] | None:
    if "--user" in args:
        home = "/root" if isinstance(step.user, Known) and step.user.text in ("root", "0") else None
        return ("tree", f"{home}/.local") if home is not None and not step.scope.declared("PYTHONUSERBASE") else None
    prefix = option_value(args, "--prefix", "-t", "--target")
    path = resolved(cwd, prefix) if prefix else None
    return None if path is None else ("tree", path)


def _is_on(step: Step, name: str) -> bool:
    return step.scope.declared(name) and (step.scope.shell(name) or "").lower() in ("1", "true", "yes", "on")


# -- what is copied -----------------------------------------------------------------------------------------------


class Copied:
    """A COPY of an environment: from ``source`` to ``path`` of the step's stage; ``whole``: nothing else."""

    __slots__ = ("environment", "path", "source", "step", "whole")

    def __init__(self, step: Step, source: Stage, environment: Environment, path: str, whole: bool) -> None:
        self.step = step
        self.source = source
        self.environment = environment
        self.path = path
        self.whole = whole


def copied_environments(stage: Stage) -> Iterator[Copied]:
    """The environments of other stages that the stage itself copies."""
    for step in stage.steps:
        source = other_stage(step)
        if source is None or not isinstance(step.node, Transfer):
            continue
        dest = step.expand(step.node.dest.text)
        place = (
            resolved(step.workdir.text if isinstance(step.workdir, Known) else None, dest.text)
            if isinstance(dest, Known)
            else None
        )
        made = environments(source) if place is not None else []
        for word in step.node.sources if made else ():
            value = step.expand(word.text)
            if place is None or not isinstance(value, Known):
                continue
            taken = resolved("/", value.text) or "/"
            for environment in made:
                if environment.path == taken:
                    yield Copied(step, source, environment, place, True)
                elif environment.path.startswith(taken.rstrip("/") + "/"):
                    rest = environment.path[len(taken.rstrip("/")) :]
                    yield Copied(step, source, environment, place.rstrip("/") + rest, False)


def other_stage(step: Step) -> Stage | None:
    """The stage that a COPY takes from; None for the context, images and named contexts."""
    flag = step.node.flag("from") if isinstance(step.node, Transfer) and not step.trigger else None
    value = step.expand(flag.value) if flag is not None and flag.value else None
    if not isinstance(value, Known):
        return None
    build = step.stage.build
    if value.text.lower() in {name.lower() for name in build.config.contexts}:
        return None
    return build.stage_named(value.text, step.stage.index)
