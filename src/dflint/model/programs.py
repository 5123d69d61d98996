"""Whether a program can be found on PATH at a point of the build.

The answer is ``present`` or ``absent`` only where every earlier step is understood; anything that could bring the
program unseen (a downloaded installer, an unknown package, a copied tree over a PATH directory) makes it ``unknown``.

A stage is walked once, for all names; a name's history is worked out when it is first asked for, and then kept.
"""

from __future__ import annotations

from dflint.model.provisions import DEFAULT_PATH, Recorder
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.provisions import Status
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

__all__ = ["DEFAULT_PATH", "Presence", "Programs", "presence", "presence_after", "programs"]
_KEY = "_programs"


class Presence:
    """``status`` and the reason for it in words; ``step`` is the step that decided, if one did."""

    __slots__ = ("status", "step", "why")

    def __init__(self, status: Status, why: str, step: Step | None = None) -> None:
        self.status: Status = status
        self.why = why
        self.step = step

    def __repr__(self) -> str:
        return f"Presence({self.status!r}, {self.why!r})"


_ABSENT = Presence("absent", "neither the base image nor any step before brings it")
_IN_BASE = Presence("present", "the base image has it")
_UNKNOWN_BASE = Presence("unknown", "the base image is not known well enough")


class Programs:
    """The programs of a stage, at every point of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.below = programs(stage.parent) if stage.parent is not None else None
        self.record: Recorder = Recorder(stage, self.below.record if self.below is not None else None)
        self._histories: dict[str, list[tuple[int, Presence]]] = {}

    def before(self, name: str, step: Step, command: ShellCommand | None = None) -> Presence:
        """Whether a program is there when a step of this stage starts, or a command of its RUN does."""
        at = None
        if command is not None and isinstance(step.node, Run):
            at = self.record.before.get(command)
            if at is None and command.outer is not None:
                at = self.record.before.get(command.outer)
        return self._at(name, self.record.starts[step.index] if at is None else at)

    def after(self, name: str) -> Presence:
        """Whether a program is in the image that the stage makes."""
        return self._at(name, len(self.record.events))

    def _at(self, name: str, count: int) -> Presence:
        history = self._histories.get(name)
        if history is None:
            history = self._histories[name] = self._history(name)
        found = history[0][1]
        for at, there in history:
            if at > count:
                break
            found = there
        return found

    def _history(self, name: str) -> list[tuple[int, Presence]]:
        """(number of events, status from then on), where it changes."""
        there = self.below.after(name) if self.below is not None else self._base(name)
        history = [(0, there)]
        for at, event in enumerate(self.record.events, 1):
            change = event.judge(name)
            if change == "present" and there.status != "present":
                there = Presence("present", event.why, event.step)
            elif (change == "unknown" and there.status == "absent") or (change == "gone" and there.status == "present"):
                there = Presence("unknown", event.why, event.step)
            else:
                continue
            history.append((at, there))
        return history

    def _base(self, name: str) -> Presence:
        if self.stage.is_scratch:
            return _ABSENT
        image = self.stage.image
        has = image.has(name) if image is not None else None
        return _UNKNOWN_BASE if has is None else _IN_BASE if has else _ABSENT


def programs(stage: Stage) -> Programs:
    """The programs of a stage, walked at the first call."""
    memo = vars(stage)
    if _KEY not in memo:
        memo[_KEY] = Programs(stage)
    found: Programs = memo[_KEY]
    return found


def presence(name: str, step: Step, before: ShellCommand | None = None) -> Presence:
    """Whether the program is there when ``step`` starts, or when command ``before`` of its script does."""
    found = programs(step.stage).before(name, step, before)
    functions: frozenset[str] = getattr(step.script, "functions", frozenset()) if before is not None else frozenset()
    if found.status != "present" and name in functions:
        return Presence("present", "the script defines a function of that name", step)
    return found


def presence_after(name: str, stage: Stage) -> Presence:
    """Whether the program is in the image that a stage makes."""
    return programs(stage).after(name)
