"""Whether an install leaves devDependencies out, and what says so: an option, a variable, or NODE_ENV.

Sources: the npm documentation (``omit``, ``include``; NODE_ENV=production sets ``omit=dev``), pnpm's (``--prod``; up to
version 9 NODE_ENV=production does the same), yarn classic's (``--production``, NODE_ENV), yarn's (``workspaces focus
--production``) and bun's (``--production``, ``--omit``). Each was confirmed by running the managers.
"""

from __future__ import annotations

from dflint.context.workspace.settings import npmrc
from dflint.model.fileops import is_global
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Arg, Env, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from dflint.context.workspace import Event, Workspace
    from dflint.model.nodesite import Site
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

# npm's words that bring devDependencies back.
_KEEPS = frozenset(
    ("--include=dev", "--production=false", "--no-production", "--also=dev", "--also=development", "--dev", "-D",
     "--save-dev", "--prod=false", "--no-prod")
)  # fmt: skip
_NPM_ONLY = frozenset(("--production", "--prod", "--only=production", "--only=prod", "--production=true"))
_PNPM_ONLY = frozenset(("--prod", "-P", "--production", "--prod=true", "--production=true"))
_YARN_ONLY = frozenset(("--production", "--prod", "--production=true", "--prod=true"))
_BUN_ONLY = frozenset(("--production", "--prod", "-p", "--omit=dev"))
_MANAGERS = frozenset(("npm", "pnpm", "yarn", "bun"))
# Commands that install the packages they are given.
_ADDING = frozenset(("install", "i", "in", "add", "link"))
_NPMRC = frozenset(("include", "omit", "only", "also", "dev", "production"))


class Omission:
    """An install without devDependencies.

    step, command  the install. cause: the option or variable that says so, as written. origin: the ENV or ARG that sets
                   the variable, None for an option or an assignment in the command itself.
    """

    __slots__ = ("cause", "command", "event", "origin", "step")

    def __init__(self, step: Step, command: Command, event: Event, cause: str, origin: Step | None = None) -> None:
        self.step = step
        self.command = command
        self.event = event
        self.cause = cause
        self.origin = origin

    def __repr__(self) -> str:
        return f"Omission({self.command!r} by {self.cause!r})"


