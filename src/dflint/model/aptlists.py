"""Whether apt has package lists at a point of the build.

The official images ship without them; ``apt-get update`` brings them, ``rm -rf /var/lib/apt/lists/*`` takes them away,
and a mount over ``/var/lib/apt`` keeps them out of the image.
"""

from __future__ import annotations

from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from dflint.model.build import Build
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

    Status = Literal["absent", "present", "unknown"]

APT = frozenset(("apt-get", "apt", "aptitude"))
# Official images, made from a Debian or Ubuntu without lists, whose Dockerfiles leave none either.
_WITHOUT_LISTS = frozenset(
    ("debian", "ubuntu", "buildpack-deps", "node", "python", "golang", "rust", "ruby", "php", "openjdk",
     "eclipse-temurin", "gcc", "perl", "nginx", "httpd", "postgres", "redis", "mariadb", "mysql", "mongo", "tomcat",
     "maven", "gradle", "haskell", "julia", "r-base", "erlang", "elixir", "swift", "dart", "mono", "pypy", "haproxy",
     "memcached", "rabbitmq", "wordpress", "drupal", "jruby", "groovy", "clojure")
)  # fmt: skip
# Releases whose images came with some lists.
_WITH_LISTS = frozenset(("lucid", "quantal", "raring", "saucy", "trusty", "utopic", "vivid", "wily"))
# Programs that fetch lists or remove them by themselves.
_OWN_WAYS = frozenset(
    ("add-apt-repository", "apt-add-repository", "install_packages", "extrepo", "nala", "apt-fast", "playwright",
     "ansible", "ansible-playbook", "puppet", "chef-client", "chroot", "eval", "make", "rosdep", "conda", "pwsh",
     "Rscript", "R", "install2.r", "puppeteer", "cypress", "gh", "auto-apt", "apt-clean", "clean-install", "dpkg")
)  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", "."))
_HARMLESS_FILES = ("/os-release", "/lsb-release", "/activate", "/nvm.sh", "/env", "/.bashrc", "/.profile", "/profile")
_RUNNERS = frozenset(("npx", "pnpm", "yarn", "npm", "bunx", "bun", "python", "python3", "uv", "uvx", "pipx", "node"))
_LISTS = "/var/lib/apt/lists"
_ABOVE = ("/", "/var", "/var/lib", "/var/lib/apt", _LISTS)


class ListsState:
    """Package lists at one point.

    status   whether they are there.
    removed  the step and the command that took them away; None if none did.
    updated  the step and the command that brought them; None if that is not certain.
    """

    __slots__ = ("removed", "status", "updated")

    def __init__(self, status: Status) -> None:
        self.status: Status = status
        self.removed: tuple[Step, ShellCommand] | None = None
        self.updated: tuple[Step, ShellCommand] | None = None

    def copy(self) -> ListsState:
        """An independent copy."""
        new = ListsState(self.status)
        new.removed, new.updated = self.removed, self.updated
        return new


def apt_installs(build: Build) -> Iterator[tuple[Install, ListsState, frozenset[str]]]:
    """All apt installs of a build, each with the lists before it and the names that were installed before."""
    ends: dict[int, tuple[ListsState, frozenset[str]]] = {}
    for stage in build.stages:
        found = ends.get(stage.parent.index) if stage.parent is not None else None
        lists, names = (found[0].copy(), found[1]) if found is not None else (ListsState(_initial(stage)), frozenset())
        installed = set(names)
        for step in stage.steps:
            if isinstance(step.node, Run):
                yield from _run(step, lists, installed)
            elif isinstance(step.node, Transfer) and lists.status == "absent" and _may_bring(step, step.node):
                lists.status = "unknown"
        ends[stage.index] = lists, frozenset(installed)


def is_update(command: ShellCommand) -> bool:
    """Whether a command fetches the package lists."""
    return command.prog in APT and any(word.value == "update" for word in command.args)


def _initial(stage: Stage) -> Status:
    image = stage.image
    if image is None or image.manager != "apt" or image.name not in _WITHOUT_LISTS:
        return "unknown"
    return "unknown" if image.release in _WITH_LISTS else "absent"


