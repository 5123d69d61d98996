"""The shipped facts about Debian packages."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from dflint.knowledge import packages, release_info, snapshot_dates
from dflint.knowledge.debian import PackageIndex
from dflint.knowledge.families import relative

VERDICTS = Path(__file__).parents[2] / "fixtures" / "knowledge" / "apt-verdicts.tsv"
# apt's answers to whole install lists, one JSON object a line (suite, names, installs); too large for the repository
TRUTH = Path(os.environ.get("DFLINT_APT_TRUTH", "apt-truth.jsonl.gz"))


def index(release: str) -> PackageIndex:
    found = packages(release)
    assert found is not None
    return found


def test_releases() -> None:
    closed = {r: index(r).closed for r in ("bullseye", "bookworm", "trixie", "forky", "sid")}
    assert closed == {"bullseye": True, "bookworm": True, "trixie": True, "forky": False, "sid": False}
    assert packages("buster") is None and packages("jammy") is None
    assert "2026" in snapshot_dates()["trixie"] and snapshot_dates()["tags"].startswith("2026-")


def test_verdicts_equal_apts() -> None:
    wrong = []
    for line in VERDICTS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        release, name, answer, *chosen = line.split("\t")
        verdict = index(release).verdict(name)
        # apt knows nothing of what is not enabled; dflint says where it is
        status = {"component": "missing", "pocket": "missing"}.get(verdict.status, verdict.status)
        same = status == answer or {status, answer} == {"missing", "no-candidate"}
        if not same or (chosen and verdict.package != chosen[0]):
            wrong.append((release, name, answer, chosen, verdict))
    assert wrong == []


@pytest.mark.skipif(not TRUTH.exists(), reason="DFLINT_APT_TRUTH names no file")
def test_names_of_real_install_lists() -> None:
    wrong = []
    with gzip.open(TRUTH, "rt", encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            release = index(case["suite"])
            present = set(case["installs"]) | release.base_packages()
            for name in case["names"]:
                verdict = release.verdict(name)
                if verdict.status != "ok" or verdict.package not in present:
                    wrong.append((case["suite"], name, verdict))
            unknown = [name for name in case["installs"] if release.verdict(name).package != name]
            assert unknown == []
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "release", "replacement", "confidence"),
    [
        ("libglew2.2", "bullseye", "libglew2.1", "certain"),
        ("libglew2.1", "bookworm", "libglew2.2", "certain"),
        ("libgl1-mesa-glx", "trixie", "libgl1", "certain"),
        ("libicu67", "bookworm", "libicu72", "certain"),
        ("libssl1.1", "bookworm", "libssl3", "certain"),
        ("libssl1.1", "trixie", "libssl3t64", "certain"),
        ("libasound2t64", "bookworm", "libasound2", "certain"),
        ("libasound2", "trixie", "libasound2t64", "certain"),
        ("libpng12-dev", "trixie", "libpng-dev", "certain"),
        ("mysql-client", "bookworm", "default-mysql-client", "certain"),
        ("libegl1-mesa", "trixie", "libegl1", "certain"),
        ("postgresql-client-15", "trixie", "postgresql-client-17", "likely"),
        ("openjdk-17-jdk", "trixie", "openjdk-21-jdk", "likely"),
        ("php8.2-fpm", "trixie", "php8.4-fpm", "likely"),
        ("php7.1-curl", "bookworm", "php-curl", "likely"),
        ("python-numpy", "trixie", "python3-numpy", "likely"),
        ("python3.6-dev", "bookworm", "python3-dev", "likely"),
        ("g++-7", "bookworm", "g++", "likely"),
        ("postgresql-9.6", "bookworm", "postgresql", "likely"),
        ("openjdk-8-jdk", "bookworm", "default-jdk", "likely"),
        ("python-pip", "bookworm", "python3-pip", "likely"),
        ("python", "bookworm", "python-is-python3", "likely"),
        ("libmagickwand-6.q16-6", "trixie", "libmagickwand-7.q16-10", "likely"),
        ("libncurses5", "trixie", "libncurses6", "likely"),
        ("libpcre3", "trixie", "libpcre2-8-0", "likely"),
    ],
)
def test_replacements(name: str, release: str, replacement: str, confidence: str) -> None:
    found = index(release).replacement(name)
    assert found is not None
    assert (found.name, found.confidence) == (replacement, confidence)
    assert found.why and not found.why.endswith(".")


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("software-properties-common", "trixie"),
        ("libgconf-2-4", "trixie"),
        ("python2.7", "bookworm"),
        ("mail-transport-agent", "bookworm"),
        ("curl", "trixie"),
        ("no-such-package-anywhere", "trixie"),
        ("oracle-java6-whatever", "bookworm"),
    ],
)
def test_no_replacement(name: str, release: str) -> None:
    assert index(release).replacement(name) is None


def test_virtual_names() -> None:
    bookworm = index("bookworm")
    verdict = bookworm.verdict("netcat")
    assert verdict.status == "ambiguous" and set(verdict.providers) == {"netcat-openbsd", "netcat-traditional"}
    replacement = bookworm.replacement("netcat")
    assert replacement is not None and replacement.confidence == "likely"
    assert index("bullseye").verdict("netcat").status == "ok"
    assert index("trixie").verdict("libglib2.0-0").package == "libglib2.0-0t64"
    assert bookworm.verdict("yarn").package == "cmdtest"
    assert "not the JavaScript" in (bookworm.note("yarn") or "")


def test_facts_of_a_package() -> None:
    fact = index("bullseye").lookup("libssl1.1")
    assert fact is not None and fact.source == "openssl" and fact.component == "main"
    assert {version.pocket for version in fact.versions} == {"", "security"}
    unrar = index("bookworm").verdict("unrar")
    assert unrar.status == "component" and unrar.fact is not None and unrar.fact.component == "non-free"
    assert index("trixie").releases_with("software-properties-common")[:2] == ("bullseye", "bookworm")
    bash = index("trixie").lookup("bash")
    assert bash is not None and bash.essential
    gl = index("bookworm").lookup("libgl1-mesa-glx")
    assert gl is not None and gl.transitional


def test_commands() -> None:
    assert index("trixie").provides_command("python") == ("python-is-python3",)
    assert index("bookworm").provides_command("pip3") == ("python3-pip",)
    assert index("bookworm").provides_command("python3") == ("python3-minimal",)
    assert index("trixie").provides_command("yarn") == ()
    assert index("trixie").provides_command("java")[0] == "default-jre-headless"
    assert index("trixie").provides_command("add-apt-repository") == ()
    assert index("bookworm").provides_command("add-apt-repository") == ("software-properties-common",)
    assert index("bookworm").provides_command("git") == ("git",)


def test_regular_expressions() -> None:
    bookworm = index("bookworm")
    # as apt-get -s install answered: the first installs a compiler, the second nothing, both exit with 0
    assert bookworm.matches_regex("g++-7")[0].startswith("librust-clang-sys")
    assert bookworm.matches_regex("python3.6")
    assert index("trixie").matches_regex("g++-8") and index("trixie").matches_regex("gcc-4.8")
    assert bookworm.matches_regex("libglew2.1") == ()
    assert bookworm.matches_regex("curl") == ()  # no special character
    assert bookworm.matches_regex("gcc-4.(") == ()  # no valid expression


def test_base_packages() -> None:
    # the manifests of the published root file systems
    assert len(index("bullseye").base_packages()) == 96
    assert len(index("bookworm").base_packages()) == 88
    assert len(index("trixie").base_packages()) == 78
    assert "adduser" in index("bookworm").base_packages() and "adduser" not in index("trixie").base_packages()


def test_families_need_a_member() -> None:
    assert relative("php7.1-curl", lambda name: name == "php-curl") == (
        "php-curl",
        "php-curl is made for the PHP of this release",
    )
    assert relative("php7.1-curl", lambda name: False) is None
    assert relative("libapache2-mod-php5", {"libapache2-mod-php"}.__contains__) is not None
    assert relative("postgresql-contrib-9.6", {"postgresql-contrib"}.__contains__) is not None
    assert relative("postgresql-9.6-postgis-2.3", {"postgresql-postgis"}.__contains__) is not None
    assert relative("postgresql-contrib", {"postgresql-contrib"}.__contains__) is None
    assert relative("python3-numpy", {"python3-numpy", "python3-python3-numpy"}.__contains__) is None
    assert relative("gcc-multilib", {"gcc"}.__contains__) is None


def test_support_dates() -> None:
    bookworm = release_info("debian", "bookworm")
    assert bookworm is not None and bookworm.eol == "2026-07-11" and bookworm.lts == "2028-06-30"
    assert bookworm.supported("2027-01-01") is True and bookworm.supported("2029-01-01") is False
    buster = release_info("debian", "buster")
    assert buster is not None and buster.archived is not None and buster.archived > "2025-06-01"
    focal = release_info("ubuntu", "focal")
    assert focal is not None and focal.supported("2025-06-30") is False
    alpine = release_info("alpine", "3.16")
    assert alpine is not None and alpine.eol == "2024-05-23"
    forky = release_info("debian", "forky")
    assert forky is not None and forky.supported("2026-11-01") is None
    assert release_info("debian", "nonsense") is None
