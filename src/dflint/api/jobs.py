"""From paths to jobs: which Dockerfiles are to be judged, and under which builds."""

from __future__ import annotations

import os

from dflint.api.results import RunError
from dflint.config import ConfigError
from dflint.context import Disk, DiskContext
from dflint.engine.runner import BuildInput
from dflint.syntax import parse
from dflint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pathspec import GitIgnoreSpec

    from dflint.api import RunOptions
    from dflint.config import Settings
    from dflint.context.discover import Target
    from dflint.context.spec import BuildSpec
    from dflint.model import BuildConfig
    from dflint.syntax.nodes import File

STDIN = "-"


class Job:
    """One Dockerfile to judge.

    builds     the ways in which it is built. services: their names, where compose or bake gave them.
    real_path  the file to write to; None for standard input and for a Dockerfile inside a compose file.
    """

    __slots__ = ("builds", "file", "real_path", "services", "settings", "source")

    def __init__(self, file: File, settings: Settings, builds: Sequence[BuildInput], real_path: str | None) -> None:
        self.file = file
        self.source = file.source
        self.settings = settings
        self.builds = builds
        self.services = tuple([build.service for build in builds if build.service is not None])
        self.real_path = real_path


class _Draft:
    """A Dockerfile that was found, with the builds that use it so far. ``inline`` is its text, if it is no file."""

    __slots__ = ("inline", "path", "specs")

    def __init__(self, path: str, inline: str | None = None) -> None:
        self.path = path
        self.inline = inline
        self.specs: list[BuildSpec] = []


def find_jobs(paths: Sequence[str], options: RunOptions) -> Iterator[Job | RunError]:
    """The jobs that paths mean, and what could not be used.

    A Dockerfile that compose or bake files name is judged once, under all of their builds.
    Raises ConfigError for a command line or an explicit configuration file that cannot be used.
    """
    return _Finder(options).find(paths or (".",))


