"""The static build: a Dockerfile run on paper, under one configuration.

``Build`` is a pure function of (tree, configuration, context, knowledge). Stages and steps are computed when first
asked for and then kept; every value that is not certain is Unknown.
"""

from __future__ import annotations

from bisect import bisect_left

from dflint.model.scope import global_default
from dflint.model.stage import Stage
from dflint.syntax.expand import Known, Unknown, expand
from dflint.syntax.nodes import Arg, From

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dflint.context import Context
    from dflint.model.step import Step
    from dflint.syntax.expand import Value
    from dflint.syntax.nodes import File, Instruction


class BuildConfig:
    """How the image is built.

    args      build arguments (``--build-arg``, compose, bake).
    target    stage to build; None: the last.
    as_of     ISO date at which floating tags are judged; None: today.
    service   compose or bake name of this build.
    contexts  named build contexts: a name that FROM and ``--from`` may use, to what it stands for.
    unknown_args  build arguments that are given with a value that is not known here.
    """

    __slots__ = ("args", "as_of", "contexts", "service", "target", "unknown_args")

    def __init__(
        self,
        args: Mapping[str, str] | None = None,
        target: str | None = None,
        as_of: str | None = None,
        service: str | None = None,
        contexts: Mapping[str, str] | None = None,
        unknown_args: Collection[str] = (),
    ) -> None:
        self.args = args or {}
        self.target = target
        self.as_of = as_of
        self.service = service
        self.contexts = contexts or {}
        self.unknown_args = frozenset(unknown_args)

    @property
    def day(self) -> str:
        """The day at which everything that changes with time is judged."""
        if self.as_of is not None:
            return self.as_of
        from dflint.knowledge.releases import today

        return today()

    def given(self, name: str) -> Value | None:
        """The value that a build argument is given from outside; None if it is not."""
        value = self.args.get(name)
        if value is not None:
            return Known(value)
        return Unknown(f"{name} comes from the builder's environment") if name in self.unknown_args else None


class Build:
    """One Dockerfile under one configuration.

    stages  all stages in file order. final: the stage that is built (target or last), None without stages.
    """

    def __init__(self, file: File, config: BuildConfig | None = None, context: Context | None = None) -> None:
        self.file = file
        self.config = config or BuildConfig()
        self.context = context
        self.global_args: dict[str, Value] = {}
        self._named: dict[str, list[int]] = {}  # lower-case stage name to the indexes of the stages called so
        self.stages: tuple[Stage, ...] = self._split()
        self._needed: frozenset[int] | None = None

    def _split(self) -> tuple[Stage, ...]:
        """Cut the file at its FROMs, collecting the ARGs before the first."""
        stages: list[Stage] = []
        members: list[Instruction] = []
        for node in self.file.instructions:
            if isinstance(node, From):
                members = []
                reference = expand(node.image.text, self.lookup_global, self.file.escape)
                stage = Stage(self, len(stages), node, reference, self._parent(reference, stages), members)
                stages.append(stage)
                if stage.name is not None:
                    self._named.setdefault(stage.name.lower(), []).append(stage.index)
            elif stages:
                members.append(node)
            elif isinstance(node, Arg):
                for pair in node.pairs:
                    self.global_args[pair.key.text] = self._global_value(pair.key.text, pair.value)
        return tuple(stages)

    def _parent(self, reference: Value, earlier: list[Stage]) -> Stage | None:
        # FROM takes names only, never stage numbers, and a stage name wins over an image of that name.
        named = self._named.get(reference.text.lower()) if isinstance(reference, Known) else None
        return earlier[named[-1]] if named else None

    def _global_value(self, name: str, default: object) -> Value:
        given = self.config.given(name)
        if given is not None:
            return given
        if default is None:
            return global_default(name) or Unknown(f"ARG {name} has no default")
        return expand(default.text, self.lookup_global, self.file.escape)  # type: ignore[attr-defined]

    def lookup_global(self, name: str) -> Value | None:
        """Value of a variable in a FROM line."""
        found = self.global_args.get(name)
        return found if found is not None else global_default(name)

    def stage_named(self, reference: str, before: int | None = None) -> Stage | None:
        """The stage that a name or number means, among the stages before index ``before`` (names ignore case).

        Where a name is used twice the last one before the reference counts, as in BuildKit.
        """
        limit = len(self.stages) if before is None else before
        named = self._named.get(reference.lower(), [])
        at = bisect_left(named, limit)
        if at:
            return self.stages[named[at - 1]]
        if reference.isascii() and reference.isdigit() and int(reference) < limit:
            return self.stages[int(reference)]
        return None

    @property
    def final(self) -> Stage | None:
        """The stage whose image is the result."""
        if self.config.target is not None:
            found = self.stage_named(self.config.target)
            if found is not None:
                return found
        return self.stages[-1] if self.stages else None

    @property
    def needed(self) -> frozenset[int]:
        """Indexes of the stages that building the final stage runs (BuildKit skips the others)."""
        if self._needed is None:
            seen: set[int] = set()
            queue = [self.final] if self.final is not None else []
            while queue:
                stage = queue.pop()
                if stage.index in seen:
                    continue
                seen.add(stage.index)
                queue.extend(stage.depends)
            self._needed = frozenset(seen)
        return self._needed

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of all stages, in file order."""
        return tuple(step for stage in self.stages for step in stage.steps)
