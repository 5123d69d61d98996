"""Package indexes of the user's own mirror: reading them, keeping them, judging by them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dflint
from dflint.cli import main
from dflint.knowledge import overlay
from dflint.knowledge.absent import absence, version_of
from dflint.knowledge.indexes import read_index

INDEXES = Path(__file__).parents[2] / "fixtures" / "knowledge" / "indexes"


def tarball(data: bytes) -> bytes:
    """An APKINDEX.tar.gz as Alpine makes it: a signature's archive without an end in front of the index's."""
    parts = []
    for name, content in ((".SIGN.RSA.key", b"signature"), ("APKINDEX", data)):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        parts.append(gzip.compress(buffer.getvalue()[:1024] if name.startswith(".") else buffer.getvalue()))
    return b"".join(parts)


def rows(data: bytes) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(offer.name, offer.version, offer.provides) for offer in read_index(data)]


@pytest.mark.parametrize("pack", [bytes, tarball, gzip.compress])
def test_apkindex(pack: Callable[[bytes], bytes]) -> None:
    data = pack((INDEXES / "small.APKINDEX").read_bytes())
    assert rows(data) == [("tool", "1.2-r0", ("old-tool",)), ("libfoo", "2-r1", ())]


def test_repodata() -> None:
    data = (INDEXES / "small-primary.xml").read_bytes()
    assert rows(data) == rows(gzip.compress(data)) == [("tool", "1.2-3.el9", ("old-tool",))]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress, bz2.compress])
def test_packages(pack: Callable[[bytes], bytes]) -> None:
    text = b"Package: tool\nVersion: 1:1.2-3\nProvides: old-tool (= 1), other\nDescription: x\n y\n\n"
    text += b"Package: b\nVersion: 1\n"
    assert rows(pack(text)) == [("tool", "1:1.2-3", ("old-tool", "other")), ("b", "1", ())]


@pytest.mark.parametrize("data", [b"", b"hello", b"\x28\xb5\x2f\xfdx", b"\x1f\x8bx", b"<a>", b"\xfd7zXZ\0x"])
def test_what_is_no_index_is_said_so(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"index|decompressed|read"):
        rows(data)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    overlay._open.clear()
    yield tmp_path / "dflint" / "knowledge"
    overlay._open.clear()


def found(text: str) -> list[str]:
    return [finding.rule for finding in dflint.lint(text) if finding.rule.endswith("-package")]


def test_an_update_from_files_is_kept_and_overlays_the_tables(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = cache.parent / "Packages"
    index.parent.mkdir(parents=True)
    index.write_text("Package: python-pip\nVersion: 20-1\n")
    lists = "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python-pip\n"
    assert found(lists) == ["missing-apt-package"]
    overlay._open.clear()
    assert main(["knowledge", "update", "--release", "ubuntu:focal", "--index", str(index)]) == 0
    kept = overlay.overlay("ubuntu", "focal")
    assert kept is not None
    assert (kept.versions("python-pip"), kept.versions("curl"), kept.complete) == (("20-1",), None, False)
    assert found(lists) == []
    capsys.readouterr()
    assert main(["config"]) == 0
    assert f"ubuntu focal {kept.date}" in capsys.readouterr().out


def test_a_whole_mirror_closes_the_world(cache: Path) -> None:
    mirror = cache.parent / "mirror"
    for part in ("main", "community"):
        folder = mirror / "v3.20" / part / "x86_64"
        folder.mkdir(parents=True)
        (folder / "APKINDEX.tar.gz").write_bytes(tarball((INDEXES / "small.APKINDEX").read_bytes()))
    assert main(["knowledge", "update", "--release", "alpine:3.20", "--mirror", mirror.as_uri()]) == 0
    text = "FROM alpine:3.20\nRUN apk add --no-cache {}\n"
    assert [found(text.format(name)) for name in ("tool", "old-tool", "nonesuch")] == [[], [], ["missing-apk-package"]]


def test_a_mirror_of_rpm_packages(cache: Path) -> None:
    data = cache.parent / "repo" / "repodata"
    data.mkdir(parents=True)
    (data / "primary.xml.gz").write_bytes(gzip.compress((INDEXES / "small-primary.xml").read_bytes()))
    namespace = "http://linux.duke.edu/metadata/repo"
    location = '<data type="primary"><location href="repodata/primary.xml.gz"/></data>'
    (data / "repomd.xml").write_text(f'<repomd xmlns="{namespace}">{location}</repomd>')
    assert main(["knowledge", "update", "--release", "rockylinux:9", "--mirror", data.parent.as_uri()]) == 0
    kept = overlay.overlay("rockylinux", "9")
    assert kept is not None
    assert kept.versions("old-tool") == ()


@pytest.mark.parametrize("content", [b"", b"rubbish", b"dflint-overlay 1 distro=ubuntu", b"\xff\n"])
def test_a_broken_overlay_is_one_line_of_warning(
    cache: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.mkdir(parents=True)
    (cache / "ubuntu-focal.overlay").write_bytes(content)
    assert found("FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python-pip\n") == ["missing-apt-package"]
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["download"], ["update", "--mirror", "file:///nowhere"], ["update", "--release", "x", "--index", "y"]]
)
def test_wrong_usage(arguments: list[str], cache: Path) -> None:
    assert main(["knowledge", *arguments]) == 2


def test_a_mirror_that_does_not_answer(cache: Path) -> None:
    assert main(["knowledge", "update", "--release", "alpine:3.20", "--mirror", "file:///nowhere"]) == 2


@pytest.mark.parametrize(
    ("distro", "release", "name", "as_of", "instead"),
    [
        ("ubuntu", "focal", "python-pip", None, "python3-pip"),
        ("ubuntu", "bionic", "python-pip", None, None),
        ("ubuntu", "focal", "php7.2-cli", None, "php-cli"),
        ("ubuntu", "bionic", "php7.2-cli", None, None),
        ("ubuntu", "jammy", "libboost-system1.58-dev", None, "libboost-system-dev"),
        ("ubuntu", "noble", "g++-8", None, "g++"),
        ("debian", "buster", "openjdk-7-jre", None, "default-jre"),
        ("debian", "jessie", "php7.0-cli", None, "php5-cli"),
        ("alpine", "3.12", "python", None, "python2"),
        ("alpine", "3.11", "python", None, None),
        ("alpine", "edge", "python", "2020-06-20", "python2"),
        ("alpine", "edge", "python", None, "python3"),
        ("alpine", "3.9", "php5-curl", None, ""),
        ("rockylinux", "9", "htop", None, ""),
        ("rockylinux", "9", "make", None, None),
        ("ubuntu", "nonesuch", "python-pip", None, None),
    ],
)
def test_what_a_release_lacks(distro: str, release: str, name: str, as_of: str | None, instead: str | None) -> None:
    fact = absence(distro, release, name, as_of)
    assert (None if fact is None else fact.instead) == instead


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("postgresql-9.6-postgis-2.5", ("postgresql", "9.6")),
        ("libapache2-mod-php7.4", ("php", "7.4")),
        ("libpython3.8-dev", ("python", "3.8")),
        ("gcc-9-multilib", ("gcc", "9")),
        ("gcc-9-base", None),
        ("clang-format-14", ("clang", "14")),
        ("libicu66", ("icu", "66")),
        ("libicu-dev", None),
        ("python3-pip", None),
        ("php-cli", None),
    ],
)
def test_versions_in_names(name: str, expected: tuple[str, str] | None) -> None:
    assert version_of(name) == expected
