"""Which files are where in a stage: COPY and ADD as mappings that are followed back, never as listings.

A question ("what is at this path when this step starts?") walks the operations of the stage backwards until one
answers. Copying a whole tree costs nothing; what is not known stays Unknown and never becomes "absent".

Sources: the Dockerfile reference (COPY, ADD), BuildKit's copy rules (a directory's contents are copied, a file goes
below a destination that ends in ``/``).
"""

from __future__ import annotations

from dflint.model.journal import Journal
from dflint.model.ops import ABSENT, ContextCopy, Doubt, Made, StageCopy, inside, source_path
from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Add, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dflint.model.build import Build
    from dflint.model.ops import Op, Place
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.syntax.expand import Value

# Images that hold a runtime or a distribution and no application: the last part of their names.
_PLAIN_IMAGES = frozenset(
    ("node", "debian", "ubuntu", "alpine", "bun", "deno", "python", "nginx", "nginx-unprivileged", "busybox", "scratch",
     "golang", "rust", "caddy", "httpd", "amazonlinux", "fedora", "rockylinux", "almalinux", "centos", "buildpack-deps",
     "playwright", "wolfi-base", "bitnami-minideb", "minideb", "openjdk", "eclipse-temurin", "php", "ruby", "maven",
     "gradle", "amazoncorretto", "oraclelinux")
)  # fmt: skip
PLAIN_PREFIXES = (
    "gcr.io/distroless/",
    "cgr.dev/chainguard/",
    "mcr.microsoft.com/devcontainers/",
    "mcr.microsoft.com/dotnet/",
    "ghcr.io/astral-sh/",
    "registry.access.redhat.com/",
)

# Endings of files, never of folders.
_FILE_ENDS = (
    ".sh", ".py", ".js", ".mjs", ".cjs", ".ts", ".json", ".txt", ".toml", ".lock", ".yml", ".yaml", ".xml", ".jar",
    ".conf", ".cfg", ".ini", ".mod", ".sum", ".md", ".rb", ".php", ".pl", ".R", ".sql", ".properties", ".gradle",
)  # fmt: skip


