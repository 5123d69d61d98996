"""The workspaces of one build context, each read once in a run."""

from __future__ import annotations

from dflint.context.workspace.graph import load_workspace
from dflint.context.workspace.paths import ancestors
from dflint.context.workspace.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context import Context
    from dflint.context.workspace.graph import Workspace

_KEY = "workspaces"


class Workspaces:
    """Workspaces by the directories that belong to them, and the readers of their sources."""

    __slots__ = ("_by_root", "_known", "_reaches", "context")

    def __init__(self, context: Context) -> None:
        self.context = context
        self._known: dict[str, Workspace | None] = {}
        self._by_root: dict[str, Workspace] = {}
        self._reaches: dict[str, Reach] = {}

    def at(self, directory: str) -> Workspace | None:
        """The workspace that a directory of the context belongs to."""
        if directory not in self._known:
            self._known[directory] = self._find(directory)
        return self._known[directory]

    def _find(self, directory: str) -> Workspace | None:
        nearest: str | None = None
        for candidate in ancestors(directory):
            if nearest is None and self.context.is_file(f"{candidate}/package.json" if candidate else "package.json"):
                nearest = candidate
            known = self._by_root.get(candidate)
            if known is not None and (nearest is None or nearest in known.by_dir):
                return known
        found = load_workspace(self.context, directory)
        if found is not None:
            self._by_root[found.root] = found
        return found

    def reach(self, workspace: Workspace) -> Reach:
        """The reader of a workspace's sources."""
        found = self._reaches.get(workspace.root)
        if found is None or found.workspace is not workspace:
            found = self._reaches[workspace.root] = Reach(workspace)
        return found


def workspaces(context: Context) -> Workspaces:
    """The workspaces of a context; contexts of one run with the same root share them."""
    found = context.memo.get(_KEY)
    if not isinstance(found, Workspaces):
        found = context.memo[_KEY] = Workspaces(context)
    return found
