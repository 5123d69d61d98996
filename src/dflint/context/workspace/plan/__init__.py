"""What a command line does in a workspace: which packages' scripts and tools run, in which order."""

from __future__ import annotations

from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.planner import Planner

__all__ = ["Event", "Planner"]
