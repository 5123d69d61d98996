"""Projects of a build context that other tools than JavaScript's know: what their manifests declare and need.

Nothing here is loaded unless a Dockerfile calls one of the tools, or somebody asks for all projects.
"""

from __future__ import annotations

from dflint.context.projects.project import Project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context import Context

__all__ = ["Project", "projects"]


def projects(context: Context) -> tuple[Project, ...]:
    """All projects of a context, see ``index.projects``; their readers are loaded on the first call."""
    from dflint.context.projects.index import projects as found

    return found(context)
