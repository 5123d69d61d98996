"""The public face of dflint: command line, language server and tests use only this.

findings = dflint.lint(text)
result = dflint.fix(text)
tree = dflint.parse(text)
"""

from __future__ import annotations

from dflint.api.results import CheckRun, FileFix, FileReport, FixRun, RunError
from dflint.config import ConfigError, Overrides, Resolver, Settings
from dflint.engine.runner import BuildInput, run_rules
from dflint.syntax import parse as _parse
from dflint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from dflint.context import Context
    from dflint.findings import Finding
    from dflint.fixing import FixOptions, FixResult
    from dflint.syntax.nodes import File

    AnyContext: TypeAlias = Context | Mapping[str, str] | str | None

__all__ = [
    "CheckRun", "ConfigError", "FileFix", "FileReport", "FixRun", "Overrides", "RunError", "RunOptions", "Settings",
    "check_paths", "explain", "fix", "fix_paths", "iter_check", "lint", "parse", "rule_names", "settings_for",
]  # fmt: skip


def parse(text: str | bytes, *, path: str | None = None) -> File:
    """The lossless tree of a Dockerfile; never raises, whatever the text."""
    return _parse(_source(text, path))


def lint(
    text: str | bytes, *, path: str | None = None, context: AnyContext = None, settings: Settings | None = None
) -> list[Finding]:
    """The findings of the enabled rules in file order.

    Args:
        text: a Dockerfile. path: its name in messages.
        context: the build context: a folder, a mapping of paths to contents, or a ``Context``; None: nothing is known
            about files. settings: None for the defaults; configuration files are not looked for.
    """
    source = _source(text, path)
    chosen = settings or Settings()
    return run_rules(_parse(source), chosen, [_build(source, context, chosen)])


def fix(
    text: str | bytes,
    *,
    path: str | None = None,
    context: AnyContext = None,
    settings: Settings | None = None,
    unsafe: bool = False,
    rules: Iterable[str] | None = None,
) -> FixResult:
    """Apply fixes to a text; nothing is written anywhere.

    Args:
        unsafe: also take fixes that may change what the image does.
        rules: only fixes of these rules (any names or aliases); None: of all enabled rules.

    Returns:
        The fixed text, what was applied, what was skipped and why, and the findings left.
    """
    from dflint.fixing import FixOptions, fix_source

    source = _source(text, path)
    chosen = settings or Settings()
    options = FixOptions("unsafe" if unsafe else "safe", rule_names(rules) if rules is not None else None)
    return fix_source(source, chosen, [_build(source, context, chosen)], options)


def explain(name: str) -> list[dict[str, Any]]:
    """The pages of the rules that a name, alias, category or source means. Raises KeyError if it means none."""
    from dflint.catalog import pages
    from dflint.catalog.aliases import resolve

    found = resolve(name)
    if found is None:
        raise KeyError(name)
    every = pages()
    return [every[rule] for rule in found[0]]


def rule_names(selectors: Iterable[str]) -> frozenset[str]:
    """The names of the rules that selectors mean. Raises ConfigError for one that means nothing."""
    from dflint.catalog.aliases import resolve
    from dflint.config.check import check_selectors

    chosen = check_selectors("command line", "rule", tuple(selectors))
    return frozenset(name for selector in chosen for name in (resolve(selector) or ((),))[0])


class RunOptions:
    """How a run over paths is done.

    overrides       what the command line says about the settings.
    config          use this configuration file for everything; use_config: False reads none.
    stdin           what ``-`` stands for; stdin_filename: the name it is treated under.
    force_exclude   leave out what the configuration excludes also where it is named itself, not only in folders.
    """

    __slots__ = ("config", "force_exclude", "overrides", "stdin", "stdin_filename", "use_config")

    def __init__(
        self,
        overrides: Overrides | None = None,
        config: str | None = None,
        use_config: bool = True,
        stdin: bytes | None = None,
        stdin_filename: str | None = None,
        force_exclude: bool = False,
    ) -> None:
        self.overrides = overrides or Overrides()
        self.config = config
        self.use_config = use_config
        self.stdin = stdin
        self.stdin_filename = stdin_filename
        self.force_exclude = force_exclude

    def resolver(self) -> Resolver:
        """The settings per path. Raises ConfigError for a bad command line or ``--config`` file."""
        resolver = Resolver(self.overrides, self.config, self.use_config)
        if self.config is not None and self.use_config:
            resolver.for_folder(".")
        else:
            self.overrides.apply(Settings())
        return resolver


def settings_for(path: str, options: RunOptions | None = None) -> Settings:
    """The settings that hold for a file or folder. Raises ConfigError."""
    import os

    resolver = (options or RunOptions()).resolver()
    return resolver.for_folder(path) if os.path.isdir(path) else resolver.for_path(path)


def iter_check(paths: Sequence[str], options: RunOptions | None = None) -> Iterator[FileReport | RunError]:
    """Lint files, folders, compose and bake files and ``-``, one file at a time; an error never stops the others.

    Raises ConfigError at the first step for a command line that cannot be used.
    """
    from dflint.api.jobs import find_jobs

    for job in find_jobs(paths, options or RunOptions()):
        if isinstance(job, RunError):
            yield job
            continue
        findings = run_rules(job.file, job.settings, job.builds)
        yield FileReport(job.source, findings, job.services, job.settings)


def check_paths(paths: Sequence[str], options: RunOptions | None = None) -> CheckRun:
    """``iter_check``, collected."""
    files: list[FileReport] = []
    errors: list[RunError] = []
    for item in iter_check(paths, options):
        if isinstance(item, RunError):
            errors.append(item)
        else:
            files.append(item)
    return CheckRun(files, errors)


def fix_paths(
    paths: Sequence[str],
    options: RunOptions | None = None,
    fix_options: FixOptions | None = None,
    *,
    write: bool = False,
) -> FixRun:
    """Fix what ``check_paths`` would lint; with ``write`` the files are changed, each at once and atomically."""
    from dflint.api.jobs import find_jobs
    from dflint.fixing import fix_source

    files: list[FileFix] = []
    errors: list[RunError] = []
    for job in find_jobs(paths, options or RunOptions()):
        if isinstance(job, RunError):
            errors.append(job)
            continue
        result = fix_source(job.source, job.settings, job.builds, fix_options)
        file = FileFix(job.source, result, job.services, job.settings, job.real_path)
        files.append(file)
        if write and file.changed and job.real_path is not None:
            from dflint.fixing.write import WriteError, write_atomic

            try:
                new = job.source.encode(result.text)
                file.written = write_atomic(job.real_path, new, job.source.encode(job.source.text))
            except WriteError as error:
                errors.append(RunError("", str(error)))
    return FixRun(files, errors, write)


def _source(text: str | bytes, path: str | None) -> Source:
    name = path or "Dockerfile"
    return Source.from_bytes(text, name) if isinstance(text, bytes) else Source(text, name)


def _build(source: Source, context: AnyContext, settings: Settings) -> BuildInput:
    """The one build of a text that is linted on its own."""
    from dflint.model import BuildConfig

    config = BuildConfig(settings.build_args, settings.target, settings.as_of)
    if isinstance(context, str):
        from dflint.context import DiskContext

        return BuildInput(config, DiskContext(context, dockerfile=source.path))
    items = getattr(context, "items", None)
    if items is not None:
        from dflint.context import MemoryContext

        return BuildInput(config, MemoryContext(dict(items()), dockerfile=source.path))
    return BuildInput(config, context)  # type: ignore[arg-type]  # what is no mapping is a Context
