"""Configuration: files found, read, checked and merged into one ``Settings``. Costs a few stat calls without one."""

from __future__ import annotations

from dflint.config.resolver import Overrides, Resolver
from dflint.config.settings import ConfigError, Selection, Settings

__all__ = ["ConfigError", "Overrides", "Resolver", "Selection", "Settings"]
