"""One package of a workspace: its package.json, read tolerantly."""

from __future__ import annotations

from dflint.context.workspace.jsonc import parse_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dflint.context import Context

KINDS = ("dependencies", "optionalDependencies", "devDependencies", "peerDependencies")


class Package:
    """A package.json.

    dir       its directory in the context. name, version: None where absent.
    scripts   name to command. specs: dependency name to (kind, wanted) over all kinds; a run-time kind wins.
    raw       the whole manifest.
    """

    __slots__ = ("dir", "name", "raw", "scripts", "specs", "version")

    def __init__(self, directory: str, raw: Mapping[str, Any]) -> None:
        self.dir = directory
        self.raw = raw
        self.name = _text(raw.get("name"))
        self.version = _text(raw.get("version"))
        self.scripts = _texts(raw.get("scripts"))
        specs: dict[str, tuple[str, str]] = {}
        for kind in reversed(KINDS):
            for name, wanted in _texts(raw.get(kind)).items():
                specs[name] = (kind, wanted)
        self.specs: Mapping[str, tuple[str, str]] = specs

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.name or self.dir or "the root package"

    def path(self, inner: str) -> str:
        """Context path of a file of the package."""
        inner = inner.removeprefix("./")
        if not inner or inner == ".":
            return self.dir
        return f"{self.dir}/{inner}" if self.dir else inner

    def runtime(self, name: str) -> bool:
        """Whether a dependency is installed for production too."""
        spec = self.specs.get(name)
        return spec is not None and spec[0] in ("dependencies", "optionalDependencies")

    def injected(self, name: str) -> bool:
        """Whether pnpm copies this dependency instead of linking it (``dependenciesMeta``)."""
        meta = self.raw.get("dependenciesMeta")
        entry = meta.get(name) if isinstance(meta, dict) else None
        return isinstance(entry, dict) and entry.get("injected") is True

    def __repr__(self) -> str:
        return f"Package({self.label!r}, {self.dir!r})"


def read_package(context: Context, directory: str) -> Package | None:
    """The package of a directory; None if there is no readable manifest."""
    raw = parse_object(context.read(f"{directory}/package.json" if directory else "package.json"))
    return Package(directory, raw) if raw is not None else None


def workspace_patterns(raw: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The ``workspaces`` of a root manifest (an array, or an object with ``packages``); None if there are none."""
    value = raw.get("workspaces")
    if isinstance(value, dict):
        value = value.get("packages")
    if not isinstance(value, list):
        return None
    return tuple(item for item in value if isinstance(item, str))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(item, str)}
