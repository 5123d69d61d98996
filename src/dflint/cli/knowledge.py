"""``knowledge update``: read package names from the user's own mirror into the cache.

The only command that touches the network, and only for the mirror that it is given. Without one it reads the lists that
the machine's own apt has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import date
from xml.etree import ElementTree

from dflint.cli.output import UsageError
from dflint.knowledge.indexes import Offer, read_index, unpack
from dflint.knowledge.overlay import folder, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

TIMEOUT = 60  # seconds, for each file
#: The components that make a release complete.
_COMPONENTS = {
    "debian": ("main", "contrib", "non-free", "non-free-firmware"),
    "ubuntu": ("main", "universe", "restricted", "multiverse"),
    "alpine": ("main", "community"),
}
_REQUIRED = {"debian": {"main"}, "ubuntu": set(_COMPONENTS["ubuntu"]), "alpine": {"main", "community"}}
_REPOMD = "{http://linux.duke.edu/metadata/repo}"


def knowledge(values: dict[str, Any]) -> int:
    """Run ``dflint knowledge update``; the exit status."""
    if values["action"] != ("update",):
        raise UsageError("the action is 'update'")
    if values["mirror"] is None and not values["index"]:
        return _from_apt(values["release"])
    if values["release"] is None:
        raise UsageError("--release is needed, as in '--release ubuntu:noble'")
    distro, release = _split(values["release"])
    try:
        if values["index"]:
            offers = [offer for path in values["index"] for offer in _file(path)]
            return _keep(distro, release, offers, complete=False)
        offers, complete = _from_mirror(distro, release, values["mirror"].rstrip("/"))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        print(f"dflint: {error}", file=sys.stderr)
        return 2
    return _keep(distro, release, offers, complete=complete)


def _split(text: str) -> tuple[str, str]:
    distro, _, release = text.partition(":")
    if not distro.isalnum() or not release or not all(char.isalnum() or char in ".-" for char in release):
        raise UsageError(f"{text}: a release is written 'debian:bookworm', 'ubuntu:noble', 'alpine:3.20'")
    return distro, release


def _file(path: str) -> Iterator[Offer]:
    with open(path, "rb") as file:
        yield from read_index(file.read())


def _keep(distro: str, release: str, offers: list[Offer], *, complete: bool) -> int:
    if not offers:
        print(f"dflint: no package of {distro} {release} was found", file=sys.stderr)
        return 2
    path = os.path.join(folder(), f"{distro}-{release}.overlay")
    count = write(path, distro, release, date.today().isoformat(), offers, complete=complete)
    print(f"{distro} {release}: {count} names{'' if complete else ', not all of its components'}, in {path}")
    return 0


def _from_mirror(distro: str, release: str, mirror: str) -> tuple[list[Offer], bool]:
    """The offers of a release on a mirror, and whether they are all of the release."""
    if distro in ("debian", "ubuntu"):
        return _debian(distro, release, mirror)
    if distro == "alpine":
        branch = release if release == "edge" else f"v{release}"
        urls = [f"{mirror}/{branch}/{part}/x86_64/APKINDEX.tar.gz" for part in _COMPONENTS[distro]]
        return [offer for url in urls for offer in read_index(_fetch(url))], True
    index = ElementTree.fromstring(_fetch(f"{mirror}/repodata/repomd.xml"))
    for node in index.iterfind(f"{_REPOMD}data[@type='primary']/{_REPOMD}location"):
        return list(read_index(_fetch(f"{mirror}/{node.get('href')}"))), False
    raise ValueError(f"{mirror} has no primary index")


def _debian(distro: str, release: str, mirror: str) -> tuple[list[Offer], bool]:
    offers: list[Offer] = []
    found: set[str] = set()
    for pocket in ("", "-updates", "-security"):
        for component in _COMPONENTS[distro]:
            base = f"{mirror}/dists/{release}{pocket}/{component}/binary-amd64/Packages"
            for ending in (".xz", ".gz"):
                try:
                    data = _fetch(base + ending)
                except urllib.error.HTTPError as error:
                    if error.code not in (403, 404):
                        raise
                    continue
                offers += read_index(data) if unpack(data).strip() else ()
                if not pocket:
                    found.add(component)
                break
    return offers, found >= _REQUIRED[distro]


def _fetch(url: str) -> bytes:
    if not url.startswith(("http://", "https://", "file://")):
        raise ValueError(f"{url}: the mirror is a URL")
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        data: bytes = answer.read()
        return data


def _from_apt(wanted: str | None) -> int:
    """Read the lists of the machine's own apt, for each distribution release that they hold."""
    form = "$(ORIGIN)\t$(CODENAME)\t$(COMPONENT)\t$(ARCHITECTURE)\t$(FILENAME)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=TIMEOUT).stdout
    except (OSError, subprocess.SubprocessError) as error:
        print(f"dflint: the machine has no apt lists ({error}); give a mirror with --mirror", file=sys.stderr)
        return 2
    offers: dict[tuple[str, str], list[Offer]] = {}
    parts: dict[tuple[str, str], set[str]] = {}
    for line in out.splitlines():
        origin, codename, component, architecture, path = line.split("\t")
        release = codename.partition("-")[0]
        key = (origin.lower(), release)
        if key[0] not in ("debian", "ubuntu") or architecture not in ("amd64", "arm64", "all"):
            continue
        if wanted is not None and _split(wanted) != key:
            continue
        offers.setdefault(key, []).extend(read_index(_cat(path)))
        if codename == release:
            parts.setdefault(key, set()).add(component)
    if not offers:
        print("dflint: the machine's apt lists have nothing of that release", file=sys.stderr)
        return 2
    return max(
        _keep(*key, found, complete=parts.get(key, set()) >= _REQUIRED[key[0]]) for key, found in sorted(offers.items())
    )


def _cat(path: str) -> bytes:
    """The text of an apt list, which may be compressed in a way that only apt can read."""
    if os.path.exists(path):
        with open(path, "rb") as file:
            data = file.read()
        if data[:4] != b"\x04\x22\x4d\x18":
            return data
    helper = ["/usr/lib/apt/apt-helper", "cat-file", path]
    return subprocess.run(helper, capture_output=True, check=True, timeout=TIMEOUT).stdout