class Omissions:
    """Judges one install: its event, the command that is written, and the workspace it works in."""

    def __init__(self, event: Event, step: Step, command: Command, site: Site) -> None:
        self.event = event
        self.step = step
        self.command = command
        self.site = site

    def judge(self) -> Omission | Literal[False] | None:
        """The omission; False if devDependencies are installed, None if that is not known."""
        event, flags = self.event, self.event.flags
        if flags & {"rebuild", "rb"}:
            return None  # it installs nothing
        if event.script is not None or any((word.value or "").startswith("NODE_ENV=") for word in self.command.words):
            return None
        if self._reconfigured():
            return None
        if event.manager == "npm":
            return self._npm(flags)
        if event.manager == "pnpm":
            return self._pnpm(flags)
        if event.manager == "bun":
            return self._by_option(flags, _BUN_ONLY) or False
        if self.site.workspace.manager == "berry" or "focus" in flags:
            focused = "focus" in flags
            return (self._by_option(flags, frozenset(("--production",))) if focused else None) or False
        return self._yarn(flags)

    def _npm(self, flags: frozenset[str]) -> Omission | Literal[False] | None:
        if flags & _KEEPS:
            return False
        include = self._variable("NPM_CONFIG_INCLUDE", "npm_config_include")
        production = self._variable("NPM_CONFIG_PRODUCTION", "npm_config_production")
        omit = self._variable("NPM_CONFIG_OMIT", "npm_config_omit")
        if include != "" or production != "" or omit != "" or self._configured(_NPMRC):
            return None
        found = self._by_option(flags, _NPM_ONLY | {"--omit=dev"})
        if found is not None:
            return found
        if any(flag.startswith("--only") for flag in flags):
            return None
        # NODE_ENV counts only where no option says what to omit.
        return False if "--omit" in flags else self._node_env()

    def _pnpm(self, flags: frozenset[str]) -> Omission | Literal[False] | None:
        if flags & {"--prod=false", "--no-prod", "--production=false", "--no-production", "--dev", "-D"}:
            return False
        production = self._variable("NPM_CONFIG_PRODUCTION", "npm_config_production")
        if production != "" or self._configured(_NPMRC):
            return None
        found = self._by_option(flags, _PNPM_ONLY)
        if self.event.kind == "trim" and (found is None or self.site.workspace.members):
            return None  # ``pnpm prune`` reaches one package of a workspace
        if found is not None:
            return found
        if self._variable("NODE_ENV") == "":
            return False
        majors = set(pnpm_majors(self.step, self.site.workspace))
        if not majors or min(majors) < 10 <= max(majors):
            return None
        return self._node_env() if max(majors) < 10 else False

    def _yarn(self, flags: frozenset[str]) -> Omission | Literal[False] | None:
        if flags & {"--production=false", "--prod=false", "false"}:
            return False
        if any(self._variable(name) != "" for name in ("YARN_PRODUCTION", "NPM_CONFIG_PRODUCTION")):
            return None
        if "production" in (self.site.workspace.context.read(self._root_file(".yarnrc")) or ""):
            return None
        return self._by_option(flags, _YARN_ONLY) or self._node_env()

    def _by_option(self, flags: frozenset[str], names: frozenset[str]) -> Omission | None:
        given = sorted(flags & names)
        return Omission(self.step, self.command, self.event, given[0]) if given else None

    def _node_env(self) -> Omission | Literal[False] | None:
        value = self._variable("NODE_ENV")
        if value is None:
            return None
        if value != "production":
            return False
        return Omission(self.step, self.command, self.event, "NODE_ENV", self._origin("NODE_ENV"))

    def _configured(self, keys: frozenset[str]) -> bool:
        """Whether an ``.npmrc`` of the workspace says something about it."""
        context = self.site.workspace.context
        return not keys.isdisjoint(npmrc(context.read(self._root_file(".npmrc"))))

    def _reconfigured(self) -> bool:
        """Whether a step of the stages sets the manager's configuration, or brings a file of it from elsewhere."""
        for stage in self.step.stage.chain:
            for step in stage.steps:
                if stage is self.step.stage and step.index > self.step.index:
                    break
                for command in step.commands:
                    words = [word.value or word.text for word in command.words]
                    names = [*words, *(redirect.target.text for redirect in command.redirects if redirect.target)]
                    if words[1:2] == ["set"] or "config" in words[1:3] or any("npmrc" in name for name in names):
                        return True
                if isinstance(step.node, Transfer) and step.node.words:
                    last = step.node.dest.text
                    if "npmrc" in last and not any(
                        word.text.endswith("/.npmrc") or word.text == ".npmrc" for word in step.node.sources
                    ):
                        return True
        return False

    def _root_file(self, name: str) -> str:
        root = self.site.workspace.root
        return f"{root}/{name}" if root else name

    def _variable(self, *names: str) -> str | None:
        """The value of the first variable of these that the command sees; "" if none is set, None if not known."""
        for name in names:
            value = self._one(name)
            if value != "":
                return value
        return ""

    def _one(self, name: str) -> str | None:
        step, command = self.step, self.command
        for key, word in command.assigns:
            if key == name:
                return "" if word is None else word.expand(step.scope.shell)
        for other in step.commands:
            if other is command:
                break
            if other.prog in (".", "source") or (other.name is None and any(key == name for key, _ in other.assigns)):
                return None
            if other.prog in ("export", "declare", "unset", "typeset") and any(
                name in word.text for word in other.args
            ):
                return None
        if not step.scope.declared(name):
            return "" if step.stage.image is not None or step.scope.closed else None
        value = step.scope.lookup(name)
        return value.text if isinstance(value, Known) else None

    def _origin(self, name: str) -> Step | None:
        """The ENV or ARG that sets a variable for the command; None if the command does itself."""
        if any(key == name for key, _ in self.command.assigns):
            return None
        found: Step | None = None
        for stage in self.step.stage.chain:
            for step in stage.steps:
                if stage is self.step.stage and step.index >= self.step.index:
                    break
                node = step.node
                if isinstance(node, (Env, Arg)) and any(pair.key.text == name for pair in node.pairs):
                    found = step if isinstance(node, Env) or found is None or not isinstance(found.node, Env) else found
        return found


def pnpm_majors(step: Step, workspace: Workspace) -> Iterator[int]:
    """The major versions of pnpm that the manifest and the commands of the stages name (99: the latest)."""
    if workspace.settings.major is not None:
        yield workspace.settings.major
    for stage in step.stage.chain:
        for each in stage.steps:
            for command in each.commands:
                for word in command.words:
                    text = word.expand(each.scope.shell) or ""
                    number = text.partition("pnpm@")[2].lstrip("^~v").partition(".")[0]
                    if text.startswith("pnpm@"):
                        yield int(number) if number.isdigit() else 99


def npm_is_old(stage: Stage) -> bool | None:
    """Whether an official Node.js image comes with npm 6 or older (Node.js up to 14); None for other images."""
    reference = stage.chain[0].reference
    image = stage.image
    if image is None or image.name != "node" or not isinstance(reference, Known):
        return None
    number = reference.text.rpartition("/")[2].partition(":")[2].partition("-")[0].partition(".")[0]
    return number.isdigit() and int(number) < 15


def is_added(stage: Stage, name: str) -> bool:
    """Whether a command of one stage may install a package by its name, or put other programs on the PATH."""
    for step in stage.steps:
        for command in step.commands:
            words = [word.expand(step.scope.shell) for word in command.words]
            adds = bool(words) and words[0] in _MANAGERS and not _ADDING.isdisjoint(words[1:4])
            if (adds or is_global(words)) and any(word is None or name in word for word in words[1:]):
                return True
            if any(key == "PATH" for key, _ in command.assigns):
                return True
    return False
