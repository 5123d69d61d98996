"""How large images get, step by step, as far as package facts and the build context tell."""

from __future__ import annotations

from dflint.api.results import RunError
from dflint.model.imagesize import ImageSize, StageSize, known_size

__all__ = ["ImageSize", "StageSize", "iter_sizes"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.api import RunOptions
    from dflint.engine.runner import BuildInput
    from dflint.syntax.nodes import File


def iter_sizes(paths: Sequence[str], options: RunOptions | None = None) -> Iterator[ImageSize | RunError]:
    """The images that files, folders, compose and bake files describe, one after the other.

    Raises ConfigError at the first step for a command line that cannot be used.
    """
    from dflint.api import RunOptions
    from dflint.api.jobs import find_jobs
    from dflint.fixing import FixOptions, fix_source
    from dflint.syntax import parse
    from dflint.text import Source

    for job in find_jobs(paths, options or RunOptions()):
        if isinstance(job, RunError):
            yield job
            continue
        text = fix_source(job.source, job.settings, job.builds, FixOptions("unsafe")).text
        changed = parse(Source(text, job.source.path)) if text != job.source.text else None
        for build in job.builds:
            stages = _stages(job.file, build)
            fixed = known_size(_stages(changed, build) if changed is not None else stages)
            yield ImageSize(job.source.path, build.service, stages, fixed if stages else None)


def _stages(file: File, given: BuildInput) -> list[StageSize]:
    from dflint.model import Build
    from dflint.model.weight import base_size, weigh

    build = Build(file, given.config, given.context)
    final = build.final
    lines = file.source.lines
    found = []
    for stage in build.stages:
        if final is None or not stage.needed:
            continue
        steps = [
            (lines.position(weight.step.node.span.start)[0], weight)
            for weight in weigh(stage)
            if weight.step.stage is stage
        ]
        found.append(
            StageSize(
                stage.name or str(stage.index),
                stage.node.image.text,
                lines.position(stage.node.span.start)[0],
                0 if stage.parent is not None else base_size(stage),
                steps,
                stage in final.chain,
            )
        )
    return found
