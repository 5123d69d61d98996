"""Which packages an install adds, with everything that they need and recommend, in the releases whose data is here."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.model.packages import Install
    from dflint.model.stage import Stage


def added_packages(stage: Stage, names: Iterable[str], *, recommends: bool = True) -> frozenset[str] | None:
    """The packages that apt adds for these names on top of a stage's base image.

    Returns:
        None where that is not known: another distribution, a release without data, a name that the release lacks.
    """
    image = stage.image
    if image is None or image.distro != "debian" or image.release is None:
        return None
    from dflint.knowledge import packages
    from dflint.knowledge.solver import solve

    index = packages(image.release)
    wanted = sorted(names)
    if index is None or not index.closed or not index.has_relations:
        return None
    components = ("main", "contrib", "non-free", "non-free-firmware")
    solution = solve(index, wanted, image.packages or (), recommends=recommends, components=components)
    if solution is None or solution.missing or solution.unknown:
        return None
    return frozenset(solution.packages)


def recommends(install: Install) -> bool:
    """Whether an apt install takes the recommended packages as well, as far as its own options tell."""
    if install.option("--no-install-recommends") is not None:
        return False
    texts = [option.replace(" ", "").strip("\"'").lower() for option in install.options]
    return not any("install-recommends=" in text and text.endswith(("=0", "=false", "=no")) for text in texts)
