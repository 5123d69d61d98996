"""Shared libraries that packages compiled by pip need when they run, and whether an image has them.

Only projects without wheels for Linux (or told to be compiled) count: PyPI's file lists of psycopg2, psycopg-c,
mysqlclient and python-ldap hold none. Where a library is: the files of the Debian and Alpine packages.
"""

from __future__ import annotations

from dflint.model.brought import added_packages, recommends
from dflint.model.plainfiles import HARMLESS
from dflint.model.virtualenvs import option_value
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command


class Library:
    """``name`` of the shared object; the packages that have it: ``debian`` (one of them per release) and ``alpine``."""

    __slots__ = ("alpine", "debian", "name")

    def __init__(self, name: str, alpine: str, *debian: str) -> None:
        self.name = name
        self.alpine = alpine
        self.debian = debian


_LIBPQ = Library("libpq.so.5", "libpq", "libpq5")
_COMPILED = {
    "psycopg2": _LIBPQ,
    "psycopg-c": _LIBPQ,
    "mysqlclient": Library("libmariadb.so.3", "mariadb-connector-c", "libmariadb3"),
    "python-ldap": Library("libldap", "libldap", "libldap2", "libldap-2.5-0", "libldap-2.4-2"),
}
# Projects with wheels, which --no-binary compiles.
_IF_COMPILED = {"psycopg2-binary": _LIBPQ, "lxml": Library("libxslt.so.1", "libxslt", "libxslt1.1")}
WORDS = ("psycopg", "mysqlclient", "python-ldap", "lxml", "-r", "--requirement")
_PLAIN_PROGRAMS = frozenset(
    ("pip", "pip3", "python", "python3", "rm", "curl", "wget", "find", "apt-get", "apt", "apk", "cp", "mv", "tee")
)
# Packages of Alpine that bring none of the libraries.
_APK_WITHOUT = frozenset(
    ("bash", "curl", "tzdata", "ca-certificates", "tini", "dumb-init", "su-exec", "git", "libstdc++", "libgcc",
     "openssl", "libffi", "python3", "py3-pip", "jpeg", "libjpeg-turbo", "zlib", "gettext", "make", "shadow", "wget",
     "jq", "procps", "nginx", "supervisor", "coreutils", "openssh-client", "file", "libmagic", "libc6-compat")
)  # fmt: skip
# Options of pip whose value is no project.
_WITH_VALUE = frozenset(
    ("-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-t", "--target",
     "--prefix", "--no-binary", "--only-binary", "-f", "--find-links", "-w", "--wheel-dir", "--root", "--trusted-host")
)  # fmt: skip
_LIBRARY_DIRS = ("/usr", "/usr/local", "/usr/lib", "/usr/local/lib", "/lib", "/")


class Compiled:
    """A project that pip compiles: ``project``, the ``library`` it needs then, and the command that installs it."""

    __slots__ = ("command", "library", "project", "step")

    def __init__(self, project: str, library: Library, step: Step, command: Command) -> None:
        self.project = project
        self.library = library
        self.step = step
        self.command = command


def compiled_projects(stage: Stage) -> Iterator[Compiled]:
    """What the pip commands of a stage certainly compile."""
    for each in stage.chain:
        for step in each.steps:
            for command in step.commands if isinstance(step.node, Run) else ():
                if command.conditional or command.name is None:
                    continue
                values = [word.expand(step.scope.shell) or "" for word in command.words]
                args = _pip_arguments(values)
                if args:
                    source = option_value(args, "--no-binary") or ""
                    for project in dict.fromkeys(_projects(step, args)):
                        library = _COMPILED.get(project)
                        if library is None and (project in source.split(",") or source == ":all:"):
                            library = _IF_COMPILED.get(project)
                        if library is not None:
                            yield Compiled(project, library, step, command)


def _pip_arguments(values: Sequence[str]) -> Sequence[str]:
    """The words after ``pip install`` and ``pip wheel``; empty for other commands."""
    prog = values[0].rpartition("/")[2]
    args = values[1:]
    if prog.startswith("python") and args[:2] == ["-m", "pip"]:
        prog, args = "pip", args[2:]
    elif prog == "uv" and args[:1] == ["pip"]:
        prog, args = "pip", args[1:]
    if not (prog.startswith("pip") and not prog[3:].strip("0123456789.")):
        return ()
    verb = next((at for at, value in enumerate(args) if not value.startswith("-")), None)
    return args[verb + 1 :] if verb is not None and args[verb] in ("install", "wheel") else ()


