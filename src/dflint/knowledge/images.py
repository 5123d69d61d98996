"""Base images: which distribution and release an image reference stands for, and what the image holds.

The release of a tag is read off the tag where it says so (``bookworm``, ``alpine3.20``, ``debian:12``); for floating
tags (``python:3.11-slim``) a dated table of the official images tells when each moved. What an image holds was
computed from the base image's package set and the packages its Dockerfile installs.
"""

from __future__ import annotations

from dflint.knowledge._official import OFFICIAL
from dflint.knowledge.platforms import manager, numbered, platform, sh
from dflint.knowledge.vendors import vendor_platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

_LIBRARY_PREFIXES = (
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "registry.hub.docker.com/library/",
    "mirror.gcr.io/library/",
    "public.ecr.aws/docker/library/",
    "library/",
)
_HUB_PREFIXES = (
    "docker.io/",
    "index.docker.io/",
    "registry-1.docker.io/",
    "registry.hub.docker.com/",
    "mirror.gcr.io/",
)
#: Docker's own copies of the official images for one architecture.
_ARCHITECTURES = ("amd64/", "arm64v8/", "arm32v7/", "arm32v6/", "arm32v5/", "i386/", "ppc64le/", "s390x/", "riscv64/")
#: Images that are a distribution: their tags are version numbers.
_DISTRIBUTIONS = frozenset(
    (
        "debian",
        "ubuntu",
        "alpine",
        "fedora",
        "rockylinux",
        "almalinux",
        "oraclelinux",
        "centos",
        "amazonlinux",
        "photon",
    )
)
#: Retired images that the table of tags does not have, by the release that all tags but some were built on.
_RETIRED = {"iojs": "jessie", "rails": "jessie", "django": "jessie", "java": "jessie", "mono": "wheezy"}
#: Images of one distribution that has no releases.
_FIXED = {"busybox": "busybox", "archlinux": "archlinux"}
_WINDOWS = ("windowsservercore", "nanoserver", "windows")


#: Images that come with sources of their own making (Raspbian's, snapshots, archives).
_OWN_SOURCES = ("balenalib/", "debian/", "debian-snapshot")
#: Images that had OpenJDK 8 from jessie-backports while they were built on jessie.
_JAVA_IMAGES = frozenset(
    ("java", "openjdk", "elasticsearch", "logstash", "tomcat", "maven", "gradle", "jetty", "jenkins")
)


def _has_java8(name: str, tag: str) -> bool:
    """Whether an official image on jessie took its Java from jessie-backports."""
    if name not in _JAVA_IMAGES:
        return False
    if name in ("java", "openjdk"):
        return not tag.startswith(("6", "7", "9", "openjdk-6", "openjdk-7", "openjdk-9"))
    if name in ("tomcat", "maven", "gradle", "jetty"):
        return (
            any(word in ("jre8", "jdk8", "jdk", "8") for word in tag.split("-")[1:]) and "7" not in tag.split("-")[1:]
        )
    return True


class Reference:
    """An image reference taken apart.

    Attributes:
        name: the image without registry for official images (``node``), the full repository for others.
        official: whether it is a Docker official image.
        tag: the tag; ``latest`` when none is given and there is no digest; None for a bare digest.
        digest: ``sha256:...`` or None.
    """

    __slots__ = ("digest", "name", "official", "tag")

    def __init__(self, text: str) -> None:
        rest, _, digest = text.partition("@")
        self.digest: str | None = digest or None
        name, colon, tag = rest.rpartition(":")
        if not colon or "/" in tag:
            name, tag = rest, ""
        self.tag: str | None = tag or (None if digest else "latest")
        for prefix in _LIBRARY_PREFIXES:
            if name.startswith(prefix):
                name = name[len(prefix) :]
                break
        else:
            for prefix in _HUB_PREFIXES:
                if name.startswith(prefix):
                    name = name[len(prefix) :]
                    break
        if name.startswith(_ARCHITECTURES) and name.partition("/")[2] in OFFICIAL:
            name = name.partition("/")[2]
        self.name = name
        self.official = name in OFFICIAL


