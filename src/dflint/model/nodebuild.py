"""JavaScript workspaces inside the stages: what is installed, what is built, and what a step needs that is not there.

Every RUN is read as events of the workspace (``dflint.context.workspace``): a tool that writes a package's output, an
install, something that is not understood. Events become operations of the stage's file system, so that "is this
package's entry there when that step needs it?" is a question about files.
"""

from __future__ import annotations

from dflint.context.workspace import Planner, workspaces
from dflint.context.workspace.paths import below, join, parent, relative
from dflint.model.filesystem import FileSystem, absolute
from dflint.model.ops import Doubt, Gone, Installs, Made, MadeSlice, MadeStore, Mapped, Moved
from dflint.model.step import clean_path
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dflint.context import Context
    from dflint.context.workspace import Event, Package, Workspace, Workspaces
    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.ops import Op
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

_PROGRAMS = frozenset(
    ("npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx", "turbo", "nx", "lerna", "tsc", "vue-tsc",
     "esbuild", "vite", "next", "webpack", "webpack-cli", "rollup", "swc", "babel", "tsup", "nest", "ncc", "run-s",
     "run-p", "npm-run-all", "concurrently", "cross-env", "dotenv", "node", "tsx", "ts-node", "parcel", "rspack",
     "react-scripts", "ng", "astro", "nuxt", "nuxi", "gatsby", "rimraf", "patch-package", "tsc-alias", "dotenvx",
     "env-cmd", "wsrun", "unbuild", "tsdown")
)  # fmt: skip
# Programs of images that write no files of a JavaScript package.
_SYSTEM = frozenset(
    ("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper", "pacman", "tdnf", "apt-mark", "apt-cache",
     "apt-key", "dpkg", "dpkg-reconfigure", "rpm", "add-apt-repository", "update-ca-certificates", "corepack", "n",
     "nvm", "volta", "fnm", "pip", "pip3", "pipx", "uv", "gem", "cargo", "rustup", "go",
     "mkdir", "chown", "chmod", "chgrp", "touch", "useradd", "adduser", "groupadd", "addgroup", "usermod",
     "groupmod", "userdel", "deluser", "passwd", "chpasswd", "echo", "printf", "true", "false", ":", "test", "[",
     "[[", "set", "export", "unset", "exit", "cat", "ls", "pwd", "find", "grep", "sed", "awk", "head", "tail", "wc",
     "sort", "uniq", "tr", "cut", "tee", "xargs", "du", "df", "sleep", "date", "env", "which", "command", "type",
     "id", "whoami", "uname", "arch", "getent", "locale-gen", "localedef", "ldconfig", "setcap", "curl", "wget",
     "openssl", "gpg", "update-alternatives", "dircolors", "hash", "umask", "ulimit", "readlink", "realpath",
     "basename", "dirname", "stat", "file", "strip", "sha256sum", "md5sum", "install", "ln", "nginx", "service",
     "sysctl", "fc-cache", "sync", "trap", "wait", "jq", "yq", "read", "local", "return", "shift", "eval-not",
     "envsubst", "gcc", "cc", "prisma", "playwright", "if", "then", "fi", "else", "do", "done", "for",
     "while", "node-gyp", "npm-check-updates", "dumb-init", "tini", "su-exec", "gosu", "ccache", "nproc", "free",
     "a2enmod", "docker-php-ext-install", "supervisorctl", "pm2", "serve", "deno", "gzip", "gunzip", "bzip2", "xz",
     "ssh-keyscan", "ssh-keygen", "setfacl", "tzdata", "timedatectl", "dos2unix")
)  # fmt: skip

# ``python -c`` and modules such as pip and venv write no JavaScript.
_PYTHON_INLINE = (["-c"], ["-m"], ["-V"], ["--version"])


class Site:
    """A workspace laid out in an image: ``root`` is the directory of the image that holds its root.

    ``root`` is None where the one package ``alone`` lies elsewhere than its place in the workspace.
    """

    __slots__ = ("alone", "alone_at", "root", "workspace")

    def __init__(self, workspace: Workspace, root: str | None, alone: Package | None, alone_at: str) -> None:
        self.workspace = workspace
        self.root = root
        self.alone = alone
        self.alone_at = alone_at

    def image(self, path: str) -> str | None:
        """Where a path of the context lies in the image; None if the layout does not say."""
        if self.root is not None and below(path, self.workspace.root):
            return clean_path(f"{self.root}/{relative(path, self.workspace.root)}")
        if self.alone is not None and below(path, self.alone.dir):
            return clean_path(f"{self.alone_at}/{relative(path, self.alone.dir)}")
        return None

    def context(self, path: str) -> str | None:
        """The directory of the context that corresponds to one of the image."""
        if self.root is not None and below(path, self.root):
            return join(self.workspace.root, relative(path, self.root))
        if self.alone is not None and below(path, self.alone_at):
            return join(self.alone.dir, relative(path, self.alone_at))
        return None