def _projects(step: Step, args: Sequence[str]) -> Iterator[str]:
    """The projects that a command line names, requirements files of the context included."""
    for at, value in enumerate(args):
        if value in ("-r", "--requirement") and at + 1 < len(args):
            from dflint.model.copied import copied_text

            for line in (copied_text(step, args[at + 1]) or "").splitlines():
                if ";" not in line:
                    yield _project(line.partition("#")[0].strip())
        elif not value.startswith(("-", ".", "/")) and (at == 0 or args[at - 1] not in _WITH_VALUE):
            yield _project(value)


def _project(text: str) -> str:
    """``psycopg2`` of ``Psycopg2==2.9.10``; ``psycopg[c]`` brings psycopg-c."""
    end = next((at for at, char in enumerate(text) if char in "=<>!~[ @;"), len(text))
    name = text[:end].strip().lower().replace("_", "-").replace(".", "-")
    extras = text[end + 1 :].partition("]")[0].replace(" ", "").split(",") if text[end : end + 1] == "[" else []
    return "psycopg-c" if name == "psycopg" and "c" in extras else name


# -- what an image has --------------------------------------------------------------------------------------------


class Lacking:
    """A stage without a library: ``package`` has it there; ``install`` is the last install of the stage, if any."""

    __slots__ = ("install", "package")

    def __init__(self, package: str, install: Install | None) -> None:
        self.package = package
        self.install = install


def lacking(stage: Stage, library: Library) -> Lacking | None:
    """Whether a finished stage certainly lacks a library; None if it has it, or if that is not certain."""
    image = stage.image
    if image is None or image.distro not in ("debian", "alpine"):
        return None
    package = _package(stage, library)
    installs: list[Install] = []
    for each in stage.chain:
        for step in each.steps:
            if not _leaves_libraries(step):
                return None
            installs += step.installs
    if package is None or any(
        install.unknown or any(s.local or s.pattern for s in install.specs) for install in installs
    ):
        return None
    names = {spec.name for install in installs for spec in install.specs if spec.installs}
    last = next((install for install in reversed(installs) if install.step.stage is stage), None)
    if image.distro == "alpine":
        return Lacking(package, last) if names <= _APK_WITHOUT and image.name in ("alpine", "python") else None
    if image.packages is None or package in image.packages:
        return None
    wanted = any(recommends(install) for install in installs)
    added = added_packages(stage, names, recommends=wanted) if names else frozenset()
    return None if added is None or package in added else Lacking(package, last)


def _package(stage: Stage, library: Library) -> str | None:
    """The package of the stage's release that has the library."""
    image = stage.image
    assert image is not None
    if image.distro == "alpine":
        return library.alpine
    if image.release is None:
        return None
    from dflint.knowledge import packages

    index = packages(image.release)
    if index is None or not index.closed:
        return None
    facts = [index.lookup(name) for name in library.debian]
    return next((fact.name for fact in facts if fact is not None and fact.kind == "real"), None)


def _leaves_libraries(step: Step) -> bool:
    """Whether a step brings shared libraries by its package installs alone."""
    node = step.node
    if isinstance(node, Env):
        return not any(pair.key.text == "LD_LIBRARY_PATH" for pair in node.pairs)
    if isinstance(node, Transfer):
        dest = step.expand(node.dest.text)
        if not isinstance(dest, Known) or any(".so" in word.text or "lib/" in word.text for word in node.sources):
            return isinstance(dest, Known) and all("site-packages" in word.text for word in node.sources)
        place = dest.text.rstrip("/") or "/"
        return place not in _LIBRARY_DIRS or all("." in word.text.rpartition("/")[2] for word in node.sources)
    if not isinstance(node, Run):
        return True
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return False
    return all(
        command.name is None or command.prog in HARMLESS or command.prog in _PLAIN_PROGRAMS
        for command in script.commands
    )
