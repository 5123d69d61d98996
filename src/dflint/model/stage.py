"""Stages: what each is built from and the steps it runs."""

from __future__ import annotations

from dflint.model.scope import Scope, global_default
from dflint.model.shellstate import DEFAULT_SHELL, WINDOWS_SHELL, ShellState
from dflint.model.step import Step, join_path
from dflint.syntax.expand import Known, Unknown, expand
from dflint.syntax.nodes import Arg, Env, Onbuild, Shell, User, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.knowledge.images import Image
    from dflint.model.build import Build
    from dflint.syntax.expand import Value
    from dflint.syntax.nodes import ErrorNode, From, Instruction, Pairs


class Stage:
    """One build stage.

    name    as written after AS, else None. number: ``index``.
    reference  the image or stage that FROM names. parent: the stage of this file that it means, else None.
    """

    def __init__(
        self,
        build: Build,
        index: int,
        node: From,
        reference: Value,
        parent: Stage | None,
        members: Sequence[Instruction],
    ) -> None:
        self.build = build
        self.index = index
        self.node = node
        self.name = node.alias.text if node.alias is not None else None
        self._members = members
        self.reference = reference
        self.parent = parent
        self._steps: tuple[Step, ...] | None = None
        self._image: Image | None = None
        self._image_known = False
        self._after: _State | None = None

    @property
    def image(self) -> Image | None:
        """Facts about the image at the root of this stage's chain; None if unknown."""
        if self.parent is not None:
            return self.parent.image
        if not self._image_known:
            self._image_known = True
            if isinstance(self.reference, Known) and self.reference.text.lower() not in self._context_names():
                from dflint.knowledge import image_facts

                self._image = image_facts(self.reference.text, self.build.config.as_of)
        return self._image

    def _context_names(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.build.config.contexts)

    @property
    def is_scratch(self) -> bool:
        """Whether the chain starts at ``scratch``."""
        root = self.chain[0].reference
        return isinstance(root, Known) and root.text == "scratch"

    @property
    def chain(self) -> tuple[Stage, ...]:
        """This stage and the stages it is built from, the first ancestor first."""
        return (*self.parent.chain, self) if self.parent is not None else (self,)

    @property
    def is_final(self) -> bool:
        """Whether this stage's image is the result of the build."""
        return self.build.final is self

    @property
    def needed(self) -> bool:
        """Whether building the final stage runs this stage."""
        return self.index in self.build.needed

    @property
    def depends(self) -> tuple[Stage, ...]:
        """Stages that this stage uses: FROM, ``COPY --from`` and ``RUN --mount=from=``."""
        found = [self.parent] if self.parent is not None else []
        for step in self.steps:
            for reference in step.from_references:
                if isinstance(reference, Known):
                    stage = self.build.stage_named(reference.text, self.index)
                    if stage is not None:
                        found.append(stage)
        return tuple(found)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The instructions of this stage in order, each with the state before it; triggers of the parent first."""
        if self._steps is None:
            state = self._initial()
            steps: list[Step] = []
            for node, trigger in self._nodes():
                step = Step(self, len(steps), node, state.scope, state.workdir, state.user, state.shell, trigger)
                steps.append(step)
                state.run(step)
            self._after = state
            self._steps = tuple(steps)
        return self._steps

    def _nodes(self) -> Iterator[tuple[Instruction, bool]]:
        if self.parent is not None:
            for step in self.parent.steps:
                inner = step.node.inner if isinstance(step.node, Onbuild) else None
                if inner is not None and not _is_error(inner):
                    yield inner, True
        for node in self._members:
            yield node, False

    def _initial(self) -> _State:
        if self.parent is not None:
            after = self.parent.after
            return _State(self, after.scope, after.workdir, after.user, after.shell)
        scope = Scope({}, {}, self.is_scratch)
        if self.is_scratch:
            return _State(self, scope, Known("/"), Known("root"), DEFAULT_SHELL)
        image = self.image
        if image is None:
            why = Unknown("the base image is not known")
            return _State(self, scope, why, why, DEFAULT_SHELL)
        workdir = _known(image.workdir, "WORKDIR")
        user = _known(image.user, "USER")
        return _State(self, scope, workdir, user, WINDOWS_SHELL if image.distro == "windows" else DEFAULT_SHELL)

    @property
    def after(self) -> _State:
        """The state after the last step."""
        if self._after is None:
            _ = self.steps
        assert self._after is not None
        return self._after

    def __repr__(self) -> str:
        return f"Stage({self.index}, {self.name!r})"


def _known(value: str | None, what: str) -> Value:
    return Known(value) if value is not None else Unknown(f"the base image's {what} is not known")


def _is_error(node: Instruction | ErrorNode) -> bool:
    return hasattr(node, "error_span")


class _State:
    """What the next instruction of a stage starts from."""

    __slots__ = ("scope", "shell", "stage", "user", "workdir")

    def __init__(self, stage: Stage, scope: Scope, workdir: Value, user: Value, shell: ShellState) -> None:
        self.stage = stage
        self.scope = scope
        self.workdir = workdir
        self.user = user
        self.shell = shell

    def run(self, step: Step) -> None:
        """Move past an instruction."""
        node = step.node
        if isinstance(node, Env):
            # All values of one ENV are expanded before any of them is set.
            self.scope = self.scope.with_env({p.key.text: step.expand(p.value.text) for p in node.pairs if p.value})
        elif isinstance(node, Arg):
            self._declare(node, step)
        elif isinstance(node, Workdir) and node.words:
            self.workdir = join_path(self.workdir, step.expand(node.words[0].text))
        elif isinstance(node, User) and node.words:
            self.user = step.expand(node.words[0].text)
        elif isinstance(node, Shell) and node.is_json:
            self.shell = ShellState([word.text for word in node.words], True)

    def _declare(self, node: Pairs, step: Step) -> None:
        build = self.stage.build
        for pair in node.pairs:
            name = pair.key.text
            value = build.config.given(name)
            if value is None and pair.value is not None:
                value = expand(pair.value.text, self.scope.lookup, build.file.escape)
            if value is None:
                value = build.global_args.get(name) or self.scope.args.get(name) or global_default(name)
            if value is None:
                value = Unknown(f"ARG {name} has no default")
            self.scope = self.scope.with_args({name: value})