class Happening:
    """An event of the workspace in a stage.

    step, command  what caused it (command None for an exec form that is the whole instruction).
    site           where the workspace lies. view: the files just before it.
    directory      directory of the context in which the command runs.
    certain        the command runs for certain and its failure fails the step.
    """

    __slots__ = ("certain", "command", "directory", "event", "site", "step", "view")

    def __init__(
        self, step: Step, command: Command, event: Event, site: Site, *, directory: str, view: View, certain: bool
    ) -> None:
        self.step = step
        self.command = command
        self.event = event
        self.site = site
        self.directory = directory
        self.view = view
        self.certain = certain

    def __repr__(self) -> str:
        return f"Happening({self.step!r}, {self.event!r})"


class NodeBuild:
    """The JavaScript side of a static build."""

    def __init__(self, build: Build, context: Context) -> None:
        self.build = build
        self.context = context
        self.fs = FileSystem(build, self._run)
        self.workspaces: Workspaces = workspaces(context)
        self._happenings: dict[tuple[int, int], list[Happening]] = {}

    def happenings(self, stage: Stage) -> Iterator[Happening]:
        """All events of a stage in order, those of its image's own command (CMD, ENTRYPOINT) excluded."""
        self.fs.after(stage)
        for step in stage.steps:
            yield from self._happenings.get((stage.index, step.index), ())

    def starts(self, step: Step) -> list[Happening]:
        """The events of a CMD or ENTRYPOINT when a container starts from the finished stage."""
        view = self.fs.after(step.stage)
        return list(self._events(step, view, step.stage.after.workdir))

    def workspace(self, directory: str) -> Workspace | None:
        """The workspace of a directory of the context, read once."""
        return self.workspaces.at(directory)

    # -- running a step ---------------------------------------------------------------------------------------

    def _run(self, step: Step, view: View) -> Sequence[Op]:
        found: list[Op] = []
        self._happenings[step.stage.index, step.index] = list(self._commands(step, view, step.workdir, found))
        return found

    def _events(self, step: Step, view: View, workdir: object) -> Iterator[Happening]:
        yield from self._commands(step, view, workdir, [])

    def _commands(self, step: Step, view: View, workdir: object, ops: list[Op]) -> Iterator[Happening]:
        """The events of a step's script; ``ops`` grows with what they do to the files."""
        script = step.script
        commands = getattr(script, "commands", None)
        if commands is None or getattr(script, "has_errors", False):
            ops.append(Doubt("/", "a script is not understood", step))
            return
        cwd: str | None = workdir.text if isinstance(workdir, Known) else None
        outside, in_subshell = cwd, False
        for command in commands:
            if command.subshell != in_subshell:
                in_subshell = command.subshell
                outside, cwd = (cwd, cwd) if in_subshell else (outside, outside)
            if command.name is None or command.substitution:
                continue
            if command.prog == "cd":
                cwd = self._enter(step, cwd, command)
                continue
            yield from self._command(step, command, cwd, view, ops)

    def _enter(self, step: Step, cwd: str | None, command: Command) -> str | None:
        values = [word.expand(step.scope.shell) for word in command.args]
        if len(values) != 1 or values[0] is None:
            return None
        return absolute(Known(cwd) if cwd is not None else Known("/"), Known(values[0])) if (
            cwd is not None or values[0].startswith("/")
        ) else None  # fmt: skip

    def _command(self, step: Step, command: Command, cwd: str | None, view: View, ops: list[Op]) -> Iterator[Happening]:
        values = [word.expand(step.scope.shell) for word in command.words]
        prog = (values[0] or "").rsplit("/", 1)[-1]
        if prog in ("rm", "mv", "cp") and cwd is not None and not command.conditional:
            ops += _file_command(prog, values[1:], cwd, view.extended(ops), step)
            return
        if prog in _SYSTEM or _is_global(values) or (prog.startswith("python") and values[1:2] in _PYTHON_INLINE):
            return
        if prog not in _PROGRAMS and not prog.endswith((".js", ".mjs", ".cjs", ".ts")):
            ops.append(Doubt("/", f"{prog or 'a command'} may write any file", step))
            return
        here = view.extended(ops)
        site = self.site(here, cwd) if cwd is not None else None
        directory = site.context(cwd) if site is not None and cwd is not None else None
        if site is None or directory is None:
            if prog not in ("node", "npx", "pnpx", "bunx"):
                ops.append(Doubt("/", f"{prog} runs where no package is known", step))
            return
        planner = Planner(site.workspace, _visible(site, here), step.scope.shell, _rooted(site, here))
        certain = command.exit_matters and not command.conditional and command.function is None
        for event in planner.plan(values, directory):
            now = view.extended(ops)
            sure = certain and event.sure
            yield Happening(step, command, event, site, directory=directory, view=now, certain=sure)
            for op in self._operations(event, site, now, step):
                _append(ops, op)

    def site(self, view: View, directory: str) -> Site | None:
        """The workspace at (or above) a directory of the image; None if no package of the context is there."""
        here = directory
        while True:
            for name in ("package.json", "pnpm-workspace.yaml"):
                place = view.find(f"{here.rstrip('/')}/{name}")
                if place.kind == "context":
                    return self._site(here, parent(place.path))
                if place.kind == "unknown":
                    return None
            if here in ("/", ""):
                return None
            here = "/" + parent(here.lstrip("/"))

    def _site(self, image: str, directory: str) -> Site | None:
        workspace = self.workspace(directory)
        if workspace is None:
            return None
        inner = relative(directory, workspace.root)
        package = workspace.by_dir.get(directory)
        if inner == ".":
            return Site(workspace, image, package, image)
        if image.endswith("/" + inner):
            return Site(workspace, clean_path(image[: -len(inner)]), package, image)
        return Site(workspace, None, package, image)

    # -- what an event does -----------------------------------------------------------------------------------

    def _operations(self, event: Event, site: Site, view: View, step: Step) -> list[Op]:
        """The operations on the stage's files that an event stands for."""
        if event.kind == "opaque":
            place = site.image(event.package.dir) if event.package is not None and not event.everywhere else None
            return [Made(place, event, step) if place is not None else Doubt("/", event.why, step)]
        if event.kind == "install":
            return self._install(event, site, view, step)
        if event.kind == "prune":
            return self._prune(event, site, view, step)
        tool = event.tool
        if tool is None or not tool.builds or event.package is None:
            return []
        if event.lifecycle and not self.has_sources(site, event.package, view):
            return []
        places = [site.image(path) for path in tool.outputs] if tool.outputs is not None else []
        places = places or [site.image(event.package.dir)]
        return [Made(place, event, step) if place is not None else Doubt("/", tool.name, step) for place in places]

    def _install(self, event: Event, site: Site, view: View, step: Step) -> list[Op]:
        sees = _visible(site, view)
        workspace = site.workspace
        root = workspace.root_package
        made: dict[str, Installed] = {}
        chosen = {package.dir for package in event.selected} if event.selected is not None else None

        def maker(image: str) -> Installed | None:
            directory = site.context(image)
            package = workspace.by_dir.get(directory) if directory is not None else None
            if directory is None or (package is None and directory != workspace.root):
                return None
            left_out = package is not None and chosen is not None and package.dir not in chosen
            if package is not None and package is not root and (left_out or not sees(package)):
                return None
            if directory not in made:
                made[directory] = Installed(site, package, sees)
            return made[directory]

        return [Installs(maker, step)]

    def _prune(self, event: Event, site: Site, view: View, step: Step) -> list[Op]:
        root = site.root
        out = next((flag[4:] for flag in event.flags if flag.startswith("out=")), "out")
        if root is None or "out" in event.flags:
            return [Doubt("/", "turbo prune writes to a place that is not known", step)]
        dest = clean_path(f"{root}/{out}")
        if event.selected is None:
            return [Doubt(dest, "turbo prune keeps packages that are not known", step)]
        kept = [
            relative(package.dir, site.workspace.root)
            for package in event.selected
            if package.dir != site.workspace.root
        ]
        others = [relative(p.dir, site.workspace.root) for p in site.workspace.members if p not in event.selected]
        if "--docker" not in event.flags:
            return [Mapped(view, dest, _pruned(root, kept, others, manifests=False), step)]
        return [
            Mapped(view, dest + "/json", _pruned(root, kept, others, manifests=True), step),
            Mapped(view, dest + "/full", _pruned(root, kept, others, manifests=False), step),
            Mapped(view, dest, _pruned(root, [], [], manifests=True), step),
        ]

    def has_sources(self, site: Site, package: Package, view: View) -> bool:
        """Whether more of a package than its manifest is in the image."""
        for path in _samples(self.context, package.dir):
            place = site.image(path)
            if place is not None and view.has(place) is not False:
                return True
        return False


