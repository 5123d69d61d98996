"""Whether the tools that compile native code are in a stage: judged by packages, where all of them are known."""

from __future__ import annotations

from dflint.model.aptlists import may_call_apt
from dflint.model.brought import added_packages, recommends
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

# Packages whose names start so bring the tool, by themselves or through what they need.
_BRINGING = {
    "gcc": ("gcc", "g++", "clang", "build-essential", "build-base", "alpine-sdk", "cpp", "tcc"),
    "g++": ("g++", "clang", "build-essential", "build-base", "alpine-sdk"),
    "make": ("make", "build-essential", "build-base", "alpine-sdk", "gmake"),
    "python3": ("python3", "python-is-python3", "pypy"),
    "pg_config": ("libpq-dev", "postgresql"),
    "pkg-config": ("pkg-config", "pkgconf", "pkgconfig", "libmysqlclient", "libmariadb", "default-libmysql", "mariadb"),
}
# Alpine packages that bring none of these tools; names of libraries are told by their form.
_PLAIN_APK = frozenset(
    ("bash", "curl", "git", "wget", "ca-certificates", "tzdata", "openssl", "openssh-client", "openssh", "jq", "tini",
     "dumb-init", "su-exec", "postgresql-client", "mariadb-client", "mysql-client", "nodejs", "npm", "yarn", "gcompat",
     "ffmpeg", "nginx", "chromium", "nss", "freetype", "harfbuzz", "ttf-freefont", "vips", "imagemagick", "rsync",
     "zip", "unzip", "tar", "xz", "gettext", "linux-headers", "py3-pip", "python3", "make", "pkgconf", "cmake",
     "graphicsmagick", "ghostscript", "sudo", "shadow", "less", "vim", "nano", "file", "procps", "coreutils", "redis",
     "py3-virtualenv", "py3-setuptools", "py3-wheel")
)  # fmt: skip
_FOREIGN = frozenset(
    ("conda", "mamba", "micromamba", "brew", "nix", "nix-env", "asdf", "mise", "pixi", "spack", "eval")
)
_TREES = ("/", "/usr", "/usr/local", "/usr/bin", "/usr/local/bin", "/usr/lib", "/opt")


def missing_tools(step: Step, before: ShellCommand, tools: tuple[str, ...]) -> tuple[str, ...]:
    """The ones of ``tools`` that certainly are not there when a command of a RUN starts; () if that is not known."""
    image = step.stage.image
    if image is None or not image.closed or step.scope.declared("CC"):
        return ()
    installs = _installs(step, before)
    if installs is None:
        return ()
    names = _names(step.stage, installs)
    if names is None:
        return ()
    names |= image.packages or frozenset()
    return tuple(
        tool for tool in tools if image.has(tool) is False and not any(n.startswith(_BRINGING[tool]) for n in names)
    )


def _installs(step: Step, before: ShellCommand) -> list[Install] | None:
    """The installs up to a command; None if something else may bring tools."""
    found: list[Install] = []
    for stage in step.stage.chain:
        for each in stage.steps:
            node = each.node
            if isinstance(node, Transfer):
                dest = each.expand(node.dest.text)
                tree = not isinstance(dest, Known) or (dest.text.rstrip("/") or "/") in _TREES
                if tree and node.flag("from") is not None:
                    return None
            elif isinstance(node, Env) and any(pair.key.text in ("CC", "CXX") for pair in node.pairs):
                return None
            elif isinstance(node, Run):
                if not isinstance(each.script, Script) or each.script.has_errors:
                    return None
                own = {install.command: install for install in each.installs}
                for command in each.script.commands:
                    if command is before:
                        return found
                    install = own.get(command)
                    if install is not None:
                        found.append(install)
                    elif command.prog in _FOREIGN or may_call_apt(command.prog or "", command, each):
                        return None
    return None


def _names(stage: Stage, installs: list[Install]) -> set[str] | None:
    """The packages that the installs bring; None if that is not known."""
    image = stage.image
    names: set[str] = set()
    for install in installs:
        if install.unknown or any(spec.local or spec.pattern for spec in install.specs):
            return None
        wanted = {spec.name for spec in install.specs if spec.installs}
        names |= wanted
        if image is not None and image.distro == "alpine":
            if not all(_plain(name) or name.startswith(_BRINGING["gcc"]) for name in wanted):
                return None
            continue
        added = added_packages(stage, wanted, recommends=recommends(install))
        if added is None:
            return None
        names |= added
    return names


def _plain(name: str) -> bool:
    return name in _PLAIN_APK or name.endswith("-dev") or name.startswith(("lib", "font-", "ttf-", "."))
