"""Where things are in a checkout."""

from __future__ import annotations

import os

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
RULE_PAGES = os.path.join(ROOT, "rules")
PACKAGE = os.path.join(ROOT, "src", "dflint")
RULE_MODULES = os.path.join(PACKAGE, "rules")
COMPILED = os.path.join(PACKAGE, "catalog", "_compiled.py")
PAGES = os.path.join(PACKAGE, "catalog", "pages.json")


def module_path(name: str) -> str:
    """The module of a rule."""
    return os.path.join(RULE_MODULES, name.replace("-", "_") + ".py")