class Installed:
    """What makes a node_modules folder: an install in ``site``.

    package  the package in whose folder it lies (None: a root without manifest). sees: whether the manifest of a
             package was there, so that it could be linked.
    """

    __slots__ = ("package", "sees", "site")

    def __init__(self, site: Site, package: Package | None, sees: Callable[[Package], bool]) -> None:
        self.site = site
        self.package = package
        self.sees = sees

    def links(self, member: Package) -> bool:
        """Whether the folder holds a link to a member of the workspace."""
        workspace = self.site.workspace
        settings = workspace.settings
        if not self.sees(member):
            return False
        if self.package is workspace.root_package and (settings.linker == "hoisted" or settings.hoists):
            return True
        isolated = settings.linker != "hoisted"
        return isolated and self.package is not None and member in workspace.needs(self.package)

    def holds(self, package: Package, name: str) -> bool:
        """Whether the folder, or a place it leads to, holds a package's dependency from a registry."""
        settings = self.site.workspace.settings
        if settings.linker == "hoisted" or self.package is package:
            return True
        if self.package is None or self.package is not self.site.workspace.root_package:
            return False
        return settings.hoists or name in self.package.specs

    def __repr__(self) -> str:
        return f"Installed({self.package!r})"


def _append(ops: list[Op], op: Op) -> None:
    """Add an operation; runs of ``Made`` share one store, so that many builds cost no more than one."""
    if not isinstance(op, Made):
        ops.append(op)
        return
    last = ops[-1] if ops else None
    if isinstance(last, MadeSlice):
        ops[-1] = last.store.add(op)
    else:
        ops.append(MadeStore().add(op))


