"""What the commands do. Each lives in a module of its own, loaded when it is asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODULES = {
    "check": "check",
    "fix": "fix",
    "size": "size",
    "graph": "graph",
    "explain": "pages",
    "rules": "pages",
    "config": "settings",
    "new-rule": "pages",
    "knowledge": "knowledge",
}


def run_command(name: str, values: dict[str, Any]) -> int:
    """Run a command with the values of its options; returns the exit status."""
    module = __import__("dflint.cli." + MODULES[name], fromlist=["x"])
    status: int = getattr(module, name.replace("-", "_"))(values)
    return status
