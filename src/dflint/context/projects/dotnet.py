"""Solutions and projects of .NET: which project files a solution lists and a project refers to.

Sources: the documentation of MSBuild (``ProjectReference``) and of the solution formats .sln and .slnx.
"""

from __future__ import annotations

from dflint.context.projects.project import Project, read_xml, seen_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context import Context

SOLUTIONS = (".sln", ".slnx")
PROJECTS = (".csproj", ".fsproj", ".vbproj")


def solution_projects(context: Context, path: str) -> list[str]:
    """The project files that a solution lists, as paths of the context (in Windows' or POSIX notation there)."""
    found: list[str] = []
    if path.endswith(".slnx"):
        root = read_xml(context, path)
        found = [each.get("Path") or "" for each in root.iter("Project")] if root is not None else []
    else:
        for line in (context.read(path) or "").splitlines():
            if line.startswith("Project("):
                parts = line.split('"')
                found += parts[5:6]
    folder = path.rpartition("/")[0]
    paths = [
        seen_from(folder, each.replace("\\", "/")) for each in found if each.endswith("proj") and "://" not in each
    ]
    return [each for each in paths if each is not None]


def project_references(context: Context, path: str) -> list[str]:
    """The project files that a project refers to without a condition."""
    root = read_xml(context, path)
    if root is None:
        return []
    folder = path.rpartition("/")[0]
    found = []
    for group in root.iter("ItemGroup"):
        for each in group.findall("ProjectReference"):
            include = each.get("Include") or ""
            if group.get("Condition") is None and each.get("Condition") is None and "$" not in include:
                found.append(seen_from(folder, include.replace("\\", "/")))
    return [each for each in found if each]


def dotnet_project(context: Context, path: str) -> Project | None:
    """A solution or project file as a project."""
    label = path.rpartition("/")[2].rpartition(".")[0]
    needs = solution_projects(context, path) if path.endswith(SOLUTIONS) else project_references(context, path)
    return Project("dotnet", path, label, needs=tuple(dict.fromkeys(needs)))
