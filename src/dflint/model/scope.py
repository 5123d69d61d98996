"""Variables as an instruction sees them: ENV over ARG, inherited along FROM, each value Known or Unknown(why)."""

from __future__ import annotations

from dflint.model.values import PLATFORM_ARGS
from dflint.syntax.expand import Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dflint.syntax.expand import Value


class Scope:
    """The variables in force at one point of a stage; immutable, so steps share it until something changes.

    env     ENV values set in this file, in this stage or a stage it is built from.
    args    ARG values declared in this stage or a stage it is built from.
    closed  True if the base image's own environment is known to hold nothing else (scratch); otherwise a name that
            is not set here may still come from the base image.
    """

    __slots__ = ("args", "closed", "env")

    def __init__(self, env: Mapping[str, Value], args: Mapping[str, Value], closed: bool) -> None:
        self.env = env
        self.args = args
        self.closed = closed

    def lookup(self, name: str) -> Value | None:
        """Value of a variable as the builder expands it: None if it is certainly unset."""
        value = self.env.get(name)
        if value is None:
            value = self.args.get(name)
        if value is None and not self.closed:
            return Unknown(f"{name} may be set by the base image")
        return value

    def declared(self, name: str) -> bool:
        """Whether this file sets the variable."""
        return name in self.env or name in self.args

    def shell(self, name: str) -> str | None:
        """Value of a variable as a command of this step sees it; None if it is not known."""
        value = self.lookup(name)
        if value is None:
            return ""
        return value.text if isinstance(value, Known) else None

    def with_env(self, pairs: Mapping[str, Value]) -> Scope:
        """A scope with these ENV values added."""
        return Scope({**self.env, **pairs}, self.args, self.closed)

    def with_args(self, pairs: Mapping[str, Value]) -> Scope:
        """A scope with these ARG values added."""
        return Scope(self.env, {**self.args, **pairs}, self.closed)


def global_default(name: str) -> Value | None:
    """Value that a name has in FROM lines, or after a bare ``ARG NAME``, without being declared before FROM."""
    if name in PLATFORM_ARGS:
        return Unknown(f"{name} depends on the platform that is built")
    return None
