"""Files of the build context that a command reads and that are not in the image when it runs.

One value class for all ecosystems: each of them says what its commands read (``nodewants`` for JavaScript), the rules
only ask for a kind.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from dflint.model.step import Step
    from dflint.shell import Command

    # manifest: names a package and what it needs; source: what is compiled, imported or linked; lock: the resolved
    # versions; config: anything else that the command opens.
    Kind = Literal["manifest", "source", "lock", "config"]
    # uncopied: no step before brings it; ignored: .dockerignore keeps it out; nowhere: the context does not have it.
    State = Literal["uncopied", "ignored", "nowhere"]


class Want:
    """A file, or the folder of a ``source``, that a command needs and does not find.

    step, command  what needs it (command None for an exec form that is the whole instruction).
    path           in the context. place: the absolute path in the image at which the command looks for it.
    owner          label of the package or project that it belongs to. needed_by: label of what needs it.
    why            a sentence for a note: which file says that it is needed.
    """

    __slots__ = ("command", "kind", "needed_by", "owner", "path", "place", "state", "step", "why")

    def __init__(
        self,
        kind: Kind,
        state: State,
        step: Step,
        command: Command | None,
        *,
        path: str,
        place: str,
        owner: str,
        needed_by: str,
        why: str,
    ) -> None:
        self.kind: Kind = kind
        self.state: State = state
        self.step = step
        self.command = command
        self.path = path
        self.place = place
        self.owner = owner
        self.needed_by = needed_by
        self.why = why

    def __repr__(self) -> str:
        return f"Want({self.kind} {self.state} {self.path!r} at {self.place!r})"
