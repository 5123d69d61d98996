"""What pip (and ``uv pip``) reads: requirements files, those that they name, and the projects to install.

Source: pip's documentation; observed with pip 24 and uv 0.13. Paths of requirements files are seen from the file that
names them, those of projects from the working directory.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.python import read_pyproject
from dflint.context.projects.requirements import local_path, references
from dflint.context.projects.setuppy import opened_files
from dflint.model.step import clean_path
from dflint.model.toolcalls import Layout, guessed, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.projects.python import PyProject
    from dflint.model.toolcalls import Arguments, Call
    from dflint.model.wants import Want

_VALUES = frozenset(
    ("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-e", "--editable", "-t",
     "--target", "--platform", "--python-version", "--implementation", "--abi", "--root", "--prefix", "--src",
     "--upgrade-strategy", "--no-binary", "--only-binary", "--progress-bar", "-i", "--index-url", "--extra-index-url",
     "-f", "--find-links", "--trusted-host", "--timeout", "--retries", "--cache-dir", "--cert", "--client-cert",
     "--proxy", "--log", "-d", "--dest", "-w", "--wheel-dir", "--config-settings", "-C", "--global-option",
     "--build-option", "--install-option", "--use-feature", "--use-deprecated", "--exists-action", "--python", "-p",
     "--index", "--default-index", "--extra", "--group", "--override", "--overrides", "--link-mode", "-o",
     "--output-file", "--index-strategy", "--resolution", "--prerelease", "--directory", "--project", "-P",
     "--upgrade-package", "--reinstall-package", "--root-user-action", "--report", "--keyring-provider")
)  # fmt: skip
_SUBS = frozenset(("install", "wheel", "download", "sync", "compile"))
_REQUIREMENTS = ("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints")
_DEEPEST = 20


def pip_wants(call: Call) -> Iterator[Want]:
    """What one call of pip, ``python -m pip`` or ``uv pip`` lacks."""
    words = list(call.words)
    start = 1
    if call.words[0] == "python" or (words[0] or "").startswith("python"):
        if words[1:3] != ["-m", "pip"]:
            return
        start = 3
    given = call.arguments(start, _VALUES)
    if given is None or given.has("--help", "-h", "--directory", "--project"):
        return
    uv = given.operands[:1] == ["pip"]
    operands = given.operands[1:] if uv else given.operands
    if not operands or operands[0] not in _SUBS or (operands[0] in ("sync", "compile") and not uv):
        return
    files = [*given.values(*_REQUIREMENTS), *_attached(given)]
    if operands[0] in ("sync", "compile"):
        files += [each for each in operands[1:] if each.endswith(".txt")]
        operands = []
    seen: set[str] = set()
    for value in files:
        if value and value != "-" and "://" not in value and not value.startswith("/dev/"):
            yield from _file(call, call.place(value), "", seen, uv)
    for value in given.values("-e", "--editable"):
        path = (
            local_path(value) or local_path("./" + value) if value and "+" not in value and ":" not in value else None
        )
        if path is not None:
            yield from _project(call, call.place(path), "", uv)
    for value in operands[1:]:
        path = local_path(value)
        if path is not None:
            yield from _project(call, call.place(path), "", uv)


def _attached(given: Arguments) -> list[str]:
    """Requirements files that are written without a space (``-rdev.txt``)."""
    return [name[2:] for name in given.flags if name[:2] in ("-r", "-c") and len(name) > 2]


def _file(call: Call, place: str, why: str, seen: set[str], uv: bool) -> Iterator[Want]:
    """A requirements file and what it names."""
    if place in seen or len(seen) > _DEEPEST:
        return
    seen.add(place)
    found = call.find(place)
    if found.kind == "absent":
        path = guessed(call.context, place)
        if path is not None and call.lacks(place):
            yield from call.want("config", path, place, owner=path, needed_by=call.words[0] or "pip", why=why)
        return
    text = call.context.read(found.path) if found.kind == "context" else None
    if text is None or not found.path.endswith((".txt", ".in")):
        return
    layout = layout_of(found, place.rpartition("/")[0] or "/")
    for kind, value in references(text):
        why = f"{found.path} names {value}"
        if kind == "project":
            yield from _project(call, call.place(value), why, uv, layout)
            continue
        target = value if value.startswith("/") else f"{layout.image}/{value}"
        yield from _nested(call, layout, clean_path(target), why, seen, uv)


def _nested(call: Call, layout: Layout, place: str, why: str, seen: set[str], uv: bool) -> Iterator[Want]:
    path = layout.path(place)
    if path is not None and call.find(place).kind == "absent":
        if place not in seen and call.context.is_file(path) and call.lacks(place):
            seen.add(place)
            yield from call.want("config", path, place, owner=path, needed_by=call.words[0] or "pip", why=why)
        return
    yield from _file(call, place, why, seen, uv)


def _project(call: Call, folder: str, why: str, uv: bool, layout: Layout | None = None) -> Iterator[Want]:
    """A directory that is built and installed."""
    if any(char in folder for char in "*?[{"):
        return
    names = ("pyproject.toml", "setup.py")
    places = [f"{folder.rstrip('/')}/{name}" for name in names]
    found = call.find(places[0])
    if found.kind == "context":
        project = read_pyproject(call.context, found.path)
        if project is not None:
            yield from build_wants(call, layout_of(found, folder), project)
            yield from _of_sources(call, layout_of(found, folder), project) if uv else ()
        return
    script = call.find(places[1])
    if script.kind == "context":
        yield from _setup_wants(call, layout_of(script, folder), script.path)
        return
    if not all(call.lacks(place) for place in places):
        return
    for place in places:
        path = layout.path(place) if layout is not None else guessed(call.context, place, call.cwd)
        if path is not None and call.context.is_file(path):
            project = read_pyproject(call.context, path) if path.endswith(".toml") else None
            owner = project.label if project is not None else path.rpartition("/")[0] or path
            reason = why or f"{call.words[0]} builds the project in {folder}"
            where = layout or Layout("", place[: -len(path)].rstrip("/") or "/")
            yield from call.project(where, path, owner=owner, needed_by=call.words[0] or "pip", why=reason)
            return


def _of_sources(call: Call, layout: Layout, project: PyProject) -> Iterator[Want]:
    """The projects that [tool.uv.sources] puts in place of what a project requires."""
    from dflint.context.projects.python import local_requirements

    for manifest in local_requirements(call.context, project):
        needed = read_pyproject(call.context, manifest)
        if needed is not None:
            why = f"{project.path}: {project.label} depends on {needed.label}"
            yield from call.project(layout, manifest, owner=needed.label, needed_by=project.label, why=why)


def build_wants(call: Call, layout: Layout, project: PyProject) -> Iterator[Want]:
    """What the build backend of a project does not find: the readme, the license file, the code."""
    context = call.context
    for path in project.metadata_files():
        place = layout.place(path)
        if context.is_file(path) and call.lacks(place):
            why = f"{project.path} names {path.rpartition('/')[2]}; {project.backend} builds nothing without it"
            yield from call.want("config", path, place, owner=project.label, needed_by=project.label, why=why)
    if project.backend in ("", "setuptools"):
        script = join(project.dir, "setup.py")
        if call.find(layout.place(script)).kind == "context":
            yield from _setup_wants(call, layout, script)
    files = project.module_files()
    own = next((path for path in files if context.is_file(path)), None)
    if own is not None and all(call.lacks(layout.place(path)) for path in files):
        folder = own.rpartition("/")[0] if own.endswith("/__init__.py") else own
        why = f"{project.backend} looks for the code of {project.label} in {folder}"
        yield from call.want(
            "source", folder, layout.place(folder), owner=project.label, needed_by=project.label, why=why
        )


def _setup_wants(call: Call, layout: Layout, script: str) -> Iterator[Want]:
    """The files that a setup.py opens."""
    folder = script.rpartition("/")[0]
    owner = folder or script
    for path in opened_files(call.context, script):
        place = layout.place(path)
        if call.context.is_file(path) and call.lacks(place):
            why = f"{script} opens {path[len(folder) :].lstrip('/')}"
            yield from call.want("config", path, place, owner=owner, needed_by=owner, why=why)
