"""Finds the configuration file for a folder, with a few stat calls and nothing else."""

from __future__ import annotations

import os

DFLINT_FILES = ("dflint.toml", ".dflint.yaml", ".dflint.yml")
HADOLINT_FILES = (".hadolint.yaml", ".hadolint.yml")
PYPROJECT = "pyproject.toml"


def find_config(folder: str, skip: tuple[str, ...] = ()) -> str | None:
    """The nearest configuration file at or above a folder.

    dflint's own files win wherever they are; only without any of them the nearest ``.hadolint.yaml`` counts. A
    ``pyproject.toml`` counts if it mentions dflint and is not one of ``skip``.
    """
    hadolint = None
    for parent in _upwards(folder):
        prefix = parent if parent.endswith(os.sep) else parent + os.sep
        for name in DFLINT_FILES:
            if _is_file(prefix + name):
                return prefix + name
        if prefix + PYPROJECT not in skip and _is_file(prefix + PYPROJECT) and _mentions_dflint(prefix + PYPROJECT):
            return prefix + PYPROJECT
        if hadolint is None:
            for name in HADOLINT_FILES:
                if _is_file(prefix + name):
                    hadolint = prefix + name
                    break
    return hadolint


def _upwards(folder: str) -> list[str]:
    at = os.path.abspath(folder)
    found = [at]
    while True:
        parent = os.path.dirname(at)
        if parent == at:
            return found
        found.append(parent)
        at = parent


def _is_file(path: str) -> bool:
    try:
        # Anything but a folder: a configuration that is there and cannot be read has to be an error, not nothing.
        return os.stat(path).st_mode & 0o170000 != 0o040000
    except (OSError, ValueError):
        return False


def _mentions_dflint(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return b"dflint" in stream.read()
    except OSError:
        return False
