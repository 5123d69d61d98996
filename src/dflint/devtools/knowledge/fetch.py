"""Fetch Debian's package indexes with apt's own client into private roots.

Every (release, pocket) gets a root of its own, so that a pocket the mirror has dropped (archived backports) cannot
spoil the others. The mirrors are those the machine's own apt is configured with, unless the caller names others; apt
verifies every index against the archive keyring. Nothing here is used at lint time.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
RELEASES = ("bullseye", "bookworm", "trixie", "forky", "sid")
ARCHITECTURES = ("amd64", "arm64")
COMPONENTS = ("main", "contrib", "non-free", "non-free-firmware")

_CONFIG = """\
Dir::Etc "{root}/etc";
Dir::Etc::sourcelist "{root}/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{root}/state";
Dir::State::status "{root}/state/status";
Dir::Cache "{root}/cache";
APT::Architecture "amd64";
APT::Architectures {{ {architectures} }};
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::GzipIndexes "false";
Acquire::Check-Valid-Until "false";
"""
# Contents files list the files of every package; apt fetches them as one more index target.
_CONTENTS = """\
Acquire::IndexTargets::deb::Contents {
  MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
  ShortDescription "Contents-$(ARCHITECTURE)";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents";
  KeepCompressed "true"; KeepCompressedAs "gz"; PDiffs "false"; Optional "true";
};
"""


class Mirrors(NamedTuple):
    """Where the archive and the security archive are served."""

    main: str
    security: str


class Pocket(NamedTuple):
    """One downloaded archive: ``bookworm`` is pocket ``""``, ``bookworm-security`` is ``"security"``."""

    release: str
    name: str
    root: Path


def configured_mirrors() -> Mirrors:
    """The mirrors of this machine's own apt configuration.

    Raises:
        RuntimeError: when apt has no Debian archive configured.
    """
    form = "$(REPO_URI) $(RELEASE)"
    command = ["apt-get", "indextargets", "--format", form]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    main = security = ""
    for line in out.splitlines():
        uri, _, release = line.partition(" ")
        if release.endswith("-security"):
            security = security or uri
        elif release.split("-")[0] in RELEASES:
            main = main or uri
    if not main:
        raise RuntimeError("no Debian mirror in the apt configuration; give one with --mirror")
    return Mirrors(main, security or main)


def components(release: str) -> tuple[str, ...]:
    """The components a release is divided into (firmware got its own with bookworm)."""
    return COMPONENTS[:3] if release == "bullseye" else COMPONENTS


def pockets(release: str) -> tuple[str, ...]:
    """The pockets to try for a release; the first is required."""
    return ("",) if release == "sid" else ("", "updates", "security", "backports")


def fetch(work: Path, release: str, pocket: str, mirrors: Mirrors, *, contents: bool = False) -> Pocket | None:
    """Download one pocket's indexes.

    Args:
        work: the directory that holds all private roots.
        release: codename.
        pocket: ``""``, ``"updates"``, ``"security"`` or ``"backports"``.
        mirrors: where to download from.
        contents: fetch the Contents files (best effort) in place of the package lists' verdict.

    Returns:
        The pocket, or None when the mirror does not serve it.
    """
    suite = f"{release}-{pocket}" if pocket else release
    root = prepare(work / (f"{suite}-contents" if contents else suite), extra=_CONTENTS if contents else "")
    uri = mirrors.security if pocket == "security" else mirrors.main
    names = " ".join(components(release)) if not contents else "main"
    (root / "etc/sources.list").write_text(f"deb [signed-by={KEYRING}] {uri} {suite} {names}\n")
    command = ["apt-get", "-q", "update"]
    done = subprocess.run(command, env=environment(root), capture_output=True, text=True, check=False)
    (root / "log").write_text(done.stdout + done.stderr)
    # apt keeps what it verified even when another index of the same archive failed
    if done.returncode != 0 and not contents:
        return None
    return Pocket(release, pocket, root)


def prepare(root: Path, extra: str = "") -> Path:
    """Make an empty private apt root with its configuration file ``apt.conf``."""
    for part in ("etc", "state/lists/partial", "cache/archives/partial"):
        (root / part).mkdir(parents=True, exist_ok=True)
    (root / "state/status").touch()
    architectures = " ".join(f'"{a}";' for a in ARCHITECTURES)
    (root / "apt.conf").write_text(_CONFIG.format(root=root.resolve(), architectures=architectures) + extra)
    return root


def environment(root: Path) -> dict[str, str]:
    """The environment in which apt uses the private root."""
    return {**os.environ, "APT_CONFIG": str(root / "apt.conf"), "LC_ALL": "C"}


def fetch_all(work: Path, mirrors: Mirrors, *, contents: bool = True) -> list[Pocket]:
    """Download everything the knowledge base is built from.

    Raises:
        RuntimeError: when a release itself (not merely a pocket) cannot be had.
    """
    got = []
    for release in RELEASES:
        for name in pockets(release):
            pocket = fetch(work, release, name, mirrors)
            if pocket is not None:
                got.append(pocket)
            elif not name:
                raise RuntimeError(f"the mirror does not serve {release}; see {work / release / 'log'}")
        if contents:
            fetch(work, release, "", mirrors, contents=True)
    return got