def _is_global(values: Sequence[str | None]) -> bool:
    """``npm install -g x``, ``yarn global add x``: no package of the context is touched."""
    return values[0] in ("npm", "pnpm", "yarn", "bun") and (
        any(value in ("-g", "--global", "--location=global") for value in values[1:]) or values[1:2] == ["global"]
    )


def _visible(site: Site, view: View) -> Callable[[Package], bool]:
    known: dict[str, bool] = {}

    def visible(package: Package) -> bool:
        found = known.get(package.dir)
        if found is None:
            place = site.image(package.path("package.json"))
            found = known[package.dir] = place is not None and view.has(place) is not False
        return found

    return visible


def _rooted(site: Site, view: View) -> bool:
    """Whether the workspace's own declaration is in the image."""
    if site.root is None:
        return False
    name = "pnpm-workspace.yaml" if site.workspace.manager == "pnpm" else "package.json"
    return view.has(f"{site.root.rstrip('/')}/{name}") is not False


def _file_command(prog: str, args: Sequence[str | None], cwd: str, view: View, step: Step) -> list[Op]:
    """The operations of rm, mv and cp."""
    operands = [value for value in args if value is None or not value.startswith("-")]
    if any(value is None for value in operands):
        return [] if prog == "rm" else [Doubt("/", f"{prog} writes to a place that is not known", step)]
    paths = [absolute(Known(cwd), Known(value)) or "/" for value in operands if value is not None]
    if prog == "rm":
        return [
            Gone(path.removesuffix("/*"), path.endswith("/*"), step)
            for path in paths
            if not any(char in path.removesuffix("/*") for char in "*?[{")
        ]
    if len(paths) < 2:
        return []
    found: list[Op] = []
    for source in paths[:-1]:
        if any(char in source for char in "*?[{"):
            found.append(Moved(view, source.rpartition("/")[0], paths[-1], step))
            continue
        if prog == "mv":
            found.append(Gone(source, False, step))
        found.append(Moved(view, source.removesuffix("/."), paths[-1], step))
    return found


def _samples(context: Context, directory: str, limit: int = 6) -> list[str]:
    """A few files of a package besides its manifest, the shallow ones first."""
    found: list[str] = []
    queue = [directory]
    while queue and len(found) < limit:
        here = queue.pop(0)
        for name in context.listdir(here):
            path = f"{here}/{name}" if here else name
            if name in ("package.json", "node_modules", ".git") or name.endswith(".md"):
                continue
            if context.is_dir(path):
                queue.append(path)
            elif not context.ignored(path):
                found.append(path)
    return found[:limit]


def _pruned(root: str, kept: Sequence[str], others: Sequence[str], manifests: bool) -> Callable[[str], str | None]:
    """Where a file of ``turbo prune``'s output comes from: everything of the kept packages, or their manifests."""

    def mapping(path: str) -> str | None:
        holder = next((folder for folder in kept if below(path, folder)), None)
        if holder is None and any(below(path, folder) for folder in others):
            return None
        if manifests and (holder is not None and path != f"{holder}/package.json"):
            return None
        if holder is None and "/" in path and not path.startswith((".yarn/", "patches/")):
            return None
        return f"{root.rstrip('/')}/{path}"

    return mapping
