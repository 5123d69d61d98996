"""Facts about base images, Debian packages and releases: read-only, offline, opened at the first question.

`image_facts` answers for an image reference, `packages` for a Debian release, `release_info` for support dates.
Importing this package costs next to nothing; each function imports what it needs.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.knowledge.debian import PackageIndex
    from dflint.knowledge.images import Image
    from dflint.knowledge.releases import ReleaseInfo

__all__ = ["image_facts", "is_official", "packages", "release_info", "snapshot_dates"]


def image_facts(reference: str, as_of: str | None = None) -> Image | None:
    """The facts about a base image, None when it is unknown; see `dflint.knowledge.images.image_facts`."""
    from dflint.knowledge.images import image_facts

    return image_facts(reference, as_of)


def is_official(name: str) -> bool:
    """Whether ``name`` is a Docker official image (with or without tag and the registry's prefixes)."""
    from dflint.knowledge.images import is_official

    return is_official(name)


def packages(release: str) -> PackageIndex | None:
    """The packages of a Debian release by codename, None when there is no data on it."""
    from dflint.knowledge.debian import packages

    return packages(release)


def release_info(distro: str, release: str) -> ReleaseInfo | None:
    """Support dates of a release, None when unknown; see `dflint.knowledge.releases.release_info`."""
    from dflint.knowledge.releases import release_info

    return release_info(distro, release)


def snapshot_dates() -> dict[str, str]:
    """The age of the facts: each Debian release's Release date, and ``tags`` for the table of image tags."""
    from dflint.knowledge._store import shipped

    header = shipped().header
    return {key[5:]: value for key, value in header.items() if key.startswith("date.")}
