"""Names of distributions and releases: how tags spell them, and what follows from them."""

from __future__ import annotations

DEBIAN = ("squeeze", "wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke")
#: Ubuntu's codenames by version.
UBUNTU = {
    "10.04": "lucid",
    "12.04": "precise",
    "12.10": "quantal",
    "13.04": "raring",
    "13.10": "saucy",
    "14.04": "trusty",
    "14.10": "utopic",
    "15.04": "vivid",
    "15.10": "wily",
    "16.04": "xenial",
    "16.10": "yakkety",
    "17.04": "zesty",
    "17.10": "artful",
    "18.04": "bionic",
    "18.10": "cosmic",
    "19.04": "disco",
    "19.10": "eoan",
    "20.04": "focal",
    "20.10": "groovy",
    "21.04": "hirsute",
    "21.10": "impish",
    "22.04": "jammy",
    "22.10": "kinetic",
    "23.04": "lunar",
    "23.10": "mantic",
    "24.04": "noble",
    "24.10": "oracular",
    "25.04": "plucky",
    "25.10": "questing",
    "26.04": "resolute",
}
_CODENAMES = {**dict.fromkeys((*DEBIAN, "sid"), "debian"), **dict.fromkeys(UBUNTU.values(), "ubuntu")}
#: The Debian release whose number is the key's (`debian:12`).
DEBIAN_NUMBERS = {str(number): name for number, name in enumerate(DEBIAN, 6)}
#: Distributions that are called by a number, as images and tags write them (`ubi9`, `oraclelinux:8`).
_NUMBERED = {
    "alpine": "alpine",
    "fedora": "fedora",
    "rockylinux": "rockylinux",
    "rocky": "rockylinux",
    "almalinux": "almalinux",
    "oraclelinux": "oraclelinux",
    "centos": "centos",
    "ubi": "rhel",
    "amazonlinux": "amazonlinux",
    "al": "amazonlinux",
    "photon": "photon",
    "mageia": "mageia",
    "debian": "debian",
    "ubuntu": "ubuntu",
}
_MANAGERS = {
    "debian": "apt",
    "ubuntu": "apt",
    "alpine": "apk",
    "wolfi": "apk",
    "fedora": "dnf",
    "rockylinux": "dnf",
    "almalinux": "dnf",
    "archlinux": "pacman",
    "opensuse": "zypper",
    "photon": "tdnf",
    "azurelinux": "tdnf",
    "mageia": "dnf",
}
#: Distributions that had yum before they had dnf: the first release with dnf.
_DNF_SINCE = {"centos": 8, "oraclelinux": 8, "rhel": 8, "amazonlinux": 2022}
_SH = {"debian": "dash", "ubuntu": "dash", "alpine": "ash", "wolfi": "ash", "busybox": "ash"}


def platform(code: str) -> tuple[str, str | None] | None:
    """Distribution and release of a code word such as ``bookworm``, ``alpine3.20``, ``ubi9`` or ``ubuntu22.04``.

    Returns:
        (distribution, release) with the release as a codename for Debian and Ubuntu and as a number elsewhere (None
        where a distribution has no releases), or None when the word names no platform.
    """
    distro = _CODENAMES.get(code)
    if distro is not None:
        return distro, code
    if code == "windows":
        return "windows", None
    letters = code.rstrip("0123456789.")
    number = code[len(letters) :]
    name = _NUMBERED.get(letters)
    if name is None or not number or number.startswith("."):
        return None
    return numbered(name, number)


def numbered(distro: str, number: str) -> tuple[str, str | None] | None:
    """Distribution and release from a version number as the distribution's own image tags write it."""
    parts = number.split(".")
    if not all(part.isdigit() for part in parts):
        return None
    if distro == "debian":
        release = DEBIAN_NUMBERS.get(parts[0])
        return (distro, release) if release is not None else None
    if distro == "ubuntu":
        release = UBUNTU.get(".".join(parts[:2]))
        return (distro, release) if release is not None else None
    if distro == "alpine":
        # dated tags (20240329) are snapshots of edge
        if len(parts) == 1:
            return ("alpine", "edge") if len(number) == 8 else None
        return "alpine", ".".join(parts[:2])
    if distro == "photon":
        return distro, ".".join(parts[:2])
    return distro, parts[0]


def manager(distro: str | None, release: str | None) -> str | None:
    """The package manager of a distribution, None when it has none or is unknown."""
    if distro in _DNF_SINCE:
        number = (release or "").split(".")[0]
        if not number.isdigit():
            return None
        return "dnf" if int(number) >= _DNF_SINCE[distro] else "yum"
    return _MANAGERS.get(distro or "")


def sh(distro: str | None) -> str | None:
    """Which shell ``/bin/sh`` is: ``dash``, ``ash`` or ``bash``; None when unknown."""
    if distro in _SH:
        return _SH[distro]
    rpm_like = _MANAGERS.get(distro or "") in ("dnf", "pacman", "zypper", "tdnf")
    return "bash" if distro in _DNF_SINCE or rpm_like else None
