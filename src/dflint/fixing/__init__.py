"""Applies fixes: select, apply, verify, repeat; and writes files without ever leaving a broken one."""

from __future__ import annotations

from dflint.fixing.loop import fix_source
from dflint.fixing.result import Applied, FixOptions, FixResult, Skipped

__all__ = ["Applied", "FixOptions", "FixResult", "Skipped", "fix_source"]
