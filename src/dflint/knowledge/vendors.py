"""Images outside the Docker library whose release can be told from their name and tag."""

from __future__ import annotations

from dflint.knowledge.distributors import known_system
from dflint.knowledge.platforms import DEBIAN_NUMBERS, numbered, platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    Platform = tuple[str | None, str | None]

#: Repositories whose tags spell the release out as a word where they name one (``v1.44.0-jammy``).
_WORDED = (
    "mcr.microsoft.com/playwright",
    "mcr.microsoft.com/devcontainers/",
    "mcr.microsoft.com/vscode/devcontainers/",
    "nvidia/cuda",
    "nvcr.io/nvidia/cuda",
    "ghcr.io/astral-sh/uv",
    "astral/uv",
    "denoland/deno",
    "oven/bun",
    "mambaorg/micromamba",
    "phusion/baseimage",
    "rustlang/rust",
    "jenkins/jenkins",
    "jenkins/agent",
    "jenkins/inbound-agent",
    "hexpm/elixir",
    "hexpm/erlang",
    "balenalib/",
    "lukemathwalker/cargo-chef",
    "timescale/timescaledb",
    "postgis/postgis",
    "pgvector/pgvector",
    "bitnami/minideb",
)
#: Repositories that repeat a distribution's image under its own tags.
_MIRRORS = {
    "registry.fedoraproject.org/fedora": "fedora",
    "quay.io/fedora/fedora": "fedora",
    "quay.io/centos/centos": "centos",
    "quay.io/rockylinux/rockylinux": "rockylinux",
    "quay.io/almalinuxorg/almalinux": "almalinux",
    "rockylinux/rockylinux": "rockylinux",
    "almalinux/8-base": "almalinux",
    "public.ecr.aws/amazonlinux/amazonlinux": "amazonlinux",
    "public.ecr.aws/ubuntu/ubuntu": "ubuntu",
    "public.ecr.aws/debian/debian": "debian",
    "container-registry.oracle.com/os/oraclelinux": "oraclelinux",
    "gliderlabs/alpine": "alpine",
    "opensuse/leap": "opensuse",
    "ubuntu.azurecr.io/ubuntu": "ubuntu",
    "stackbrew/debian": "debian",
    "stackbrew/ubuntu": "ubuntu",
    "registry.opensuse.org/opensuse/leap": "opensuse",
}
#: .NET's images without a release in the tag, by the version's first number.
_DOTNET = {
    "1": "jessie",
    "3": "buster",
    "5": "buster",
    "6": "bullseye",
    "7": "bullseye",
    "8": "bookworm",
    "9": "bookworm",
    "10": "noble",
}
#: The first version of each Lambda runtime that is on Amazon Linux 2023.
_LAMBDA = {"python": (3, 12), "nodejs": (20,), "java": (21,), "dotnet": (8,), "ruby": (3, 3)}


def vendor_platform(name: str, tag: str) -> Platform | None:
    """(distribution, release) of an image outside the Docker library.

    Returns:
        None for an image that dflint does not know; parts are None where the tag does not tell.
    """
    if name.startswith(("mcr.microsoft.com/dotnet/", "mcr.microsoft.com/dotnet-")):
        return _dotnet(tag)
    if name.startswith("mcr.microsoft.com/windows/") or name == "mcr.microsoft.com/windows":
        return "windows", None
    if name.startswith(("gcr.io/distroless/", "distroless/")):
        return "distroless", None
    if name.startswith(("registry.access.redhat.com/ubi", "registry.redhat.io/ubi", "redhat/ubi")):
        number = name.partition("ubi")[2]
        return "rhel", number[: len(number) - len(number.lstrip("0123456789"))] or None
    if name.startswith(("bitnami/", "bitnamilegacy/", "public.ecr.aws/bitnami/")) and not name.endswith("/minideb"):
        number = tag.partition("-debian-")[2].split("-")[0]
        return "debian", DEBIAN_NUMBERS.get(number)
    if name in ("cgr.dev/chainguard/wolfi-base", "chainguard/wolfi-base"):
        return "wolfi", None
    if name.startswith(("public.ecr.aws/lambda/", "amazon/aws-lambda-")):
        return _lambda(name, tag)
    if name.endswith("opensuse/tumbleweed"):
        return "opensuse", "tumbleweed"
    if name in _MIRRORS:
        distro = _MIRRORS[name]
        first = tag.split("-", maxsplit=1)[0].removeprefix("stream")
        if distro == "opensuse":
            return distro, first if first[:1].isdigit() else None
        return numbered(distro, first) or platform(first) or (distro, None)
    worded = name.startswith(_WORDED)
    return (_worded(tag) if worded else None) or known_system(name, tag) or ((None, None) if worded else None)


def _worded(tag: str) -> Platform | None:
    words = tag.replace("_", "-").split("-")
    for at, word in enumerate(reversed(words)):
        found = platform(word)
        if found is not None:
            return found
        if word == "alpine":
            # hexpm writes alpine-3.20.1
            after = words[len(words) - at] if at else ""
            return numbered("alpine", after) or ("alpine", None)
    return None


def _dotnet(tag: str) -> Platform:
    found = _worded(tag)
    if found is not None:
        return found
    words = tag.split("-")
    if any(word.startswith(("nanoserver", "windowsservercore")) for word in words):
        return "windows", None
    if any(word.startswith(("azurelinux", "cbl")) for word in words):
        return "azurelinux", None
    major = words[0].split(".")[0]
    if words[0].startswith("2."):
        return "debian", "stretch"
    code = _DOTNET.get(major)
    return platform(code) or (None, None) if code is not None else (None, None)


def _lambda(name: str, tag: str) -> Platform:
    runtime = name.rpartition("/")[2].removeprefix("aws-lambda-")
    if runtime == "provided":
        word = tag.replace(".", "-").partition("-")[0]
        return "amazonlinux", {"al2": "2", "al2023": "2023"}.get(word)
    since = _LAMBDA.get(runtime)
    numbers = tag.split("-", maxsplit=1)[0].split(".")
    if since is None or not numbers[0].isdigit():
        return "amazonlinux", None
    version = tuple(int(number) for number in numbers[: len(since)] if number.isdigit())
    return "amazonlinux", "2023" if version >= since else "2"
