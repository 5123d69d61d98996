"""Reads a configuration file into plain values. Whatever is wrong with the file becomes a one-line ``ConfigError``."""

from __future__ import annotations

import os

from dflint.config.settings import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LIMIT = 1 << 20


def read_table(path: str) -> dict[str, Any] | None:
    """The top-level table of a configuration file; None for a ``pyproject.toml`` without ``[tool.dflint]``.

    Raises ConfigError if the file cannot be read or is no table.
    """
    data = _read(path)
    value = _toml(path, data) if path.endswith(".toml") else _yaml(path, data)
    if os.path.basename(path) == "pyproject.toml":
        tool = value.get("tool", {})
        value = tool.get("dflint") if isinstance(tool, dict) else None
        if value is None:
            return None
    if value is None:
        return {}  # an empty YAML file
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: the configuration must be a table of keys and values")
    return value


def _read(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > _LIMIT:
        raise ConfigError(f"{path}: is larger than {_LIMIT // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start})") from error


def _toml(path: str, text: str) -> Any:
    import sys

    tomllib: Any = __import__("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: {_one_line(error)}") from error


def _yaml(path: str, text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ConfigError(f"{path}: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    return " ".join(str(error).split())
