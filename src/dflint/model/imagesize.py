"""The size of an image as the sum of its stages' steps."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.model.weight import Weight


class StageSize:
    """One stage of one build.

    Attributes:
        name: as written after AS, else the stage's number.
        reference: the image or stage after FROM.
        line: the line of FROM, 1-based.
        base: bytes of the base image, None when unknown; 0 for a stage that starts from another one.
        steps: what the stage's own steps add, in order, with the line of each.
        in_image: whether the stage is part of the built image (and not only copied from).
    """

    __slots__ = ("base", "in_image", "line", "name", "reference", "steps")

    def __init__(
        self,
        name: str,
        reference: str,
        line: int,
        base: int | None,
        steps: Sequence[tuple[int, Weight]],
        in_image: bool,
    ) -> None:
        self.name = name
        self.reference = reference
        self.line = line
        self.base = base
        self.steps = steps
        self.in_image = in_image


class ImageSize:
    """One image.

    Attributes:
        path: the Dockerfile, as users see it.
        service: the compose or bake name of the build, None for a file on its own.
        stages: the stages that the build runs, in file order.
        fixed: known bytes of the image after all fixes, None without stages.
    """

    __slots__ = ("fixed", "path", "service", "stages")

    def __init__(self, path: str, service: str | None, stages: Sequence[StageSize], fixed: int | None) -> None:
        self.path = path
        self.service = service
        self.stages = stages
        self.fixed = fixed

    @property
    def known(self) -> int:
        """Bytes of the image that are known."""
        return known_size(self.stages)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What adds to the image and cannot be told, each once."""
        found: dict[str, None] = {}
        for stage in self.stages:
            if not stage.in_image:
                continue
            if stage.base is None:
                found[f"the base image {stage.reference}"] = None
            for _, weight in stage.steps:
                found.update(dict.fromkeys(weight.unknown))
        return tuple(found)


def known_size(stages: Sequence[StageSize]) -> int:
    """Known bytes of the stages that are part of the image."""
    own = [stage for stage in stages if stage.in_image]
    return sum((stage.base or 0) + sum(weight.known for _, weight in stage.steps) for stage in own)
