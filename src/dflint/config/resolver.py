"""Settings per path: the nearest configuration file with the command line on top."""

from __future__ import annotations

import os

from dflint.config.discover import find_config
from dflint.config.settings import ConfigError, Selection, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Overrides:
    """What the command line says; None or empty where it says nothing. Texts are not checked yet."""

    __slots__ = (
        "as_of", "build_args", "context", "extend_select", "fail_level", "ignore", "profile", "select", "target",
    )  # fmt: skip

    def __init__(
        self,
        *,
        profile: str | None = None,
        select: tuple[str, ...] | None = None,
        ignore: tuple[str, ...] = (),
        extend_select: tuple[str, ...] = (),
        fail_level: str | None = None,
        context: str | None = None,
        build_args: Mapping[str, str] | None = None,
        target: str | None = None,
        as_of: str | None = None,
    ) -> None:
        self.profile = profile
        self.select = select
        self.ignore = ignore
        self.extend_select = extend_select
        self.fail_level = fail_level
        self.context = context
        self.build_args = build_args or {}
        self.target = target
        self.as_of = as_of

    def apply(self, settings: Settings) -> Settings:
        """Settings with these on top. Raises ConfigError for a value that is not valid."""
        changes: dict[str, Any] = {}
        if self.profile is not None or self.select is not None or self.ignore or self.extend_select:
            changes["selections"] = (*settings.selections, self._selection())
        for key in ("fail_level", "context", "target", "as_of"):
            value = getattr(self, key)
            if value is not None:
                changes[key] = self._checked(key, value)
        if self.build_args:
            changes["build_args"] = {**settings.build_args, **self.build_args}
        if not changes:
            return settings
        named = [key for key in self.__slots__ if getattr(self, key)]
        origins = {**settings.origins, **dict.fromkeys(named, "command line")}
        return settings.replace(**changes, origins=origins)

    def _selection(self) -> Selection:
        from dflint.catalog import PROFILES
        from dflint.config import check

        if self.profile is not None:
            check.check_choice("--profile", "the profile", self.profile, PROFILES)
        for key in ("select", "ignore", "extend_select"):
            check.check_selectors("command line", key.replace("_", "-"), getattr(self, key) or ())
        return Selection(self.profile, self.select, self.extend_select, self.ignore)

    def _checked(self, key: str, value: str) -> str:
        from dflint.config import check
        from dflint.config.merge import FAIL_LEVELS, check_date

        if key == "fail_level":
            return check.check_choice("--fail-level", "the level", value, FAIL_LEVELS)
        if key == "as_of":
            return check_date("--as-of", "the date", value)
        return value


class Resolver:
    """Gives every path its settings; reads each configuration file once.

    config     use this file for all paths. use_files: False ignores configuration files (``--no-config``).
    """

    __slots__ = ("_by_file", "_by_folder", "_plain", "config", "overrides", "use_files")

    def __init__(self, overrides: Overrides | None = None, config: str | None = None, use_files: bool = True) -> None:
        self.overrides = overrides
        self.config = config
        self.use_files = use_files
        self._by_folder: dict[str, Settings] = {}
        self._by_file: dict[str, Settings | None] = {}
        self._plain: Settings | None = None

    def for_folder(self, folder: str) -> Settings:
        """The settings for files of a folder. Raises ConfigError."""
        found = self._by_folder.get(folder)
        if found is None:
            found = self._by_folder[folder] = self._find(folder)
        return found

    def for_path(self, path: str) -> Settings:
        """The settings for a file. Raises ConfigError."""
        return self.for_folder(os.path.dirname(path) or ".")

    def _find(self, folder: str) -> Settings:
        if not self.use_files:
            return self._defaults()
        if self.config is not None:
            found = self._load(self.config)
            if found is None:
                raise ConfigError(f"{self.config}: has no [tool.dflint] table")
            return found
        skip: tuple[str, ...] = ()
        path = find_config(folder)
        while path is not None:
            found = self._load(path)
            if found is not None:
                return found
            skip = (*skip, path)  # a pyproject.toml that only mentions dflint
            path = find_config(folder, skip)
        return self._defaults()

    def _defaults(self) -> Settings:
        if self._plain is None:
            self._plain = self._with_overrides(Settings())
        return self._plain

    def _load(self, path: str) -> Settings | None:
        if path not in self._by_file:
            from dflint.config.merge import load

            settings = load(path)
            self._by_file[path] = self._with_overrides(settings) if settings is not None else None
        return self._by_file[path]

    def _with_overrides(self, settings: Settings) -> Settings:
        return self.overrides.apply(settings) if self.overrides is not None else settings