class _Finder:
    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self.resolver = options.resolver()
        self.disk = Disk()
        self.drafts: dict[str, _Draft] = {}
        self.errors: list[RunError] = []
        self._excludes: dict[tuple[str, ...], GitIgnoreSpec] = {}

    def find(self, paths: Sequence[str]) -> Iterator[Job | RunError]:
        for path in paths:
            if path == STDIN:
                yield self._stdin()
            else:
                self._collect(path)
        yield from self.errors
        for draft in self.drafts.values():
            yield self._job(draft)

    # -- from paths to drafts -------------------------------------------------------------------------------------

    def _collect(self, path: str) -> None:
        """Add what a path on the command line stands for."""
        from dflint.context.discover import find

        found = find([path], disk=self.disk)
        self.errors += [RunError(_shown(place), message) for place, message in found.errors]
        folder = os.path.isdir(path)
        for target in found.targets:
            if target.kind != "dockerfile":
                self._project(target)
            elif not (folder or self.options.force_exclude) or not self._excluded(target.path):
                self._draft(target.path)
        if found.projects:
            self._beside(found.projects)

    def _draft(self, path: str, inline: str | None = None) -> _Draft:
        key = path if inline is not None else os.path.realpath(path)
        draft = self.drafts.get(key)
        if draft is None:
            draft = self.drafts[key] = _Draft(path, inline)
        return draft

    def _project(self, target: Target) -> None:
        """Add the builds of a compose or bake file that was named."""
        from dflint.context import bake, compose
        from dflint.context.spec import ContextError

        try:
            project = compose.load(target.path) if target.kind == "compose" else bake.load(target.path)
        except ContextError as error:
            self.errors.append(RunError("", str(error)))
            return
        for spec in project.services:
            if spec.dockerfile_inline is not None:
                self._draft(f"{target.path}#{spec.service}", spec.dockerfile_inline).specs.append(spec)
            elif spec.dockerfile and not os.path.isfile(spec.dockerfile):
                message = f"service '{spec.service}': there is no Dockerfile {_shown(spec.dockerfile)}"
                self.errors.append(RunError(f"{_shown(spec.path)}:{spec.line}", message))
            elif spec.dockerfile:
                self._draft(spec.dockerfile).specs.append(spec)

    def _beside(self, projects: Sequence[Target]) -> None:
        """Let the compose and bake files of a folder say how its Dockerfiles are built."""
        from dflint.context.discover import compose_index

        for real, specs in compose_index(projects).items():
            if real not in self.drafts and os.path.isfile(real) and not self._excluded(specs[0].dockerfile):
                # A file that only its users show to be a Dockerfile, such as Dockerfile.template.
                self._draft(specs[0].dockerfile)
            if real in self.drafts:
                self.drafts[real].specs += specs

    def _excluded(self, path: str) -> bool:
        """Whether the configuration leaves a file out of folders."""
        try:
            settings = self.resolver.for_path(path)
        except ConfigError:
            return False  # reported when the file's turn comes
        if not settings.exclude or settings.root is None:
            return False
        spec = self._excludes.get(settings.exclude)
        if spec is None:
            from pathspec import GitIgnoreSpec

            spec = self._excludes[settings.exclude] = GitIgnoreSpec.from_lines(settings.exclude)
        relative = os.path.relpath(os.path.abspath(path), settings.root).replace(os.sep, "/")
        return not relative.startswith("../") and spec.match_file(relative)

    # -- from drafts to jobs --------------------------------------------------------------------------------------

    def _stdin(self) -> Job | RunError:
        name = self.options.stdin_filename
        return self._finish(Source.from_bytes(self.options.stdin or b"", name or STDIN), name, None, ())

    def _job(self, draft: _Draft) -> Job | RunError:
        shown = _shown(draft.path)
        if draft.inline is not None:
            return self._finish(Source(draft.inline, shown), draft.path, None, draft.specs)
        try:
            data = self.disk.take(draft.path)
        except OSError as error:
            return RunError(shown, f"cannot be read: {error.strerror or error}")
        return self._finish(Source.from_bytes(data, shown), draft.path, draft.path, draft.specs)

    def _finish(
        self, source: Source, path: str | None, real_path: str | None, specs: Sequence[BuildSpec]
    ) -> Job | RunError:
        try:
            settings = self.resolver.for_path(path or STDIN)
        except ConfigError as error:
            return RunError("", str(error))
        file = parse(source)
        builds = [self._build(spec, path, settings) for spec in specs] or [self._lone_build(file, path, settings)]
        return Job(file, settings, builds, real_path)

    def _build(self, spec: BuildSpec, path: str | None, settings: Settings) -> BuildInput:
        """A build that compose or bake describes; the command line wins over it, the configuration does not."""
        overrides = self.options.overrides
        configured = {name: value for name, value in settings.build_args.items() if name not in spec.unknown_args}
        config = _config(
            {**configured, **spec.args, **overrides.build_args},
            overrides.target or spec.target or settings.target,
            settings,
            spec,
        )
        root = overrides.context or spec.context
        return BuildInput(config, DiskContext(root, dockerfile=path, disk=self.disk) if root is not None else None)

    def _lone_build(self, file: File, path: str | None, settings: Settings) -> BuildInput:
        """The build of a Dockerfile of which nothing is known: the context is given, or guessed from its COPYs."""
        config = _config(settings.build_args, settings.target, settings, None)
        if settings.context is not None:
            return BuildInput(config, DiskContext(settings.context, dockerfile=path, disk=self.disk))
        if path is None:
            return BuildInput(config)
        from dflint.context.roots import guess_root

        root = guess_root(path, file, disk=self.disk)
        return BuildInput(config, DiskContext(root.path, dockerfile=path, disk=self.disk), root.certain)


def _config(args: Mapping[str, str], target: str | None, settings: Settings, spec: BuildSpec | None) -> BuildConfig:
    from dflint.model import BuildConfig

    if spec is None:
        return BuildConfig(args, target, settings.as_of)
    return BuildConfig(args, target, settings.as_of, spec.service, spec.additional_contexts, spec.unknown_args)


def _shown(path: str) -> str:
    """A path as users see it: relative to the working directory where it lies below it, with forward slashes."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    below = here if here.endswith(os.sep) else here + os.sep
    shown = absolute[len(below) :] if absolute.startswith(below) else path
    return shown.replace(os.sep, "/") if os.sep != "/" else shown