class Image:
    """What is known of a base image. Everything but the names is worked out when first asked for.

    Attributes:
        name: the image without its registry (``node``), with it for images outside the official ones.
        tag: the tag, None for a bare digest.
    """

    __slots__ = ("_as_of", "_contents", "_platform", "_reference", "name", "tag")

    def __init__(self, reference: Reference, as_of: str | None) -> None:
        self.name = reference.name
        self.tag = reference.tag
        self._reference = reference
        self._as_of = as_of
        self._platform: tuple[str | None, str | None] | None = None
        self._contents: Contents | None = None

    def __repr__(self) -> str:
        return f"Image({self.name}:{self.tag}, {self.distro} {self.release})"

    @property
    def distro(self) -> str | None:
        """``debian``, ``ubuntu``, ``alpine``, ``rhel``, ``fedora``, ``windows``...; None when unknown."""
        return self._resolved()[0]

    @property
    def release(self) -> str | None:
        """``bookworm``, ``jammy``, ``3.20``, ``9``...; None when unknown."""
        return self._resolved()[1]

    @property
    def manager(self) -> str | None:
        """The package manager: ``apt``, ``apk``, ``dnf``, ``yum``...; None when there is none or it is unknown."""
        return manager(self.distro, self.release)

    @property
    def sh(self) -> str | None:
        """Which shell ``/bin/sh`` is: ``dash``, ``ash``, ``bash``; None when unknown."""
        return sh(self.distro)

    @property
    def shell(self) -> Literal["sh", "bash"] | None:
        """``bash`` where ``/bin/sh`` is bash, ``sh`` where it is a plain POSIX shell, None when unknown."""
        kind = self.sh
        return None if kind is None else "bash" if kind == "bash" else "sh"

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites in the image's package sources that may leave the mirrors by themselves, the release's first."""
        release = self.release
        if release is None:
            return ()
        if self.distro == "centos" and self.tag is not None and self.tag.startswith("stream"):
            return ("stream" + release,)
        if release == "jessie" and self._reference.official and _has_java8(self.name, self.tag or ""):
            return release, "jessie-backports"
        return (release,)

    @property
    def has_own_sources(self) -> bool:
        """Whether the image has its packages from elsewhere than the distribution's own mirrors."""
        return self.name.startswith(_OWN_SOURCES)

    @property
    def floating(self) -> bool:
        """Whether the tag moves from release to release (nothing in it names one)."""
        return self.tag is not None and described(self.name, self.tag) is None

    def history(self) -> tuple[tuple[str, str | None], ...]:
        """(first day, release) of a floating tag's releases, oldest first; () when nothing is recorded."""
        from dflint.knowledge.tags import history

        if self.tag is None or not self._reference.official:
            return ()
        rows = history(self.name, self.tag)
        return tuple((day, found[1] if (found := platform(code)) else None) for day, code in rows)

    @property
    def user(self) -> str | None:
        """The default user (``root`` where the image sets none), None when unknown."""
        return self._held().user

    @property
    def workdir(self) -> str | None:
        """The working directory (``/`` where the image sets none), None when unknown."""
        return self._held().workdir

    @property
    def commands(self) -> frozenset[str] | None:
        """The commands on PATH that are certainly there, None when none is known."""
        return self._held().commands

    @property
    def packages(self) -> frozenset[str] | None:
        """The distribution packages that are certainly installed, None when unknown."""
        return self._held().packages

    @property
    def closed(self) -> bool:
        """Whether a command that is not known to be there is certainly absent."""
        return self._held().closed

    def has(self, command: str) -> bool | None:
        """Whether a command is on PATH: True or False only when that is certain. Shell builtins are no commands."""
        held = self._held()
        if held.commands is not None and command in held.commands:
            return True
        if self.tag is not None and self.tag.endswith("onbuild"):
            return None  # its triggers install what the project asks for
        if command in held.absent or _is_version_of(command, held.absent):
            return False
        if not held.closed or held.commands is None or command in held.maybe:
            return None
        # python3.12 beside python: the versioned names of what is there are not listed
        return None if command.rstrip("0123456789.-") in held.commands else False

    def _resolved(self) -> tuple[str | None, str | None]:
        if self._platform is None:
            self._platform = _resolve(self._reference, self._as_of) or (None, None)
        return self._platform

    def _held(self) -> Contents:
        if self._contents is None:
            from dflint.knowledge.contents import contents

            self._contents = contents(self.name, self.tag, self.distro, self.release, self._reference.official)
        return self._contents


