"""Images of projects and companies that stand on one distribution whatever their tags say: its name, their user."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Platform = tuple[str | None, str | None]

#: Repository, or the beginning of several ending in ``/`` or ``-``, to its distribution. A tag with a word of another
#: distribution in it is not decided by this.
_SYSTEMS = {
    "adoptopenjdk": "ubuntu",
    "adoptopenjdk/": "ubuntu",
    "alpine/": "alpine",
    "amazon/aws-cli": "amazonlinux",
    "archlinux/archlinux": "archlinux",
    "archlinux/base": "archlinux",
    "base/archlinux": "archlinux",
    "cimg/": "ubuntu",
    "continuumio/anaconda": "debian",
    "continuumio/anaconda3": "debian",
    "continuumio/miniconda": "debian",
    "continuumio/miniconda3": "debian",
    "cypress/base": "debian",
    "cypress/browsers": "debian",
    "cypress/included": "debian",
    "denoland/deno": "debian",
    "gcr.io/oss-fuzz-base/": "ubuntu",
    "gitpod/workspace-": "ubuntu",
    "google/cloud-sdk": "debian",
    "hashicorp/terraform": "alpine",
    "jenkins/agent": "debian",
    "jenkins/inbound-agent": "debian",
    "jenkins/jenkins": "debian",
    "mambaorg/micromamba": "debian",
    "mhart/alpine-node": "alpine",
    "nginxinc/nginx-unprivileged": "debian",
    "oven/bun": "debian",
    "pandoc/core": "alpine",
    "pandoc/latex": "alpine",
    "phusion/baseimage": "ubuntu",
    "pytorch/pytorch": "ubuntu",
    "quay.io/jupyter/": "ubuntu",
    "selenium/": "ubuntu",
    "tensorflow/tensorflow": "ubuntu",
}
#: The images of Jupyter's stacks; the others of ``jupyter/`` (``jupyter/notebook``) are older and run as root.
_STACKS = ("-notebook", "/docker-stacks-foundation")
_OTHERS = (
    "alpine",
    "almalinux",
    "centos",
    "debian",
    "distroless",
    "rhel",
    "rocky",
    "static",
    "ubi",
    "ubuntu",
    "windows",
)
#: ROS distributions, by the Ubuntu release they are built for.
_ROS = {"kinetic": "xenial", "melodic": "bionic", "noetic": "focal", "foxy": "focal", "galactic": "focal",
        "humble": "jammy", "iron": "jammy", "jazzy": "noble", "kilted": "noble"}  # fmt: skip
#: The user that these images run as.
_USERS = {
    "cimg/": "circleci",
    "circleci/": "circleci",
    "gitpod/workspace-": "gitpod",
    "jenkins/inbound-agent": "jenkins",
    "jenkins/jenkins": "jenkins",
    "nginxinc/nginx-unprivileged": "101",
    "nodered/node-red": "node-red",
    "quay.io/jupyter/": "jovyan",
    "grafana/grafana": "grafana",
}


def known_system(name: str, tag: str) -> Platform | None:
    """(distribution, release) of such an image; None for others and for tags that speak of another distribution."""
    if name == "osrf/ros":
        return "ubuntu", _ROS.get(tag.split("-", maxsplit=1)[0])
    if name.startswith(("mcr.microsoft.com/azurelinux/", "mcr.microsoft.com/cbl-mariner/")):
        return "azurelinux", None
    system = "ubuntu" if _is_stack(name) else _lookup(_SYSTEMS, name)
    if system is None or name == "cypress/base-internal":
        return None
    named = [word for word in _OTHERS if word in tag]
    if named:
        return ("alpine", None) if named == ["alpine"] else (None, None)
    return system, _phusion(tag) if name == "phusion/baseimage" else None


def usual_user(name: str) -> str | None:
    """The user that an image of these runs as, None when unknown."""
    return "jovyan" if _is_stack(name) else _lookup(_USERS, name)


def _is_stack(name: str) -> bool:
    return name.startswith("jupyter/") and name.endswith(_STACKS)


def _lookup(table: dict[str, str], name: str) -> str | None:
    found = table.get(name)
    if found is not None:
        return found
    head, slash, rest = name.rpartition("/")
    found = table.get(head + slash)
    if found is None and "-" in rest:
        found = table.get(f"{head}{slash}{rest.partition('-')[0]}-")
    return found


def _phusion(tag: str) -> str | None:
    """The Ubuntu release of a version of phusion's base image that does not name it."""
    parts = tag.split(".")
    if not all(part.isdigit() for part in parts) or parts[0] != "0" or len(parts) < 2:
        return None
    minor, patch = int(parts[1]), int(parts[2]) if len(parts) > 2 else 0
    if minor == 9:
        return "trusty" if 11 <= patch <= 18 else "xenial" if patch >= 19 else None
    return {10: "xenial", 11: "bionic"}.get(minor)
