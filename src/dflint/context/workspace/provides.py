"""Which packages bring a program into ``node_modules/.bin``, and whether only devDependencies do.

npm's lock file says it outright: ``bin`` and ``dev`` of every package (npm documentation, "package-lock.json"). The
other lock files give the dependencies of each package, which are followed from what is installed for production. pnpm
links the programs of direct dependencies only.
"""

from __future__ import annotations

from dflint.context.workspace.jsonc import parse_object
from dflint.context.workspace.paths import ancestors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.package import Package

    Graph = Mapping[str, frozenset[str]]

# Programs whose package has another name.
_PACKAGES: dict[str, tuple[str, ...]] = {
    "tsc": ("typescript",),
    "ng": ("@angular/cli",),
    "nest": ("@nestjs/cli",),
    "swc": ("@swc/cli",),
    "babel": ("@babel/cli", "babel-cli"),
    "webpack": ("webpack", "webpack-cli", "webpack-command"),
    "webpack-cli": ("webpack-cli",),
    "vue-cli-service": ("@vue/cli-service",),
    "ncc": ("@vercel/ncc", "@zeit/ncc"),
    "run-s": ("npm-run-all", "npm-run-all2"),
    "run-p": ("npm-run-all", "npm-run-all2"),
    "npm-run-all": ("npm-run-all", "npm-run-all2"),
    "cross-env": ("cross-env",),
    "dotenv": ("dotenv-cli",),
    "craco": ("@craco/craco",),
    "rspack": ("@rspack/cli",),
    "rsbuild": ("@rsbuild/core",),
    "svelte-kit": ("@sveltejs/kit",),
    "react-router": ("@react-router/dev",),
    "remix": ("@remix-run/dev",),
    "del": ("del-cli",),
    "strapi": ("@strapi/strapi", "strapi"),
    "cpx": ("cpx", "cpx2"),
    "cpy": ("cpy-cli",),
    "tailwindcss": ("@tailwindcss/cli", "tailwindcss"),
    "postcss": ("postcss-cli",),
    "graphql-codegen": ("@graphql-codegen/cli",),
    "grunt": ("grunt", "grunt-cli"),
    "gulp": ("gulp", "gulp-cli"),
}
# Programs of the system that a package of the same name does not stand for.
_SYSTEM = frozenset(
    ("node", "sh", "bash", "echo", "rm", "cp", "mv", "mkdir", "test", "make", "git", "cat", "env", "time", "nice",
     "exec", "corepack", "cd", "true", "exit", "export", "touch", "sed", "chmod")
)  # fmt: skip


def dev_only(workspace: Workspace, package: Package, program: str) -> str | None:
    """The devDependency that brings a program to a package; None if something else may, or if that is not known."""
    if program in _SYSTEM or any(_has_bin(other.raw, program, other.name) for other in workspace.packages):
        return None
    manager = workspace.manager
    if manager == "npm":
        found = _by_npm_lock(workspace, package, program)
        if found is not None:
            return found or None
    names = _PACKAGES.get(program, (program,))
    holders = [each for each in dict.fromkeys((package, workspace.root_package)) if each is not None]
    wanted = next((name for name in names for each in holders if _is_dev(each, name)), None)
    if wanted is None:
        return None
    if manager == "pnpm" and workspace.settings.linker == "isolated" and not workspace.settings.hoists:
        return None if any(each.runtime(name) for each in holders for name in names) else wanted
    reached = _production(workspace)
    return wanted if reached is not None and reached.isdisjoint(names) else None


def own_provider(workspace: Workspace, package: Package, program: str) -> str | None:
    """The dependency that brings a program to a package and to no other; None if something else may."""
    if program in _SYSTEM or any(_has_bin(other.raw, program, other.name) for other in workspace.packages):
        return None
    names, root = _PACKAGES.get(program, (program,)), workspace.root_package
    if root is not None and root is not package and any(name in root.specs for name in names):
        return None
    return next((name for name in names if name in package.specs), None)


def dev_module(workspace: Workspace, package: Package, name: str) -> bool:
    """Whether a module is there for devDependencies alone, so that an install without them does not bring it."""
    if not _is_dev(package, name) or name in workspace.by_name:
        return False
    root = workspace.root_package
    if workspace.manager == "pnpm":
        isolated = workspace.settings.linker == "isolated" and not workspace.settings.hoists
        return isolated and (root is None or not root.runtime(name))
    if workspace.manager == "npm":
        packages = npm_packages(workspace)
        if packages is not None:
            entries = [entry for path, entry in packages.items() if path.endswith(f"node_modules/{name}")]
            return bool(entries) and all(entry.get("dev") is True for entry in entries)
    reached = _production(workspace)
    return reached is not None and name not in reached


def _is_dev(package: Package, name: str) -> bool:
    return package.specs.get(name, ("", ""))[0] == "devDependencies"