class Contents:
    """What an image holds.

    Attributes:
        commands: commands certainly there, None when unknown.
        maybe: commands that may or may not be there even in a closed image.
        absent: commands certainly not there.
        closed: whether all others are certainly absent.
        packages: distribution packages certainly installed, None when unknown.
        user, workdir: the image's settings, None when unknown.
    """

    __slots__ = ("absent", "closed", "commands", "maybe", "packages", "user", "workdir")

    def __init__(
        self,
        commands: frozenset[str] | None = None,
        *,
        maybe: frozenset[str] = frozenset(),
        absent: frozenset[str] = frozenset(),
        closed: bool = False,
        packages: frozenset[str] | None = None,
        user: str | None = None,
        workdir: str | None = None,
    ) -> None:
        self.commands = commands
        self.maybe = maybe
        self.absent = absent
        self.closed = closed
        self.packages = packages
        self.user = user
        self.workdir = workdir


def _is_version_of(command: str, names: frozenset[str]) -> bool:
    """Whether a command is a numbered one (``gcc-9``) of these."""
    head, dash, version = command.rpartition("-")
    return bool(dash) and head in names and version[:1].isdigit() and not version.strip("0123456789.")


def image_facts(reference: str, as_of: str | None = None) -> Image | None:
    """The facts about a base image.

    Args:
        reference: an image reference as FROM takes it, variables already replaced.
        as_of: the day (``2024-05-31``) at which floating tags are read; today when None.

    Returns:
        The image, or None for one that dflint knows nothing about (users' images, ``scratch``).
    """
    parsed = Reference(reference)
    if parsed.official or vendor_platform(parsed.name, parsed.tag or "") is not None:
        return Image(parsed, as_of)
    return None


def is_official(name: str) -> bool:
    """Whether ``name`` (without tag; registry prefixes of the Docker library are fine) is an official image."""
    return Reference(name).official


def described(name: str, tag: str) -> tuple[str, str | None] | None:
    """(distribution, release) that an official image's tag names by itself, None when it names none."""
    words = tag.replace("_", "-").split("-")
    if name in _DISTRIBUTIONS:
        found = numbered(name, words[0].removeprefix("al") if name == "amazonlinux" else words[0])
        if found is not None:
            return found
        if name == "centos" and words[0].startswith("stream"):
            return "centos", words[0][6:] or None
        if name == "alpine" and words[0] == "edge":
            return "alpine", "edge"
        if name == "debian" and words[0] in ("unstable", "sid", "experimental", "rc"):
            return "debian", "sid"
    for word in reversed(words):
        code = word.removeprefix("core-")
        if name == "ros" and code in ("lunar", "kinetic"):
            continue  # releases of ROS as well
        if code.startswith(_WINDOWS):
            return "windows", None
        found = platform(code)
        if found is not None and (found[0], word) != ("debian", "debian"):
            return found
    return None


def _retired(name: str, tag: str) -> tuple[str, str | None] | None:
    """The platform of a retired image's tag, which names none."""
    if "alpine" in tag:
        return "alpine", None
    if name == "java" and tag.startswith(("6", "9", "openjdk-6", "openjdk-9")):
        return None
    if name == "mono" and tag[:2] != "3." and tag[:3] not in ("4.0", "4.2"):
        return None
    return "debian", _RETIRED[name]


def _resolve(reference: Reference, as_of: str | None) -> tuple[str | None, str | None] | None:
    if not reference.official:
        return vendor_platform(reference.name, reference.tag or "")
    if reference.tag is None:
        return None
    found = described(reference.name, reference.tag)
    if found is not None:
        return found
    if reference.name in _RETIRED:
        return _retired(reference.name, reference.tag)
    if reference.name in _FIXED:
        return _FIXED[reference.name], None
    from dflint.knowledge import tags

    if reference.name == "debian" and (suite := reference.tag.removesuffix("-slim")) in tags.SUITES:
        return None if reference.digest is not None else ("debian", tags.debian_suite(suite, as_of))
    if reference.digest is not None:
        # the digest may be older than the tag's present meaning; only what never changed is certain
        codes = [platform(code) for _, code in tags.history(reference.name, reference.tag)]
        distros = {code[0] if code is not None else None for code in codes}
        return (distros.pop(), None) if len(distros) == 1 else None
    if reference.name == "centos" and reference.tag == "latest":
        return "centos", "8" if as_of is None or as_of >= "2019-09-24" else "7"
    code = tags.release_code(reference.name, reference.tag, as_of)
    if code is None:
        return ("alpine", None) if "alpine" in reference.tag.split("-") else None
    return platform(code)
