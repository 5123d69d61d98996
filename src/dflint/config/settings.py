"""The settings of a run, merged from defaults, configuration files and the command line."""

from __future__ import annotations

from dflint.catalog import records
from dflint.catalog.aliases import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from dflint.findings import Severity

    FailLevel = Literal["error", "warning", "info", "style", "none"]


class ConfigError(Exception):
    """A configuration that cannot be used. The message is one line and names the file."""


class Selection:
    """What one layer (a file, the command line) says about which rules run.

    profile and select replace what the layers below chose; extend adds; ignore takes away. Within a layer the more
    specific selector wins, ``ignore`` at a tie. severity "off" for a rule is an ``ignore`` of it.
    """

    __slots__ = ("extend", "ignore", "profile", "select")

    def __init__(
        self,
        profile: str | None = None,
        select: tuple[str, ...] | None = None,
        extend: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
    ) -> None:
        self.profile = profile
        self.select = select
        self.extend = extend
        self.ignore = ignore


class Settings:
    """Everything a run can be told. Immutable by convention; ``Settings()`` are the defaults.

    selections      what each layer selects, the weakest first.
    severities      rule to severity, where it differs from the catalogue.
    options         rule to its options, where they differ from the rule's defaults.
    exclude         patterns (gitignore syntax) below ``root`` that discovery leaves out.
    suppressions    False: comments that suppress findings are ignored (hadolint's disable-ignore-pragma).
    path, root      the configuration file and its folder; None without one.
    origins         where each value came from, by key; what ``dflint config`` prints.
    """

    __slots__ = (
        "_enabled", "as_of", "build_args", "context", "exclude", "fail_level", "options", "origins", "path", "root",
        "selections", "severities", "suppressions", "target",
    )  # fmt: skip

    def __init__(
        self,
        *,
        selections: tuple[Selection, ...] = (),
        severities: Mapping[str, Severity] | None = None,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        fail_level: FailLevel = "warning",
        exclude: tuple[str, ...] = (),
        build_args: Mapping[str, str] | None = None,
        target: str | None = None,
        context: str | None = None,
        as_of: str | None = None,
        suppressions: bool = True,
        path: str | None = None,
        root: str | None = None,
        origins: Mapping[str, str] | None = None,
    ) -> None:
        self.selections = selections
        self.severities = severities or {}
        self.options = options or {}
        self.fail_level: FailLevel = fail_level
        self.exclude = exclude
        self.build_args = build_args or {}
        self.target = target
        self.context = context
        self.as_of = as_of
        self.suppressions = suppressions
        self.path = path
        self.root = root
        self.origins = origins or {}
        self._enabled: tuple[str, ...] | None = None

    def replace(self, **changes: Any) -> Settings:
        """A copy with other values."""
        values = {key: getattr(self, key) for key in self.__slots__ if not key.startswith("_")}
        return Settings(**{**values, **changes})

    @property
    def enabled(self) -> tuple[str, ...]:
        """The names of the rules that run, sorted."""
        if self._enabled is None:
            self._enabled = _choose(self.selections)
        return self._enabled

    @property
    def profile(self) -> str:
        """The profile that the strongest layer names."""
        named = [selection.profile for selection in self.selections if selection.profile is not None]
        return named[-1] if named else "recommended"

    def option(self, rule: str, name: str) -> Any:
        """The value of a rule's option: the configured one, else its default. Raises KeyError for an unknown one."""
        configured = self.options.get(rule)
        if configured is not None and name in configured:
            return configured[name]
        return dict(records()[rule][10])[name]


def in_profile(profile: str) -> set[str]:
    """The rules of a profile."""
    return {name for name, record in records().items() if profile in record[5]}


def _choose(selections: tuple[Selection, ...]) -> tuple[str, ...]:
    chosen = in_profile("recommended")
    for selection in selections:
        if selection.profile is not None:
            chosen = in_profile(selection.profile)
        if selection.select is not None:
            chosen = set()
        wanted = _levels((selection.select or ()) + selection.extend)
        unwanted = _levels(selection.ignore)
        for name, level in wanted.items():
            if level > unwanted.get(name, -1):
                chosen.add(name)
        for name, level in unwanted.items():
            if level >= wanted.get(name, -1):
                chosen.discard(name)
    return tuple(sorted(chosen))


def _levels(selectors: tuple[str, ...]) -> dict[str, int]:
    """For every rule that a selector means, the most specific of these selectors' levels."""
    levels: dict[str, int] = {}
    for selector in selectors:
        found = resolve(selector)
        if found is not None:
            for name in found[0]:
                levels[name] = max(levels.get(name, -1), found[1])
    return levels
