"""Support dates of releases: Debian's and Ubuntu's from the distro-info-data package, the others by hand."""

from __future__ import annotations

import csv
from pathlib import Path

from dflint.knowledge.platforms import DEBIAN, UBUNTU

_HEAD = """\
# Support dates. Debian and Ubuntu: from the distro-info-data package (python -m dflint.devtools.knowledge releases),
# except the column archived; the others by hand. archived: a day by which the main mirrors had dropped the release for
# certain (the first day on which somebody reported it, or later). Rows of a suite beside the release's own
# (bullseye-backports) have that day only. node, python, golang...: the versions of these languages.
# distro	release	released	eol	lts	archived
"""


def table(directory: Path, current: Path) -> str:
    """The new text of releases.tsv.

    Args:
        directory: where debian.csv and ubuntu.csv are.
        current: the present table, from which hand-made rows and the archived days are kept.
    """
    kept: dict[tuple[str, str], list[str]] = {}
    if current.exists():
        lines = current.read_text("utf-8").splitlines()
        kept = {(c[0], c[1]): c for c in (line.split("\t") for line in lines if line and not line.startswith("#"))}
    rows = dict(kept)
    for distro, names in (("debian", (*DEBIAN, "sid")), ("ubuntu", tuple(UBUNTU.values()))):
        with (directory / f"{distro}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                series = row["series"]
                if series not in names:
                    continue
                lts = (row.get("eol-lts") if distro == "debian" else row.get("eol-server")) or ""
                archived = kept.get((distro, series), [""] * 6)[5]
                cells = [distro, series, row.get("release") or "", row.get("eol") or "", lts, archived]
                rows[(distro, series)] = cells
    return _HEAD + "".join("\t".join(cells) + "\n" for cells in rows.values())
