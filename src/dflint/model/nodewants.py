"""Files that JavaScript installs, builds and starts read and that are not in the image when they run.

What each manager does without a file was observed with npm 10 and 11, pnpm 8 to 10, yarn 1, 3 and 4, and bun 1.2; only
what makes the step or the image fail is told.
"""

from __future__ import annotations

from dflint.model.filesystem import PLAIN_PREFIXES
from dflint.model.nodeconfigs import hook_config_wants, install_config_wants, script_wants, tool_config_wants
from dflint.model.nodefilters import filter_wants
from dflint.model.nodehooks import runs_hook
from dflint.model.nodeinstall import lock_wants, read_install
from dflint.model.nodemanifests import manifest_wants
from dflint.model.nodesources import source_wants
from dflint.model.nodeunseen import unseen_wants
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.nodebuild import Happening
    from dflint.model.nodeneeds import Needs
    from dflint.model.stage import Stage
    from dflint.model.wants import Want

_OFFICIAL = frozenset(
    ("", "library", "docker.io", "docker.io/library", "index.docker.io/library", "oven", "docker.io/oven",
     "public.ecr.aws/docker/library", "mirror.gcr.io", "mirror.gcr.io/library")
)  # fmt: skip


def wants(needs: Needs) -> Iterator[Want]:
    """Everything that is missing in the stages that the build needs, in the order of the steps."""
    node = needs.node
    for stage in node.build.stages:
        if stage.index not in node.build.needed or not _is_official(stage):
            continue
        install: Happening | None = None
        for happening in node.happenings(stage):
            event = happening.event
            if event.lifecycle:
                yield from hook_config_wants(node, happening)
                if install is not None and install.command is happening.command and runs_hook(happening, install.event):
                    yield from _hook_wants(needs, happening)
            elif happening.certain:
                install = happening if event.kind == "install" else None
                yield from _wants(needs, happening)
        for call in node.calls(stage):
            yield from filter_wants(node, call)


def _is_official(stage: Stage) -> bool:
    """Whether a stage is built from an image that holds no application: a namesake of somebody else may."""
    reference = stage.chain[0].reference
    head = reference.text.partition("@")[0].rpartition("/")[0] if isinstance(reference, Known) else "?"
    return head in _OFFICIAL or f"{head}/".startswith(PLAIN_PREFIXES)


def _hook_wants(needs: Needs, happening: Happening) -> Iterator[Want]:
    """What a life cycle script of an install lacks."""
    if happening.event.calls and all(call.sure for call in happening.event.calls):
        yield from source_wants(needs, happening)
        yield from script_wants(needs.node, happening)


def _wants(needs: Needs, happening: Happening) -> Iterator[Want]:
    """What one command lacks."""
    node = needs.node
    install = read_install(happening) if happening.event.kind == "install" else None
    if install is not None:
        yield from lock_wants(node, install)
        yield from manifest_wants(node, install)
        yield from install_config_wants(needs, install)
    yield from source_wants(needs, happening)
    yield from tool_config_wants(node, happening)
    yield from unseen_wants(needs, happening)
