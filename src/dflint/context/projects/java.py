"""Maven's modules and Gradle's builds: which files of the repository the tools read before anything is built.

Sources: Maven's POM reference ("Aggregation", "Inheritance"); Gradle's user manual ("Gradle Wrapper", "Version
Catalogs", "Composite Builds"). What Maven does without a file was observed with 3.8.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.project import Project, read_xml, seen_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from dflint.context import Context


class Pom:
    """A pom.xml.

    modules  manifests of the modules of the reactor, profiles aside. parent: the manifest that <parent> means by its
             relative path, None without a parent or where it comes from a repository.
    """

    __slots__ = ("artifact", "dir", "modules", "parent", "parent_artifact", "path")

    def __init__(self, path: str, root: Element, context: Context) -> None:
        self.path = path
        self.dir = path.rpartition("/")[0]
        self.artifact = _text(root.find("artifactId"))
        found = [_text(each) for each in root.findall("modules/module")]
        names = [seen_from(self.dir, each) for each in found if each and "$" not in each]
        self.modules = [_manifest(context, name) for name in names if name is not None]
        parent = root.find("parent")
        relative = parent.find("relativePath") if parent is not None else None
        where = _text(relative) if relative is not None else "../pom.xml"
        self.parent_artifact = _text(parent.find("artifactId")) if parent is not None else ""
        at = seen_from(self.dir, where) if parent is not None and where and "$" not in where else None
        self.parent = _manifest(context, at) if at is not None else None

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.artifact or self.dir or self.path


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _manifest(context: Context, path: str) -> str:
    """A module is a directory, or its POM."""
    return path if path.endswith(".xml") else join(path, "pom.xml")


def read_pom(context: Context, path: str) -> Pom | None:
    """The pom.xml at a path; None if it cannot be read."""
    root = read_xml(context, path)
    return Pom(path, root, context) if root is not None and root.tag == "project" else None


def local_parent(context: Context, pom: Pom) -> Pom | None:
    """The parent of a POM, if its relative path leads to it in the context (else Maven asks a repository)."""
    parent = read_pom(context, pom.parent) if pom.parent is not None else None
    return parent if parent is not None and parent.artifact == pom.parent_artifact else None


def maven_project(context: Context, path: str) -> Project | None:
    """A pom.xml as a project."""
    pom = read_pom(context, path)
    if pom is None:
        return None
    parent = local_parent(context, pom)
    needs = [*pom.modules, *([parent.path] if parent is not None else [])]
    return Project("maven", path, pom.label, needs=tuple(dict.fromkeys(needs)))


def settings_calls(text: str, *names: str) -> list[str]:
    """The string arguments of calls such as ``include("a", "b")`` or ``include 'a'`` at the start of lines."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        name = next((each for each in names if line.startswith(each) and line[len(each) :][:1] in ("(", " ", "\t")), "")
        if not name or "{" in line or "$" in line:
            continue
        pieces = line[len(name) :].replace("'", '"').split('"')
        found += pieces[1::2]
    return found


def gradle_project(context: Context, path: str) -> Project | None:
    """A settings.gradle[.kts] as a project: the builds it includes, and its subprojects that have a build file."""
    text = context.read(path)
    if text is None:
        return None
    folder = path.rpartition("/")[0]
    needs = []
    for name in settings_calls(text, "include"):
        where = join(folder, name.strip(":").replace(":", "/"))
        needs += [
            join(where, file) for file in ("build.gradle", "build.gradle.kts") if context.is_file(join(where, file))
        ]
    for name in settings_calls(text, "includeBuild"):
        where_build = seen_from(folder, name)
        for file in ("settings.gradle", "settings.gradle.kts"):
            if where_build is not None and context.is_file(join(where_build, file)):
                needs.append(join(where_build, file))
    catalog = join(folder, "gradle/libs.versions.toml")
    files = (catalog,) if context.is_file(catalog) else ()
    return Project("gradle", path, folder.rpartition("/")[2] or "build", needs=tuple(needs), files=files)
