"""Packages of PyPI and npm that are compiled when they are installed, wherever that is, and what that takes.

PyPI: projects whose newest release had no wheel for Python 3.12 on Linux in November 2026. npm: packages whose newest
release then ran node-gyp (by its install script or binding.gyp), held no binaries for Linux and needed no tool that
fetches them.
"""

from __future__ import annotations

import json

from dflint.model.copied import copied_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord


class Need:
    """What compiling a package takes.

    tools     programs; apt, apk: the packages that bring them and the libraries, for Debian and Alpine.
    """

    __slots__ = ("apk", "apt", "tools")

    def __init__(self, tools: str, apt: str, apk: str) -> None:
        self.tools = tuple(tools.split())
        self.apt = tuple(apt.split())
        self.apk = tuple(apk.split())


_PYPI = {
    "psycopg2": Need("gcc pg_config", "gcc libc6-dev libpq-dev", "gcc musl-dev postgresql-dev"),
    "mysqlclient": Need(
        "gcc pkg-config", "default-libmysqlclient-dev gcc libc6-dev pkg-config", "gcc mariadb-dev musl-dev pkgconf"
    ),
    "uwsgi": Need("gcc", "gcc libc6-dev", "gcc linux-headers musl-dev"),
    "python-ldap": Need("gcc", "gcc libc6-dev libldap2-dev libsasl2-dev", "gcc musl-dev openldap-dev"),
    "pycairo": Need("gcc pkg-config", "gcc libc6-dev libcairo2-dev pkg-config", "cairo-dev gcc musl-dev pkgconf"),
    "pycups": Need("gcc", "gcc libc6-dev libcups2-dev", "cups-dev gcc musl-dev"),
}
_GYP = Need("python3 make g++", "g++ make python3", "g++ make python3")
_NPM = frozenset(
    ("node-pty", "node-rdkafka", "unix-dgram", "zlib-sync", "iconv", "heapdump", "mmmagic", "xxhash")
)  # fmt: skip
# Options with which pip takes other files than PyPI's, or compiles nothing.
_ELSEWHERE = ("--only-binary", "--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--no-index",
              "--prefer-binary", "--dry-run", "--no-deps")  # fmt: skip
_VERSION = frozenset("=<>~! ;[@,")


def python_needs(step: Step, args: tuple[ShWord, ...]) -> Iterator[tuple[str, ShWord, Need]]:
    """(project, word that names it or its list, need) of the arguments of ``pip install`` or ``pip wheel``."""
    values = [word.expand(step.scope.shell) for word in args]
    if not values or values[0] not in ("install", "wheel"):
        return
    if any(value is None or value.partition("=")[0] in _ELSEWHERE for value in values):
        return
    if any(
        step.scope.declared("PIP_" + name) for name in ("INDEX_URL", "EXTRA_INDEX_URL", "ONLY_BINARY", "FIND_LINKS")
    ):
        return
    pending = False
    for word, value in zip(args[1:], values[1:], strict=True):
        text = value or ""
        if pending or text.startswith(("--requirement=", "-r=")):
            for project in _requirements(copied_text(step, text.partition("=")[2] if "=" in text else text) or ""):
                yield project, word, _PYPI[project]
        elif not text.startswith("-") and (name := _project(text)) is not None:
            yield name, word, _PYPI[name]
        pending = text in ("-r", "--requirement")


def _requirements(text: str) -> Iterator[str]:
    """The projects of a requirements file that are compiled; nothing if it names other sources."""
    lines = [line.split(" #")[0].strip() for line in text.splitlines()]
    if any(
        line.startswith(("--index-url", "-i", "--extra-index", "--find-links", "-f", "--only-binary")) for line in lines
    ):
        return
    for line in lines:
        name = _project(line)
        if name is not None and ";" not in line:
            yield name


def _project(text: str) -> str | None:
    """The compiled project that a requirement names; None for others."""
    end = next((at for at, char in enumerate(text) if char in _VERSION), len(text))
    name = text[:end].lower().replace("_", "-")
    if name == "psycopg2" and text[end:].startswith(("==2.7", "<", "~=2.7", "==2.6")):
        return None  # 2.7 had wheels
    return name if name in _PYPI else None


def node_needs(step: Step, command: ShellCommand) -> Iterator[tuple[str, Need]]:
    """(package, need) of a plain ``npm ci``, ``npm install`` or ``yarn install`` in the working directory."""
    values = command.values()
    words = [value for value in values if value is None or not value.startswith("-")]
    installs = words in (["ci"], ["install"], ["i"], ["clean-install"]) or (command.prog == "yarn" and not words)
    if not installs or any(value is not None and value.startswith(("--ignore-scripts", "--prefix", "--cwd", "-C", "-w"))
                           for value in values):  # fmt: skip
        return
    if (copied_text(step, ".npmrc") or "").find("ignore-scripts") >= 0 or copied_text(step, ".yarnrc.yml") is not None:
        return
    manifest = _json(copied_text(step, "package.json"))
    if manifest is None or step.scope.declared("npm_config_ignore_scripts"):
        return
    production = step.scope.shell("NODE_ENV") != "" or any(
        value in ("--production", "--only=production", "--omit=dev", "--prod")
        or (value or "").startswith("--production=")
        for value in values
    )
    lock = _json(copied_text(step, "package-lock.json")) if command.prog == "npm" else None
    for name in sorted(_compiled(manifest, lock, production=production)):
        yield name, _GYP


def _compiled(manifest: Mapping[str, Any], lock: Mapping[str, Any] | None, *, production: bool) -> set[str]:
    optional = manifest.get("optionalDependencies") or {}
    kinds = ("dependencies",) if production else ("dependencies", "devDependencies")
    found = {name for kind in kinds for name in manifest.get(kind) or {} if name in _NPM and name not in optional}
    for path, entry in ((lock or {}).get("packages") or {}).items():
        name = path.rpartition("node_modules/")[2]
        if name in _NPM and isinstance(entry, dict):
            left_out = entry.get("optional") or entry.get("devOptional") or (production and entry.get("dev"))
            if not left_out:
                found.add(name)
    return found


def _json(text: str | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
