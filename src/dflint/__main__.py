"""``python -m dflint``."""

from __future__ import annotations

from dflint.cli import script

script()