class FileSystem:
    """The files of all stages of a build.

    runs    gives the operations of a RUN step, seen from the view before it; None: every RUN may do anything.
    strict  sources of COPY that the context lacks may be made before the image is built, and a base image may hold
            anything unless it is known.
    """

    def __init__(
        self, build: Build, runs: Callable[[Step, View], Iterable[Op]] | None = None, strict: bool = False
    ) -> None:
        self.build = build
        self.strict = strict
        self._runs = runs
        self._journals: dict[int, Journal] = {}
        self._counts: dict[int, list[int]] = {}
        self._bases: dict[int, Place] = {}
        self._complete: set[int] = set()
        self._finished: dict[int, View] = {}

    def before(self, step: Step) -> View:
        """The files when a step starts."""
        journal = self._stage(step.stage)
        return View(self, step.stage, journal, self._counts[step.stage.index][step.index])

    def after(self, stage: Stage) -> View:
        """The files of a finished stage."""
        view = self._finished.get(stage.index)
        if view is None:
            journal = self._stage(stage)
            view = View(self, stage, journal, len(journal))
            if stage.index in self._complete:
                self._finished[stage.index] = view
        return view

    def base(self, stage: Stage) -> Place:
        """What is at a path of the application in the image that a stage starts from."""
        found = self._bases.get(stage.index)
        if found is None:
            found = self._bases[stage.index] = _base(stage, self.strict)
        return found

    def _stage(self, stage: Stage) -> Journal:
        journal = self._journals.get(stage.index)
        if journal is None:
            journal = self._journals[stage.index] = Journal()
            counts = self._counts[stage.index] = []
            for step in stage.steps:
                counts.append(len(journal))
                view = View(self, stage, journal, len(journal))
                if isinstance(step.node, Transfer):
                    journal.add(self._transfer(step, view))
                elif isinstance(step.node, Run):
                    journal.add(self._run(step, view))
            self._complete.add(stage.index)
        return journal

    def _run(self, step: Step, view: View) -> list[Op]:
        if self._runs is None:
            return [Doubt("/", "a RUN may write any file", step)]
        mounts = self.mounts(step)
        return list(self._runs(step, view.extended(mounts) if mounts else view))

    def mounts(self, step: Step) -> list[Op]:
        """What bind and cache mounts of a RUN show while it runs."""
        found: list[Op] = []
        for flag in step.node.flags:
            if flag.name != "mount":
                continue
            kind = flag.option("type") or "bind"
            target = flag.option("target", "dst", "destination")
            place = absolute(step.workdir, step.expand(target)) if target else None
            if kind == "bind":
                source = step.expand(flag.option("source", "src") or "")
                reference = step.expand(flag.option("from") or "")
                if place is None or not isinstance(source, Known) or not isinstance(reference, Known):
                    found.append(Doubt("/", "a bind mount is not known", step))
                else:
                    found.append(self._copy(step, reference.text, source.text or "/", place, False))
            elif place is not None and kind in ("cache", "tmpfs"):
                found.append(Doubt(place, f"a {kind} mount hides it", step))
        return found

    def _transfer(self, step: Step, view: View) -> list[Op]:
        node = step.node
        assert isinstance(node, Transfer)
        dest = step.expand(node.dest.text) if node.words else None
        place = absolute(step.workdir, dest) if dest is not None else None
        if place is None or not isinstance(dest, Known):
            return [Doubt("/", f"the destination of {node.name} is not known", step)]
        into = dest.text.endswith(("/", "/.")) or dest.text in (".", "", "./") or len(node.words) > 2
        flag = node.flag("from")
        reference = step.expand(flag.value) if flag is not None and flag.value else Known("")
        found: list[Op] = [
            Made(f"{place.rstrip('/')}/{heredoc.name}" if into else place, step) for heredoc in node.heredocs
        ]
        for word in node.sources:
            source = step.expand(word.text)
            if not isinstance(source, Known) or not isinstance(reference, Known):
                found.append(Doubt(place, f"a source of {node.name} is not known", step))
            elif isinstance(node, Add) and self._is_remote_or_archive(source.text):
                found.append(Doubt(place, "ADD unpacks or fetches it", step))
            else:
                found.append(self._copy(step, reference.text, source.text, place, into))
        return found

    def _is_remote_or_archive(self, source: str) -> bool:
        archives = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".git")
        return "://" in source or source.startswith("git@") or source.endswith(archives)

    def _copy(self, step: Step, reference: str, source: str, place: str, into: bool) -> Op:
        """The operation for one source of a COPY, ADD or bind mount."""
        node = step.node
        excludes = tuple(flag.value or "" for flag in node.flags if flag.name == "exclude")
        parents = node.flag("parents") is not None
        if reference:
            stage = self.build.stage_named(reference, step.stage.index)
            named = reference.lower() in {name.lower() for name in self.build.config.contexts}
            if stage is None or named:
                return Doubt(place, f"it comes from {reference}", step)
            if parents or any(char in source for char in "*?["):
                return Doubt(place, "it is copied by a pattern", step)
            return StageCopy(self.after(stage), clean_path("/" + source), place, into, step)
        context = self.build.context
        if context is None:
            name = source.rpartition("/")[2]
            if self.strict and into and name.endswith(_FILE_ENDS) and not any(char in source for char in "*?["):
                place = f"{place.rstrip('/')}/{name}"
            return Doubt(place, "the build context is not known", step)
        pivot, _, _ = source.rpartition("/./") if parents and "/./" in source else ("", "", "")
        return ContextCopy(
            context, source_path(source), place, into=into, step=step, excludes=excludes,
            parents=source_path(pivot) if parents else None, strict=self.strict,
        )  # fmt: skip


