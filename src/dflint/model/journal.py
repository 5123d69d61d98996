"""The operations of a stage in order, found by the paths that they touch."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.model.ops import Op

# Up to here looking at all of them is as fast.
_FEW = 4


class Journal:
    """Operations that are only ever added to. A large monorepo's stage has hundreds, of which a path meets a few."""

    __slots__ = ("_by_prefix", "_everywhere", "_ops")

    def __init__(self) -> None:
        self._ops: list[Op] = []
        self._by_prefix: dict[str, list[int]] = {}
        self._everywhere: list[int] = []

    def __len__(self) -> int:
        return len(self._ops)

    def add(self, ops: Iterable[Op]) -> None:
        """Add operations at the end."""
        for op in ops:
            number = len(self._ops)
            self._ops.append(op)
            prefixes = op.prefixes()
            if prefixes is None:
                self._everywhere.append(number)
            for prefix in prefixes or ():
                self._by_prefix.setdefault(prefix.rstrip("/"), []).append(number)

    def latest(self, count: int) -> list[Op]:
        """The first ``count`` operations, the last first."""
        return self._ops[:count][::-1]

    def touching(self, path: str, count: int) -> list[Op]:
        """Those of the first ``count`` operations that may touch a clean absolute path, the last first."""
        if count <= _FEW:
            return self.latest(count)
        found = list(self._everywhere)
        known = self._by_prefix
        here = path.rstrip("/")
        while True:
            numbers = known.get(here)
            if numbers is not None:
                found += numbers
            if not here:
                break
            here = here.rpartition("/")[0]
        found.sort(reverse=True)
        ops = self._ops
        return [ops[number] for number in found if number < count]
