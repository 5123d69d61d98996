"""What the dotnet command reads: the projects that a solution lists, and those whose code a project uses.

A project file that a solution lists and that is not there is error MSB3202. A missing project reference alone is only
a warning: what fails then is the code that uses its namespace.
Sources: MSBuild's documentation, the reports about ``dotnet restore`` in images at NuGet/Home and dotnet/sdk.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.dotnet import PROJECTS, SOLUTIONS, project_references, solution_projects
from dflint.model.toolcalls import calls_of, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.build import Build
    from dflint.model.toolcalls import Call, Layout
    from dflint.model.wants import Want

_SUBS = frozenset(("restore", "build", "publish", "test", "pack"))
_VALUES = frozenset(
    ("-c", "--configuration", "-o", "--output", "-r", "--runtime", "-f", "--framework", "-s", "--source", "-v",
     "--verbosity", "--configfile", "--packages", "-a", "--arch", "--os", "--property", "-p", "--version-suffix",
     "--filter", "--logger", "-l", "--results-directory", "--settings", "--artifacts-path", "--manifest", "--use-rid")
)  # fmt: skip
_MOST_FILES = 400


def dotnet_wants(build: Build) -> Iterator[Want]:
    """The files that calls of the dotnet command lack."""
    for call in calls_of(build, ("dotnet",)):
        given = call.arguments(1, _VALUES)
        if given is None or not given.operands or given.operands[0] not in _SUBS:
            continue
        named = [each for each in given.operands[1:] if not each.startswith("/p:") and not each.startswith("/v:")]
        place = call.place(named[0] if named else ".")
        for path, folder in _found(call, place):
            layout = layout_of(call.find(f"{folder.rstrip('/')}/{path.rpartition('/')[2]}"), folder)
            if path.endswith(SOLUTIONS):
                yield from _solution(call, layout, path)
            elif given.operands[0] != "restore" and not given.has("--no-build"):
                yield from _references(call, layout, path)


def _found(call: Call, place: str) -> list[tuple[str, str]]:
    """The solution or project that a path means: (path in the context, directory in the image); at most one."""
    if place.endswith((*SOLUTIONS, *PROJECTS)):
        found = call.find(place)
        return [(found.path, place.rpartition("/")[0] or "/")] if found.kind == "context" else []
    from dflint.context.projects.index import manifests

    names = {path.rpartition("/")[2] for path in manifests(call.context) if path.endswith((*SOLUTIONS, *PROJECTS))}
    there = [
        (each.path, place) for name in names if (each := call.find(f"{place.rstrip('/')}/{name}")).kind == "context"
    ]
    return there if len(there) == 1 else []


def _solution(call: Call, layout: Layout, path: str) -> Iterator[Want]:
    for project in solution_projects(call.context, path):
        place = layout.place(project)
        if call.context.is_file(project) and call.lacks(place):
            why = f"{path} lists {project}; without it: error MSB3202"
            owner = project.rpartition("/")[2].rpartition(".")[0]
            yield from call.want("manifest", project, place, owner=owner, needed_by=path, why=why)


def _references(call: Call, layout: Layout, start: str) -> Iterator[Want]:
    """The folders of projects that are referred to, whose namespace the code uses, and of which nothing is there."""
    queue, seen = [start], {start}
    for path in queue:
        for project in project_references(call.context, path):
            if project in seen:
                continue
            seen.add(project)
            folder = project.rpartition("/")[0]
            place = layout.place(project)
            if call.find(place).kind == "context":
                queue.append(project)
            elif folder and call.context.is_file(project) and call.lacks(place) and call.holds_nothing(layout, folder):
                name = project.rpartition("/")[2].rpartition(".")[0]
                user = _user(call, layout, path.rpartition("/")[0], name)
                if user is not None:
                    why = f"{path} refers to {project}, and {user} uses its namespace"
                    yield from call.want("source", folder, layout.place(folder), owner=name, needed_by=path, why=why)


def _user(call: Call, layout: Layout, folder: str, name: str) -> str | None:
    """A source file of a project, in the image, that uses a namespace of this name."""
    context = call.context
    queue, files = [folder], 0
    for each in queue:
        for entry in context.listdir(each):
            path = join(each, entry)
            if context.is_dir(path):
                if entry not in ("bin", "obj"):
                    queue.append(path)
            elif entry.endswith(".cs") and files < _MOST_FILES:
                files += 1
                text = context.read(path) or ""
                if f"\nusing {name}" in "\n" + text and call.find(layout.place(path)).kind == "context":
                    lines = [line.strip() for line in text.splitlines()]
                    if any(line in (f"using {name};",) or line.startswith(f"using {name}.") for line in lines):
                        return path
    return None