def _may_bring(step: Step, node: Transfer) -> bool:
    """Whether a COPY or ADD may bring lists: a tree of another image, or of the context where nobody can look."""
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known):
        return True
    path = dest.text.rstrip("/") or "/"
    if path not in _ABOVE and not path.startswith(_LISTS):
        return False
    return node.flag("from") is not None or path != "/"


def _run(step: Step, lists: ListsState, installed: set[str]) -> Iterator[tuple[Install, ListsState, frozenset[str]]]:
    """Account for a RUN."""
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        lists.status = "unknown"
        return
    mounted = any(
        flag.name == "mount" and (flag.option("target", "dst", "destination") or "").rstrip("/") in _ABOVE
        for flag in step.node.flags
    )
    # What happens under a mount is not part of the image.
    inside = ListsState("unknown") if mounted else lists
    installs = {install.command: install for install in step.installs if install.manager == "apt"}
    for command in script.commands:
        install = installs.get(command)
        if install is None:
            _command(inside, command, step)
            continue
        if install.option("--update", "-U") is not None:
            inside.status, inside.updated, inside.removed = "present", (step, command), None
        if not step.trigger:
            yield install, inside.copy(), frozenset(installed)
        if not command.guarded and not command.conditional:
            installed.update(spec.name for spec in install.specs)


def _command(lists: ListsState, command: ShellCommand, step: Step) -> None:
    prog = command.prog
    if is_update(command):
        lists.status, lists.updated, lists.removed = "present", (step, command), None
    elif prog is None:
        if command.name is not None:
            lists.status = "unknown"
    elif prog in ("rm", "find") or (prog in APT and any(v in ("distclean", "dist-clean") for v in command.values())):
        _removal(lists, prog, command, step)
    elif may_call_apt(prog, command, step):
        lists.updated = None
        if lists.status == "absent":
            lists.status = "unknown"


def _removal(lists: ListsState, prog: str, command: ShellCommand, step: Step) -> None:
    targets = [word.expand(step.scope.shell) for word in command.args]
    if prog == "rm" and not any(_all_lists(target) for target in targets):
        # A removal of parts, or of a place that is not known: whether apt still finds a package cannot be told.
        if any(target is None or "/var/lib" in target or target == "/var" for target in targets):
            lists.status = "unknown" if lists.status == "present" else lists.status
    elif prog == "find":
        if any(target is not None and target.startswith(("/var", "/")) and "apt" in target for target in targets):
            lists.status = "unknown" if lists.status == "present" else lists.status
    elif command.conditional:
        lists.status = "unknown" if lists.status == "present" else lists.status
    else:
        lists.status, lists.removed = "absent", (step, command)


def _all_lists(target: str | None) -> bool:
    """Whether removing this removes all lists."""
    path = (target or "").rstrip("/")
    return path in (_LISTS, _LISTS + "/*", "/var/lib/apt", "/var/lib/apt/*", "/var/lib/apt/lists/*.*", _LISTS + "/**")


def may_call_apt(prog: str, command: ShellCommand, step: Step) -> bool:
    """Whether a program may call apt, or fetch lists, unseen."""
    if prog in _OWN_WAYS:
        return prog != "dpkg" or any(value is None or value in ("-i", "--install") for value in command.values())
    if prog in _SHELLS:
        operands = [word.value for word in command.args if not (word.value or "").startswith("-")]
        return not operands or _script_may(operands[0], step)
    if prog in _RUNNERS:
        return any(value is None or "playwright" in value or "patchright" in value for value in command.values())
    name = command.name.value if command.name is not None else None
    if name is not None and "/" in name and not name.startswith(("/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/")):
        return _script_may(name, step)
    return False


def _script_may(path: str | None, step: Step) -> bool:
    """Whether a script may call apt: its text says so, or cannot be read."""
    if path is None:
        return True
    if path.endswith(_HARMLESS_FILES):
        return False
    from dflint.model.copied import copied_text

    text = copied_text(step, path)
    return text is None or any(word in text for word in ("apt", "curl", "wget"))
