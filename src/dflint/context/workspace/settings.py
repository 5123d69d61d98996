"""How a workspace is managed: the manager and its version, how it links, which patterns it takes members from."""

from __future__ import annotations

from dflint.context.workspace.jsonc import parse_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from dflint.context import Context
    from dflint.context.workspace.package import Package

    Manager = Literal["npm", "pnpm", "yarn", "berry", "bun"]
    Linker = Literal["isolated", "hoisted", "pnp"]

_LOCKS: tuple[tuple[str, Manager], ...] = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
)


class Settings:
    """What the files of a workspace root say.

    manager, major  None where nothing tells.
    patterns        members as pnpm-workspace.yaml or lerna.json list them; None: look at ``workspaces``.
    linker          how dependencies lie in node_modules. hoists: pnpm puts every package into the root's too.
    links_ranges    a plain range that a member satisfies is linked to the member.
    injects         workspace dependencies are copied at install, not linked.
    declaration     the file of the root that says what the workspace is.
    """

    __slots__ = (
        "catalogs",
        "declaration",
        "hoists",
        "injects",
        "linker",
        "links_ranges",
        "major",
        "manager",
        "patterns",
    )

    def __init__(
        self,
        manager: Manager | None,
        major: int | None,
        *,
        patterns: tuple[str, ...] | None = None,
        linker: Linker = "hoisted",
        links_ranges: bool = False,
        injects: bool = False,
        hoists: bool = False,
        catalogs: Mapping[str, Mapping[str, str]] | None = None,
        declaration: str = "package.json",
    ) -> None:
        self.manager: Manager | None = manager
        self.major = major
        self.patterns = patterns
        self.linker: Linker = linker
        self.links_ranges = links_ranges
        self.injects = injects
        self.hoists = hoists
        self.catalogs = catalogs or {}
        self.declaration = declaration

    def catalog(self, catalog: str, name: str) -> str | None:
        """The range that ``catalog:`` stands for."""
        return self.catalogs.get(catalog or "default", {}).get(name)


def read_settings(context: Context, root: str, package: Package | None) -> Settings:
    """The settings of the workspace (or lone package) whose root is a directory."""

    def at(name: str) -> str:
        return f"{root}/{name}" if root else name

    def has(name: str) -> bool:
        return context.is_file(at(name))

    if has("rush.json"):
        return Settings(
            None, None, patterns=_rush(context, at("rush.json")), linker="isolated", declaration="rush.json"
        )
    pnpm = has("pnpm-workspace.yaml")
    manager, major = _declared(package)
    if manager is None:
        manager = "pnpm" if pnpm else next((kind for lock, kind in _LOCKS if has(lock)), None)
        if manager == "yarn" and has(".yarnrc.yml"):
            manager = "berry"
    if manager == "pnpm":
        return _pnpm(context, root, major, pnpm)
    patterns = _lerna(context, at("lerna.json")) if has("lerna.json") else None
    if manager == "berry":
        linker = read_yaml(context, at(".yarnrc.yml")).get("nodeLinker", "pnp")
        chosen: Linker = "hoisted" if linker == "node-modules" else "isolated" if linker == "pnpm" else "pnp"
        return Settings(manager, major, patterns=patterns, linker=chosen, links_ranges=True)
    return Settings(manager, major, patterns=patterns, links_ranges=True)


def _rush(context: Context, path: str) -> tuple[str, ...]:
    """The project folders that rush.json lists. (Rush drives npm, pnpm or yarn itself, below ``common/temp``.)"""
    projects = (parse_object(context.read(path)) or {}).get("projects")
    folders = [each.get("projectFolder") for each in projects or () if isinstance(each, dict)]
    return tuple(folder for folder in folders if isinstance(folder, str))


def _declared(package: Package | None) -> tuple[Manager | None, int | None]:
    """What ``packageManager`` (or ``engines`` alone, for pnpm) says."""
    value = package.raw.get("packageManager") if package is not None else None
    name, _, version = value.partition("@") if isinstance(value, str) else ("", "", "")
    first = version.partition(".")[0]
    major = int(first) if first.isdigit() else None
    if name == "yarn":
        return ("berry" if major is None or major >= 2 else "yarn"), major
    if name == "npm":
        return "npm", major
    if name == "pnpm":
        return "pnpm", major
    return ("bun", major) if name == "bun" else (None, None)


def _pnpm(context: Context, root: str, major: int | None, declared: bool) -> Settings:
    prefix = f"{root}/" if root else ""
    yaml = read_yaml(context, prefix + "pnpm-workspace.yaml") if declared else {}
    rc = npmrc(context.read(prefix + ".npmrc"))

    def setting(camel: str, kebab: str) -> str | None:
        value = yaml.get(camel)
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else rc.get(kebab)

    packages = yaml.get("packages")
    patterns = tuple(item for item in packages if isinstance(item, str)) if isinstance(packages, list) else None
    if declared and patterns is None:
        patterns = ()  # since v9 a workspace file without packages holds the root package only
    linking = setting("linkWorkspacePackages", "link-workspace-packages")
    if linking is None:
        # The default was true up to v8; where the version is not known nothing is assumed.
        linking = "true" if major is not None and major < 9 else "false"
    linker = setting("nodeLinker", "node-linker")
    hoists = setting("shamefullyHoist", "shamefully-hoist") == "true"
    return Settings(
        "pnpm",
        major,
        patterns=patterns,
        linker="hoisted" if linker == "hoisted" else "pnp" if linker == "pnp" else "isolated",
        links_ranges=linking in ("true", "deep"),
        injects=setting("injectWorkspacePackages", "inject-workspace-packages") == "true",
        hoists=hoists or setting("publicHoistPattern", "public-hoist-pattern") == "*",
        catalogs=_catalogs(yaml),
        declaration="pnpm-workspace.yaml",
    )


def _catalogs(yaml: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    default = yaml.get("catalog")
    if isinstance(default, dict):
        found["default"] = default
    named = yaml.get("catalogs")
    if isinstance(named, dict):
        found.update({name: entries for name, entries in named.items() if isinstance(entries, dict)})
    return found


def _lerna(context: Context, path: str) -> tuple[str, ...] | None:
    """Packages that lerna.json lists itself; None if it leaves them to the package manager."""
    raw = parse_object(context.read(path))
    packages = raw.get("packages") if raw is not None and not raw.get("useWorkspaces") else None
    if not isinstance(packages, list):
        return None
    return tuple(item for item in packages if isinstance(item, str))


def npmrc(text: str | None) -> dict[str, str]:
    """Settings of an ``.npmrc``: ``key = value`` lines."""
    found: dict[str, str] = {}
    for line in (text or "").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith(("#", ";")):
            found[key.strip()] = value.strip().strip("\"'")
    return found


def read_yaml(context: Context, path: str) -> Mapping[str, Any]:
    """The mapping that a YAML file holds; empty if it is missing or broken."""
    text = context.read(path)
    if text is None:
        return {}
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
