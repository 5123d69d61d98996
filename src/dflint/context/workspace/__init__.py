"""JavaScript workspaces of a build context: packages, how they depend on each other, where an import of one leads,
what builds it, and what a command line does in them.

Nothing here is loaded unless the context holds a package.json or a pnpm-workspace.yaml that somebody asks about.
"""

from __future__ import annotations

from dflint.context.workspace.entries import candidates, subpaths
from dflint.context.workspace.graph import Workspace, load_workspace
from dflint.context.workspace.index import Workspaces, workspaces
from dflint.context.workspace.package import Package
from dflint.context.workspace.plan import Event, Planner
from dflint.context.workspace.reach import Reach, Use
from dflint.context.workspace.tools import Tool
from dflint.context.workspace.tsconfig import TsConfig, load_tsconfig

__all__ = [
    "Event", "Package", "Planner", "Reach", "Tool", "TsConfig", "Use", "Workspace", "Workspaces", "candidates",
    "load_tsconfig", "load_workspace", "subpaths", "workspaces",
]  # fmt: skip