class View:
    """The files at one moment of a stage: the first ``count`` operations of its journal, and ``more`` after them."""

    __slots__ = ("_known", "count", "fs", "journal", "more", "stage")

    def __init__(self, fs: FileSystem, stage: Stage, journal: Journal, count: int, more: tuple[Op, ...] = ()) -> None:
        self.fs = fs
        self.stage = stage
        self.journal = journal
        self.count = count
        self.more = more
        self._known: dict[str, Place] = {}

    def extended(self, ops: Iterable[Op]) -> View:
        """This view with more operations after it."""
        return View(self.fs, self.stage, self.journal, self.count, (*self.more, *ops))

    def operations(self) -> list[Op]:
        """All operations of this stage, the last first."""
        return [*self.more[::-1], *self.journal.latest(self.count)]

    def touching(self, path: str) -> list[Op]:
        """The operations, the last first, that may touch a clean absolute path; those left out certainly do not."""
        found = self.journal.touching(path, self.count)
        return [*self.more[::-1], *found] if self.more else found

    def find(self, path: str) -> Place:
        """What is at an absolute path of the image: where the file comes from, ABSENT, or why it is not known."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._find(clean_path(path))
        return found

    def _find(self, path: str) -> Place:
        doubt: Place | None = None
        for op in self.touching(path):
            place = op.find(path)
            if place is None:
                continue
            if place.kind == "unknown" or place.guess:
                # Guesses say more than doubts; either gives way to what was there before.
                doubt = place if doubt is None or (place.guess and not doubt.guess) else doubt
            elif place.kind == "absent":
                return doubt or place
            else:
                return place
        parent = self.stage.parent
        place = self.fs.after(parent).find(path) if parent is not None else self.fs.base(self.stage)
        if place.kind == "context" or (place.kind == "made" and not place.guess):
            return place
        return doubt or place

    def may_be_made(self, path: str) -> bool:
        """Whether a command of this stage, or something unknown in it, may have written the file at a path."""
        path = clean_path(path)
        for op in self.touching(path):
            place = op.find(path)
            if place is not None:
                return place.kind in ("made", "unknown")
        parent = self.stage.parent
        return parent is not None and self.fs.after(parent).may_be_made(path)

    def may_be_overlaid(self, path: str) -> bool:
        """Whether a copy of a folder that follows what a command made would bring the path too, if the context had it.

        So it is on a machine where the path was made beside the Dockerfile and .dockerignore lets it through.
        """
        path = clean_path(path)
        for op in self.touching(path):
            if isinstance(op, ContextCopy) and op.would_bring(path):
                return True
            if op.find(path) is None:
                continue
            if not isinstance(op, StageCopy):
                return False
            return op.view.may_be_overlaid(f"{op.source.rstrip('/')}/{inside(path, op.dest)}")
        parent = self.stage.parent
        return parent is not None and self.fs.after(parent).may_be_overlaid(path)

    def bringer(self, path: str) -> Step | None:
        """The last step of this stage that touches a path, None if none of this stage does."""
        path = clean_path(path)
        for op in self.touching(path):
            place = op.find(path)
            if place is not None and place.kind != "unknown":
                return op.step
        return None

    def has(self, path: str) -> bool | None:
        """Whether a file is at a path; None if that is not known."""
        kind = self.find(path).kind
        return None if kind == "unknown" else kind != "absent"


def absolute(workdir: Value, path: Value) -> str | None:
    """The absolute path that a destination means; None if it is not known."""
    if not isinstance(path, Known):
        return None
    if path.text.startswith("/"):
        return clean_path(path.text)
    return clean_path(workdir.text + "/" + path.text) if isinstance(workdir, Known) else None


def _base(stage: Stage, strict: bool) -> Place:
    """What the image below a stage holds: nothing of the application, if it is a plain runtime or distribution.

    strict  ``somebody/ubuntu`` is not taken for one.
    """
    reference = stage.reference
    if isinstance(reference, Known) and reference.text.lower() not in {n.lower() for n in stage.build.config.contexts}:
        name = reference.text.partition("@")[0]
        head, slash, last = name.rpartition("/")
        image, _, tag = last.partition(":")
        if strict and stage.image is None and not stage.is_scratch:
            return Doubt.place("the base image may hold it")
        if (image in _PLAIN_IMAGES or (head + slash).startswith(PLAIN_PREFIXES)) and "onbuild" not in tag:
            return ABSENT
    return Doubt.place("the base image may hold it")