def _has_bin(raw: Mapping[str, Any], program: str, name: str | None) -> bool:
    """Whether a manifest (or an entry of a lock file) has a program."""
    value = raw.get("bin")
    if isinstance(value, str):
        return name is not None and name.rpartition("/")[2] == program
    return isinstance(value, dict) and program in value


def npm_packages(workspace: Workspace) -> Mapping[str, Mapping[str, Any]] | None:
    """The ``packages`` of npm's lock file by their paths; None without one, or for the format of npm 6."""
    root = workspace.root
    for name in ("npm-shrinkwrap.json", "package-lock.json"):
        raw = parse_object(workspace.context.read(f"{root}/{name}" if root else name))
        packages = raw.get("packages") if raw is not None else None
        if isinstance(packages, dict) and packages:
            return {path: entry for path, entry in packages.items() if isinstance(entry, dict)}
    return None


def _by_npm_lock(workspace: Workspace, package: Package, program: str) -> str | None:
    """The package that has the program for development only; "" if others may bring it, None without a lock file."""
    packages = npm_packages(workspace)
    if packages is None:
        return None
    found: list[str] = []
    inner = package.dir[len(workspace.root) :].lstrip("/") if workspace.root else package.dir
    folders = {f"{folder}/node_modules/" if folder else "node_modules/" for folder in ancestors(inner)}
    for path, entry in packages.items():
        head, modules, name = path.rpartition("node_modules/")
        if not modules or not _has_bin(entry, program, name):
            continue
        if head + modules not in folders:
            continue
        if entry.get("dev") is not True:
            return ""
        found.append(name)
    return found[0] if found else ""


def _production(workspace: Workspace) -> frozenset[str] | None:
    """Names of all packages that are installed for production, versions aside; None if that is not known."""
    wanted: set[str] = set()
    listed: set[str] = set()
    for package in workspace.packages:
        for name, (kind, spec) in package.specs.items():
            if kind != "devDependencies" and workspace.resolve(package, name) is None:
                wanted.add(name)
                if kind == "dependencies" and not spec.startswith(("workspace:", "file:", "link:", "portal:")):
                    listed.add(name)
    if not wanted:
        return frozenset()
    graph = _graph(workspace)
    if graph is None or not listed <= graph.keys():
        return None
    reached: set[str] = set()
    queue = list(wanted)
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += graph.get(name, ())
    return frozenset(reached)


def _graph(workspace: Workspace) -> Graph | None:
    """Dependencies of each package by name, its versions together; None without a lock file that is understood."""
    root = f"{workspace.root}/" if workspace.root else ""
    if workspace.manager in ("yarn", "berry"):
        text = workspace.context.read(root + "yarn.lock")
        return _collected(_yarn_entries(text)) if text else None
    if workspace.manager == "bun":
        raw = parse_object(workspace.context.read(root + "bun.lock"))
        packages = raw.get("packages") if raw is not None else None
        return _collected(_bun_entries(packages)) if isinstance(packages, dict) and packages else None
    return None


def _collected(entries: Iterable[tuple[str, Iterable[str]]]) -> Graph:
    found: dict[str, frozenset[str]] = {}
    for name, needs in entries:
        found[name] = found.get(name, frozenset()).union(needs)
    return found


def _yarn_entries(text: str) -> Iterator[tuple[str, list[str]]]:
    """Entries of yarn.lock, of either format: ``"name@range", ...:`` with dependencies two levels below."""
    names: list[str] = []
    needs: list[str] = []
    inside = False
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line[0] != " ":
            yield from ((name, needs) for name in names)
            keys = [key.strip().strip('"') for key in line.rstrip(":").strip('"').split(",")]
            names, needs = [key[: key.find("@", 1)] for key in keys if key.find("@", 1) > 0], []
        elif not line.startswith("    "):
            inside = line.strip() in ("dependencies:", "optionalDependencies:", "peerDependencies:")
        elif inside:
            word = line.strip()
            needs.append(word[1 : word.index('"', 1)] if word.startswith('"') and '"' in word[1:] else _key(word))
    yield from ((name, needs) for name in names)


def _key(word: str) -> str:
    return word.partition(" ")[0].rstrip(":")


def _bun_entries(packages: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for key, entry in packages.items():
        info = next((item for item in entry if isinstance(item, dict)), {}) if isinstance(entry, list) else {}
        needs: list[str] = []
        for kind in ("dependencies", "optionalDependencies", "peerDependencies"):
            value = info.get(kind)
            needs += value if isinstance(value, dict) else ()
        identity = entry[0] if isinstance(entry, list) and entry and isinstance(entry[0], str) else key
        at = identity.find("@", 1)
        yield identity[:at] if at > 0 else identity, needs


def runs_install_scripts(workspace: Workspace) -> bool | None:
    """Whether an npm install without devDependencies runs other scripts than ``prepare``; None without a lock file."""
    packages = npm_packages(workspace)
    if packages is None:
        return None
    own = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "postprepare")
    if any(name in package.scripts for package in workspace.packages for name in own):
        return True
    return any(entry.get("hasInstallScript") is True and entry.get("dev") is not True for entry in packages.values())
