"""Commands that no list of files has: links that packages make when they are installed (update-alternatives)."""

from __future__ import annotations

import pytest

import dflint
from dflint.config import Settings

PAIRS = """
maven mvn / nano pico / xz-utils unlzma / php-cli phar / gfortran f77 / bison yacc / lua5.4 luac / automake
aclocal / iptables ip6tables / default-jdk jps / default-jre-headless keytool / bsd-mailx mail / s-nail mailx /
mono-devel csc / universal-ctags ctags / openmpi-bin mpirun / libopenmpi-dev mpicc / mpich mpiexec / tcsh csh /
ksh ksh / plocate locate / sysstat sar / clang cc / tigervnc-standalone-server vncserver / swi-prolog prolog /
imagemagick compare / neovim vi / procps w / krb5-user kinit / 7zip 7zz / gnat gnatmake / ghc runhaskell /
default-mysql-client mysqldump / netcat-openbsd nc
"""
RELEASES = ("debian:bullseye", "debian:bookworm", "debian:trixie", "ubuntu:22.04", "ubuntu:24.04")


def called_in_vain(base: str, package: str, command: str) -> bool:
    text = f"FROM {base}\nRUN apt-get update && apt-get install -y {package}\nRUN {command} --version\n"
    found = dflint.lint(text, settings=Settings(as_of="2026-06-01"))
    return any(finding.rule in ("missing-command", "missing-python-command") for finding in found)


@pytest.mark.parametrize("base", RELEASES)
def test_links_that_packages_make_are_not_missing(base: str) -> None:
    pairs = [pair.split() for pair in PAIRS.replace("\n", " ").split("/")]
    assert [pair for pair in pairs if called_in_vain(base, *pair)] == []


@pytest.mark.parametrize(
    ("package", "command"),
    [("nodejs", "npm"), ("cmake", "ccmake"), ("python3-gunicorn", "gunicorn"), ("dbus", "dbus-launch"), ("ruby", "jq")],
)
def test_what_another_package_brings_is_missing(package: str, command: str) -> None:
    assert called_in_vain("debian:bookworm", package, command)
