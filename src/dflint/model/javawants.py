"""What Maven and Gradle read before they build: the reactor's POMs, the wrapper's files, included builds.

Sources: Maven's POM reference, Gradle's user manual ("The Gradle Wrapper", "Version Catalogs", "Composite Builds").
Maven's part was observed with 3.8: a module that a POM lists has to be there whatever ``-pl`` says.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.java import local_parent, read_pom, settings_calls
from dflint.context.projects.project import seen_from
from dflint.model.toolcalls import calls_of, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.projects.java import Pom
    from dflint.model.build import Build
    from dflint.model.toolcalls import Arguments, Call, Layout
    from dflint.model.wants import Want

_MAVEN_VALUES = frozenset(
    ("-f", "--file", "-pl", "--projects", "-P", "--activate-profiles", "-s", "--settings", "-gs", "--global-settings",
     "-T", "--threads", "-D", "--define", "-rf", "--resume-from", "-t", "--toolchains", "-l", "--log-file", "-b",
     "--builder", "-am", "--color")
) - {"-am"}  # fmt: skip
_GRADLE_VALUES = frozenset(
    ("-p", "--project-dir", "-x", "--exclude-task", "-b", "--build-file", "-c", "--settings-file", "-g",
     "--gradle-user-home", "-I", "--init-script", "--console", "--max-workers", "-P", "-D", "--include-build",
     "--warning-mode", "--tests", "--priority", "-M", "--write-verification-metadata")
)  # fmt: skip
_MOST = 500
_MAVEN_WRAPPER = (".mvn/wrapper/maven-wrapper.properties",)
_GRADLE_WRAPPER = ("gradle/wrapper/gradle-wrapper.jar", "gradle/wrapper/gradle-wrapper.properties")


def java_wants(build: Build) -> Iterator[Want]:
    """The files that calls of Maven and Gradle lack."""
    for call in calls_of(build, ("mvn", "mvnw", "gradle", "gradlew")):
        maven = call.words[0] in ("mvn", "mvnw")
        if call.words[0] in ("mvnw", "gradlew"):
            yield from _wrapper(call, maven)
        given = call.arguments(1, _MAVEN_VALUES if maven else _GRADLE_VALUES)
        if given is not None:
            yield from (_maven if maven else _gradle)(call, given)


def _wrapper(call: Call, maven: bool) -> Iterator[Want]:
    """The files beside a wrapper script without which it stops."""
    assert call.command.name is not None
    script = call.place(call.command.name.value or "")
    found = call.find(script)
    if "/" not in (call.command.name.value or "") or found.kind != "context":
        return
    layout = layout_of(found, script.rpartition("/")[0] or "/")
    wanted = [join(layout.directory, name) for name in (_MAVEN_WRAPPER if maven else _GRADLE_WRAPPER)]
    missing = [path for path in wanted if call.context.is_file(path) and call.lacks(layout.place(path))]
    folder = join(layout.directory, ".mvn" if maven else "gradle")
    if missing and call.holds_nothing(layout, folder):
        missing = [folder]
    for path in missing:
        why = f"{found.path} reads {wanted[0]}"
        yield from call.want("config", path, layout.place(path), owner=found.path, needed_by=found.path, why=why)


# -- Maven --------------------------------------------------------------------------------------------------------


def _maven(call: Call, given: Arguments) -> Iterator[Want]:
    goals = [each for each in given.operands if not each.startswith(("archetype:", "wrapper:"))]
    if not goals or given.has("-v", "--version", "-h", "--help") or None in given.values("-f", "--file"):
        return
    where = given.value("-f", "--file")
    manifest = call.place(where or "pom.xml")
    if not manifest.endswith(".xml"):
        manifest += "/pom.xml"
    found = call.find(manifest)
    if found.kind == "absent" and where is None and call.context.is_file("pom.xml") and call.lacks(manifest):
        if all(":" in goal for goal in goals):
            return  # a plugin's goal may need no project
        why = "mvn looks for a pom.xml in the working directory"
        yield from call.want("manifest", "pom.xml", manifest, owner="pom.xml", needed_by="mvn", why=why)
    pom = read_pom(call.context, found.path) if found.kind == "context" else None
    if pom is not None:
        layout = layout_of(found, manifest.rpartition("/")[0] or "/")
        yield from _reactor(call, layout, pom, not given.has("-N", "--non-recursive"))


def _reactor(call: Call, layout: Layout, start: Pom, modules: bool) -> Iterator[Want]:
    """The modules, and the parents that lie in the repository, of all POMs that are read."""
    queue = [(start.path, "", "", modules)]
    seen: set[str] = set()
    for path, needed_by, why, with_modules in queue:
        if path in seen or len(seen) > _MOST:
            continue
        seen.add(path)
        place = layout.place(path)
        found = call.find(place)
        pom = read_pom(call.context, path)
        if found.kind == "absent" and call.lacks(place):
            owner = pom.label if pom is not None else path
            yield from call.want("manifest", path, place, owner=owner, needed_by=needed_by, why=why)
        if found.kind != "context" or found.path != path or pom is None:
            continue
        if with_modules:
            why = f"{path} lists it as a module; Maven reads all modules, needed or not"
            queue += [(each, pom.label, why, True) for each in pom.modules]
        parent = local_parent(call.context, pom)
        if parent is not None and not _is_published(call, parent):
            # The modules of a parent are no part of the reactor.
            queue.append((parent.path, pom.label, f"{path} names {parent.label} as its parent", False))


def _is_published(call: Call, parent: Pom) -> bool:
    """Whether a parent may come from a repository as well."""
    text = call.context.read(parent.path) or ""
    if any(
        word in text for word in ("distributionManagement", "central-publishing", "nexus-staging", "<repositories>")
    ):
        return True
    dockerfile = call.step.stage.build.file.source.text
    return "settings.xml" in dockerfile or ".m2" in dockerfile


# -- Gradle -------------------------------------------------------------------------------------------------------


def _gradle(call: Call, given: Arguments) -> Iterator[Want]:
    if given.operands[:1] in (["wrapper"], ["init"]) or given.has("-v", "--version", "-c", "--settings-file"):
        return
    where = given.value("-p", "--project-dir")
    if where is None and given.has("-p", "--project-dir"):
        return
    folder = call.place(where or ".")
    for name in ("settings.gradle.kts", "settings.gradle"):
        found = call.find(f"{folder.rstrip('/')}/{name}")
        text = call.context.read(found.path) if found.kind == "context" else None
        if text is not None:
            layout = layout_of(found, folder)
            if "exists" not in text:
                yield from _included(call, layout, found.path, text)
            if "versionCatalogs" not in text:
                yield from _catalog(call, layout)
            return


def _included(call: Call, layout: Layout, settings: str, text: str) -> Iterator[Want]:
    """The builds that a settings file includes."""
    for name in settings_calls(text, "includeBuild"):
        path = seen_from(layout.directory, name)
        if path is not None and call.context.is_dir(path) and call.holds_nothing(layout, path):
            why = f"{settings} includes the build in {path}"
            yield from call.want("source", path, layout.place(path), owner=path, needed_by=settings, why=why)


def _catalog(call: Call, layout: Layout) -> Iterator[Want]:
    """The version catalog that a build script takes its dependencies from."""
    path = join(layout.directory, "gradle/libs.versions.toml")
    place = layout.place(path)
    if not call.context.is_file(path) or not call.lacks(place):
        return
    for name in ("build.gradle.kts", "build.gradle"):
        script = join(layout.directory, name)
        found = call.find(layout.place(script))
        text = call.context.read(script) if found.kind == "context" and found.path == script else None
        lines = [line.strip() for line in (text or "").splitlines()]
        if any("(libs." in line and not line.startswith(("//", "*")) for line in lines):
            why = f"{script} takes its dependencies from it"
            yield from call.want("config", path, place, owner=script, needed_by=script, why=why)
            return
