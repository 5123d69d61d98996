"""Support dates of distribution releases."""

from __future__ import annotations

from dflint.knowledge._store import shipped


class ReleaseInfo:
    """When a release is supported. Dates are ISO days, None when unknown or not yet set.

    Attributes:
        distro, release: what it is (``debian``, ``bookworm``).
        released: first day.
        eol: end of the distribution's own support.
        lts: end of free long-term support where there is one.
        archived: a day by which the main mirrors have certainly dropped it, so that ``apt-get update`` fails.
    """

    __slots__ = ("archived", "distro", "eol", "lts", "release", "released")

    def __init__(self, distro: str, release: str, dates: list[str]) -> None:
        self.distro = distro
        self.release = release
        cells = [date or None for date in (*dates, "", "", "", "")]
        self.released, self.eol, self.lts, self.archived = cells[:4]

    def __repr__(self) -> str:
        return f"ReleaseInfo({self.distro} {self.release}, eol={self.eol}, lts={self.lts}, archived={self.archived})"

    def gone(self, day: str) -> bool:
        """Whether the main mirrors had certainly dropped the release by a day."""
        return self.archived is not None and self.archived <= day

    def supported(self, day: str) -> bool | None:
        """Whether the release gets updates on a day (long-term support included), None when unknown."""
        end = max(self.eol or "", self.lts or "")
        return None if not end else day <= end


def today() -> str:
    """The present day (UTC) as an ISO date."""
    import time

    return time.strftime("%Y-%m-%d", time.gmtime())


def release_info(distro: str, release: str) -> ReleaseInfo | None:
    """The support dates of a release (codename for Debian and Ubuntu, number for others), None when unknown.

    Source: Debian's distro-info-data package for Debian and Ubuntu, the projects' own pages for the others.
    """
    row = shipped().section("releases").get(f"{distro}:{release}")
    return None if row is None else ReleaseInfo(distro, release, row.split("\t"))
