"""All projects of a context, whatever their tool."""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.cargo import cargo_project
from dflint.context.projects.dotnet import PROJECTS, SOLUTIONS, dotnet_project
from dflint.context.projects.golang import go_project
from dflint.context.projects.java import gradle_project, maven_project
from dflint.context.projects.project import INSTALLED, remembered
from dflint.context.projects.python import python_project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dflint.context import Context
    from dflint.context.projects.project import Project

    Reader = Callable[[Context, str], "Project | None"]

_READERS: dict[str, Reader] = {
    "pyproject.toml": python_project,
    "Cargo.toml": cargo_project,
    "go.mod": go_project,
    "go.work": go_project,
    "pom.xml": maven_project,
    "settings.gradle": gradle_project,
    "settings.gradle.kts": gradle_project,
}
_MOST_FOLDERS = 20_000


def projects(context: Context) -> tuple[Project, ...]:
    """The projects that Python's tools, Cargo, Go, Maven, Gradle and .NET see in a context, sorted by their manifest.

    Folders of installed or built files are left out.
    """
    return remembered(context, "all", "", lambda: tuple(_read(context)))


def manifests(context: Context) -> Iterator[str]:
    """The paths of all manifests that ``projects`` reads."""
    queue = [""]
    for folder in queue:
        yield from _in_folder(context, folder)
        if len(queue) < _MOST_FOLDERS:
            queue += _folders(context, folder)


def _folders(context: Context, folder: str) -> list[str]:
    found = []
    for name in context.listdir(folder):
        path = join(folder, name)
        if name not in INSTALLED and name[0] != "." and context.is_dir(path) and not context.is_link(path):
            found.append(path)
    return found


def _in_folder(context: Context, folder: str) -> Iterator[str]:
    for name in context.listdir(folder):
        if name in _READERS or name.endswith((*SOLUTIONS, *PROJECTS)):
            yield join(folder, name)


def _read(context: Context) -> Iterator[Project]:
    for path in sorted(manifests(context)):
        reader = _READERS.get(path.rpartition("/")[2], dotnet_project)
        project = reader(context, path) if context.is_file(path) else None
        if project is not None:
            yield project
