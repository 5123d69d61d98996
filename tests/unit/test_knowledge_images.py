"""The shipped facts about base images."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dflint.knowledge import image_facts, is_official
from dflint.knowledge.images import Image, Reference, described
from dflint.knowledge.platforms import manager, numbered, platform
from dflint.knowledge.vendors import vendor_platform


def image(reference: str, as_of: str | None = None) -> Image:
    found = image_facts(reference, as_of)
    assert found is not None, reference
    return found


@pytest.mark.parametrize(
    ("reference", "distro", "release", "manager"),
    [
        ("debian:12", "debian", "bookworm", "apt"),
        ("debian:12.5-slim", "debian", "bookworm", "apt"),
        ("debian:bookworm-20240101-slim", "debian", "bookworm", "apt"),
        ("debian:sid-slim", "debian", "sid", "apt"),
        ("debian:unstable", "debian", "sid", "apt"),
        ("ubuntu:22.04", "ubuntu", "jammy", "apt"),
        ("ubuntu:jammy-20240111", "ubuntu", "jammy", "apt"),
        ("alpine:3.20", "alpine", "3.20", "apk"),
        ("alpine:3.20.3", "alpine", "3.20", "apk"),
        ("alpine:edge", "alpine", "edge", "apk"),
        ("alpine:20240329", "alpine", "edge", "apk"),
        ("node:22-bookworm-slim", "debian", "bookworm", "apt"),
        ("node:22-alpine3.20", "alpine", "3.20", "apk"),
        ("docker.io/library/node:22-bookworm", "debian", "bookworm", "apt"),
        ("mirror.gcr.io/library/python:3.12-slim-trixie", "debian", "trixie", "apt"),
        ("public.ecr.aws/docker/library/golang:1.23-bullseye", "debian", "bullseye", "apt"),
        ("arm64v8/debian:trixie", "debian", "trixie", "apt"),
        ("fedora:40", "fedora", "40", "dnf"),
        ("rockylinux:9.3-minimal", "rockylinux", "9", "dnf"),
        ("centos:7", "centos", "7", "yum"),
        ("amazonlinux:2", "amazonlinux", "2", "yum"),
        ("amazonlinux:2023", "amazonlinux", "2023", "dnf"),
        ("oraclelinux:8-slim", "oraclelinux", "8", "dnf"),
        ("archlinux:base-devel", "archlinux", None, "pacman"),
        ("busybox:1.36", "busybox", None, None),
        ("golang:1.23-windowsservercore-ltsc2022", "windows", None, None),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "debian", "bookworm", "apt"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy", "ubuntu", "jammy", "apt"),
        ("mcr.microsoft.com/dotnet/sdk:9.0-alpine3.21", "alpine", "3.21", "apk"),
        ("mcr.microsoft.com/dotnet/sdk:10.0", "ubuntu", "noble", "apt"),
        ("nvidia/cuda:12.1.0-runtime-ubuntu22.04", "ubuntu", "jammy", "apt"),
        ("nvidia/cuda:11.8.0-base-ubi8", "rhel", "8", "dnf"),
        ("registry.access.redhat.com/ubi9/ubi:9.4", "rhel", "9", "dnf"),
        ("gcr.io/distroless/nodejs22-debian12", "distroless", None, None),
        ("public.ecr.aws/lambda/python:3.11", "amazonlinux", "2", "yum"),
        ("public.ecr.aws/lambda/python:3.12", "amazonlinux", "2023", "dnf"),
        ("bitnami/postgresql:15.6.0-debian-12-r3", "debian", "bookworm", "apt"),
        ("quay.io/centos/centos:stream9", "centos", "9", "dnf"),
        ("hexpm/elixir:1.16.2-erlang-26.2.5-alpine-3.19.1", "alpine", "3.19", "apk"),
    ],
)
def test_platforms(reference: str, distro: str, release: str | None, manager: str | None) -> None:
    found = image(reference)
    assert (found.distro, found.release, found.manager) == (distro, release, manager)


@pytest.mark.parametrize(
    ("reference", "day", "release"),
    [
        ("python:3.11-slim", "2022-10-24", "bullseye"),
        ("python:3.11-slim", "2023-06-12", "bullseye"),
        ("python:3.11-slim", "2023-06-13", "bookworm"),
        ("python:3.11-slim", "2025-08-10", "bookworm"),
        ("python:3.11-slim", "2025-08-11", "trixie"),
        ("python:3.11-slim", "2020-01-01", None),  # there was none yet
        ("debian", "2022-01-01", "bullseye"),
        ("debian:stable-slim", "2024-01-01", "bookworm"),
        ("debian:testing", "2024-01-01", "trixie"),
        ("debian:oldstable", "2024-01-01", "bullseye"),
        ("node:22", "2026-01-01", "bookworm"),
        ("node:22-alpine", "2024-06-01", "3.20"),
        ("alpine", "2024-06-01", "3.20"),
        ("alpine:3", "2020-07-01", "3.12"),
        ("ubuntu:latest", "2023-01-01", "jammy"),
        ("python:3.9.5", "2026-01-01", "buster"),  # frozen long ago
        ("node:22.99.1-slim", "2026-11-01", "bookworm"),  # newer than the table: its line's base
        ("node:99", "2026-11-01", None),
    ],
)
def test_floating_tags(reference: str, day: str, release: str | None) -> None:
    assert image(reference, day).release == release


def test_history() -> None:
    assert image("python:3.11-slim").history()[:2] == (("2022-10-24", "bullseye"), ("2023-06-13", "bookworm"))
    assert image("python:3.11-slim").floating and not image("python:3.11-slim-bookworm").floating
    assert image("nvidia/cuda:12-ubuntu22.04").history() == ()


def test_digests() -> None:
    digest = "@sha256:" + "0" * 64
    assert image("python:3.11-slim-bookworm" + digest).release == "bookworm"
    floating = image("python:3.11-slim" + digest, "2026-01-01")
    assert (floating.distro, floating.release) == ("debian", None)
    assert floating.has("python") is True and floating.has("curl") is None
    bare = image("python" + digest)
    assert (bare.tag, bare.distro, bare.release, bare.has("python")) == (None, None, None, None)


@pytest.mark.parametrize(
    "reference", ["user/app:bookworm", "registry.example.org/node:22", "scratch", "registry.example.org/x/debian:12"]
)
def test_unknown_images(reference: str) -> None:
    assert image_facts(reference) is None


def test_references() -> None:
    reference = Reference("registry.example.org:5000/team/app")
    assert reference.name == "registry.example.org:5000/team/app"
    assert (reference.tag, reference.official) == ("latest", False)
    assert is_official("node") and is_official("docker.io/library/node:22") and not is_official("nodejs")


@pytest.mark.parametrize(
    ("reference", "commands"),
    [
        ("debian:bookworm", "bash=1 sh=1 perl=1 useradd=1 adduser=1 awk=1 python=0 python3=0 curl=0 git=0 sudo=0 ps=0"),
        ("debian:trixie-slim", "bash=1 adduser=0 useradd=1 python3=0 logger=?"),
        ("alpine:3.20", "sh=1 ash=1 wget=1 vi=1 apk=1 adduser=1 bash=0 curl=0 useradd=0 python3=0 gcc=0 git=0"),
        ("node:22", "node=1 npm=1 yarn=1 corepack=1 python3=1 python=0 pip=0 gcc=1 git=1 curl=1"),
        ("node:22-slim", "node=1 npx=1 yarn=1 python3=0 python=0 curl=0 git=0 gcc=0 mount=? bash=1"),
        ("node:22-alpine", "node=1 yarn=1 python3=0 bash=0 git=0 make=0"),
        ("node:26-slim", "node=1 yarn=0 corepack=0"),
        ("node:lts", "node=1 yarn=? corepack=?"),
        ("python:3.12-slim", "python=1 python3=1 pip=1 pip3=1 curl=0 gcc=0 git=0 openssl=1"),
        ("python:3.12", "python=1 gcc=1 git=1 node=0 python3.12=? pip3.12=?"),
        ("debian:12-slim", "python3.11=0 python2=0"),
        ("python:3.12-alpine", "python=1 pip3=1 gcc=0 bash=0"),
        ("python:2.7-slim", "python=1 python2=1 python3=?"),
        ("golang:1.23", "go=1 git=1 gcc=1 make=1 node=0"),
        ("golang:1.23-alpine", "go=1 git=? node=0"),
        ("rust:1-slim-bookworm", "cargo=1 gcc=1 wget=0 make=0"),
        ("ruby:3.3-slim", "ruby=1 bundle=1 node=0 git=0 ps=?"),
        ("php:8.3-apache", "php=1 a2enmod=1 docker-php-ext-install=1 curl=1 git=0"),
        ("php:8.3-fpm-alpine", "php=1 bash=0 git=0"),
        ("ubuntu:24.04", "bash=1 apt-get=1 python3=0 curl=0 sudo=0 ls=1 dpkg=1 tclsh=?"),
        ("postgres:16", "psql=1 bash=1 python3=?"),
        ("buildpack-deps:bookworm-curl", "curl=1 wget=1 git=0"),
        ("gcr.io/distroless/static-debian12", "sh=0 bash=0"),
        ("gcr.io/distroless/static-debian12:debug", "sh=?"),
        ("fedora:40", "bash=1 apt-get=0 git=0"),
        ("busybox", "sh=1 bash=0"),
    ],
)
def test_commands(reference: str, commands: str) -> None:
    found = image(reference, "2026-11-01")
    wanted = dict(pair.split("=") for pair in commands.split())
    known = {True: "1", False: "0", None: "?"}
    assert {command: known[found.has(command)] for command in wanted} == wanted


def test_settings() -> None:
    assert (image("golang:1.23").user, image("golang:1.23").workdir) == ("root", "/go")
    assert image("php:8.3-fpm").workdir == "/var/www/html" and image("php:8.3-cli").workdir == "/"
    assert image("wordpress:cli").user == "www-data"
    assert image("gcr.io/distroless/base-debian12:nonroot").user == "65532"
    assert image("mcr.microsoft.com/dotnet/sdk:8.0").user is None
    assert {reference: image(reference).sh for reference in ("debian:12", "alpine:3.20", "fedora:40", "busybox")} == {
        "debian:12": "dash",
        "alpine:3.20": "ash",
        "fedora:40": "bash",
        "busybox": "ash",
    }
    assert (image("debian:12").shell, image("centos:7").shell) == ("sh", "bash")


def test_packages_of_an_image() -> None:
    packages = image("python:3.12-slim-bookworm").packages
    assert packages is not None and {"openssl", "ca-certificates", "bash"} <= packages and "curl" not in packages
    assert image("node:22-bookworm").closed and not image("nginx:latest").closed
    assert image("ubuntu:22.04").packages is None


def test_words_in_tags() -> None:
    assert described("openjdk", "17-jdk-oraclelinux8") == ("oraclelinux", "8")
    assert described("maven", "3-eclipse-temurin-17-noble") == ("ubuntu", "noble")
    assert described("ros", "lunar") is None and described("ros", "lunar-ros-core-xenial") == ("ubuntu", "xenial")
    assert described("python", "3.12") is None
    assert platform("ubi10") == ("rhel", "10") and platform("bullseye") == ("debian", "bullseye")
    assert platform("node20") is None and platform("al2023") == ("amazonlinux", "2023")
    assert numbered("alpine", "3") is None and numbered("debian", "99") is None and numbered("ubuntu", "x") is None
    assert manager("rhel", "7") == "yum" and manager("rhel", None) is None and manager(None, None) is None
    assert vendor_platform("phusion/baseimage", "1.0") == ("ubuntu", None)
    assert vendor_platform("phusion/baseimage", "0.9.19") == ("ubuntu", "xenial")
    assert vendor_platform("jenkins/jenkins", "lts-jdk21") == ("debian", None)
    assert vendor_platform("jenkins/jenkins", "lts-alpine") == ("alpine", None)
    assert vendor_platform("jenkins/jenkins", "lts-rhel-ubi9") == ("rhel", "9")
    assert vendor_platform("osrf/ros", "humble-desktop") == ("ubuntu", "jammy")
    assert vendor_platform("cimg/node", "20.1") == ("ubuntu", None)
    assert vendor_platform("someone/else", "1") is None


def test_users_of_other_images() -> None:
    assert image("jenkins/jenkins:lts").user == "jenkins" and image("quay.io/jupyter/base-notebook").user == "jovyan"
    assert image("continuumio/miniconda3").user is None


SNIPPET = """
import sys
from dflint.knowledge import image_facts
facts = image_facts({reference!r})
facts.distro, facts.release, facts.manager, facts.shell
print(sorted(name for name in sys.modules if name in {slow!r}))
"""


def test_self_describing_tags_open_no_file() -> None:
    slow = ("mmap", "zlib", "struct", "re", "typing", "dataclasses", "pathlib", "dflint.knowledge._store")
    for reference in ("debian:bookworm", "node:22-alpine3.20", "ubuntu:24.04", "nvidia/cuda:12-ubuntu22.04"):
        code = SNIPPET.format(reference=reference, slow=slow)
        command = [sys.executable, "-S", "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": source()})
        assert done.stdout.strip() == "[]", done.stderr


def source() -> str:
    import dflint

    return dflint.__file__.rpartition("/")[0].rpartition("/")[0]
