"""What an install adds: the stored relations, the solver on a small made-up release, and apt's own answers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dflint.devtools.knowledge import debian, pack, relations, rows
from dflint.knowledge import packages, sizes
from dflint.knowledge._store import Store
from dflint.knowledge.debian import PackageIndex
from dflint.knowledge.relations import Needs, character, number
from dflint.knowledge.solver import Solution, solve

FIXTURES = Path(__file__).parents[2] / "fixtures" / "knowledge"


def made(texts: dict[str, str], path: Path) -> Store:
    releases = []
    for name, text in texts.items():
        releases.append(debian.Release(name, [debian.Index("main", "amd64", "", list(debian.parse(text)))]))
    needs, words = relations.relation_rows(releases)
    sections = [
        pack.Table("packages", rows.package_rows(releases), rows.COLUMNS, 4),
        pack.Table("relations", needs, relations.COLUMNS, 4),
        pack.Table("words", words, ("names",), 1),
    ]
    names = " ".join(texts)
    path.write_bytes(pack.pack([("releases", names), ("closed", names), ("relations", names)], sections))
    return Store(str(path))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PackageIndex:
    text = (FIXTURES / "indexes" / "solver.Packages").read_text("utf-8")
    path = tmp_path_factory.mktemp("solver") / "small.bin"
    return PackageIndex(made({"small": text}, path), "small")


def solved(index: PackageIndex, names: str, installed: str = "base", *, recommends: bool = True) -> Solution:
    solution = solve(index, names.split(), installed.split(), recommends=recommends)
    assert solution is not None
    return solution


def added(index: PackageIndex, names: str, installed: str = "base", *, recommends: bool = True) -> str:
    return " ".join(sorted(solved(index, names, installed, recommends=recommends).packages))


def needs_of(index: PackageIndex, name: str) -> Needs:
    found = index.needs(name)
    assert found is not None
    return found


# -- relations -------------------------------------------------------------------------------------


def test_relations_are_resolved_inside_the_release(index: PackageIndex) -> None:
    assert needs_of(index, "app").depends == (("libapp",), ("helper", "other-helper"), ("base",))
    assert needs_of(index, "app").recommends == (("extras",), ("extras-two",))
    assert needs_of(index, "needs-api").depends == (("versioned",),)
    assert needs_of(index, "needs-newer-api").depends == (("!",),)
    assert needs_of(index, "old-lib").conflicts == ("extras",)
    assert needs_of(index, "mail-a").conflicts == ("mail-agent",)
    assert needs_of(index, "foreign").depends == (("extras",),)
    assert index.needs("mail-agent") is None and index.needs("no-such-name") is None


def test_sizes_keep_three_digits(index: PackageIndex) -> None:
    found = [needs_of(index, name).size for name in ("helper", "app", "libapp", "loop")]
    assert found == [10, 1000, 12300, 0]
    assert [relations.size_text(size) for size in (0, 999, 1000, 99999, 1234567)] == [
        "0",
        "999",
        "100a",
        "100c",
        "123d",
    ]


def test_numbers_of_words() -> None:
    assert [number(character(at)) for at in range(60000)] == list(range(60000))
    assert not set(map(character, range(200))) & set("|=-! \t\n\0")


def test_rows_of_several_releases(tmp_path: Path) -> None:
    common = "Package: {}\nVersion: 1\nInstalled-Size: {}\nDepends: {}\n\n"
    texts = {
        "one": common.format("a", 5000, "b") + common.format("b", 7, ""),
        "two": common.format("b", 7, ""),
        "three": common.format("a", 5010, "c, b") + common.format("b", 9, "") + common.format("c", 1, ""),
    }
    store = made(texts, tmp_path / "three.bin")
    one, two, three = (PackageIndex(store, name) for name in texts)
    assert (needs_of(one, "a").size, needs_of(one, "a").depends) == (5000, (("b",),))
    assert two.needs("a") is None and one.needs("c") is None
    # a size that hardly changed is not stored again
    assert (needs_of(three, "a").size, needs_of(three, "a").depends) == (5000, (("c",), ("b",)))
    assert needs_of(three, "b").size == 9 and needs_of(three, "c").size == 1


# -- the solver ------------------------------------------------------------------------------------


def test_needs_and_recommendations(index: PackageIndex) -> None:
    assert added(index, "app") == "app extras extras-two helper libapp loop"
    assert added(index, "app", recommends=False) == "app helper libapp loop"
    assert solved(index, "app", recommends=False).kilobytes == 1000 + 12300 + 10
    assert added(index, "app", "base app") == ""
    assert added(index, "libapp", "") == "libapp loop"


def test_what_is_chosen_decides_alternatives(index: PackageIndex) -> None:
    assert added(index, "app other-helper", recommends=False) == "app libapp loop other-helper"
    # what is requested first chooses first
    assert added(index, "app wants-other", recommends=False) == "app helper libapp loop other-helper wants-other"
    assert added(index, "wants-other app", recommends=False) == "app libapp loop other-helper wants-other"
    assert added(index, "app", "base other-helper", recommends=False) == "app libapp loop"
    assert added(index, "tries") == "helper tries"


def test_providers(index: PackageIndex) -> None:
    assert added(index, "mailer") == "mail-b mailer"
    assert added(index, "mailer mail-a") == "mail-a mailer"
    assert added(index, "needs-api") == "needs-api versioned"
    assert solved(index, "mail-agent").missing == ("mail-agent",)


def test_names_that_do_not_exist(index: PackageIndex) -> None:
    solution = solved(index, "helper nothing")
    assert (solution.packages, solution.missing, solution.exact) == (("helper",), ("nothing",), False)
    assert solved(index, "helper").exact


def test_conflicts(index: PackageIndex) -> None:
    direct = solved(index, "helper gnutls-dev ssl-dev").conflicts
    assert [(c.first, c.second, c.packages) for c in direct] == [("gnutls-dev", "ssl-dev", ("gnutls-dev", "ssl-dev"))]
    needed = solved(index, "gnutls-dev uses-ssl").conflicts
    assert [(c.first, c.second, c.packages) for c in needed] == [("gnutls-dev", "uses-ssl", ("gnutls-dev", "ssl-dev"))]
    agents = solved(index, "sendmail-tools mail-b").conflicts
    assert [(c.first, c.second, c.packages) for c in agents] == [("sendmail-tools", "mail-b", ("mail-a", "mail-b"))]
    assert solved(index, "old-lib helper").conflicts == ()
    assert [(c.first, c.second) for c in solved(index, "old-lib extras").conflicts] == [("old-lib", "extras")]


def test_a_recommendation_gives_way(index: PackageIndex) -> None:
    solution = solved(index, "mail-b forward")
    assert sorted(solution.packages) == ["forward", "mail-b"]
    assert solution.exact


def test_a_need_that_cannot_be_met(index: PackageIndex) -> None:
    solution = solved(index, "needs-newer-api")
    assert solution.broken == ("needs-newer-api",) and not solution.exact


def test_what_must_go(index: PackageIndex) -> None:
    assert solved(index, "replaces-base", "base tool").removed == ("tool",)


def test_a_release_without_relations() -> None:
    sid = packages("sid")
    assert sid is not None and solve(sid, ["curl"]) is None


# -- apt's own answers -----------------------------------------------------------------------------


def test_the_shipped_file_agrees_with_apt() -> None:
    """480 lists; exact while the shipped indexes are those that apt answered from, nearly so when they are newer."""
    lines = gzip.decompress((FIXTURES / "apt-lists.tsv.gz").read_bytes()).decode().splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("#")]
    dates = {release[1:]: date for release, date in (row for row in cells if row[0].startswith("@"))}
    exact: dict[str, list[bool]] = {release: [] for release in dates}
    for release, recommends, names, installs in (row for row in cells if not row[0].startswith("@")):
        index = packages(release)
        assert index is not None
        solution = solve(index, names.split(), index.base_packages(), recommends=recommends == "yes")
        assert solution is not None
        want, got = set(installs.split()), set(solution.packages)
        exact[release].append(want == got)
        if index.date == dates[release]:
            real = sum(needs.size for name in want if (needs := index.needs(name)) is not None)
            assert abs(solution.kilobytes - real) <= real / 100, names
        else:
            assert len(want & got) >= 0.7 * len(want | got), names
    for release, found in exact.items():
        index = packages(release)
        assert index is not None and len(found) == 120
        assert index.date != dates[release] or sum(found) >= 0.98 * len(found), release


# -- sizes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "about 0.0 MB"),
        (1_240_000, "about 1.2 MB"),
        (9_960_000, "about 10 MB"),
        (12_400_000, "about 12 MB"),
        (312_400_000, "about 310 MB"),
        (999_700_000, "about 1.0 GB"),
        (1_340_000_000, "about 1.3 GB"),
    ],
)
def test_sizes_as_people_say_them(size: float, text: str) -> None:
    assert sizes.about(size) == text


@pytest.mark.parametrize(
    ("names", "real"),
    [
        ("curl", 12.0),
        ("ca-certificates curl gnupg wget", 38.1),
        ("libgl1 libglib2.0-0", 219.8),
        ("imagemagick", 97.0),
        ("python3 python3-pip python3-venv", 75.9),
        ("nginx supervisor", 59.5),
        ("ffmpeg", 482.5),
    ],
)
def test_estimates_against_real_layers(names: str, real: float) -> None:
    index = packages("bookworm")
    assert index is not None
    solution = solve(index, names.split(), index.base_packages(), recommends=False)
    assert solution is not None
    assert sizes.layer_bytes(index, solution.packages) / 1e6 == pytest.approx(real, rel=0.06)
    assert sizes.layer_bytes(index, solution.packages, slim=True) < real * 1e6


@pytest.mark.parametrize(
    ("release", "full", "slim"), [("bullseye", 128, 82.5), ("bookworm", 120, 76.6), ("trixie", 120, 79.1)]
)
def test_base_images_against_real_ones(release: str, full: float, slim: float) -> None:
    index = packages(release)
    assert index is not None
    assert sizes.base_bytes(index) / 1e6 == pytest.approx(full, rel=0.05)
    assert sizes.base_bytes(index, slim=True) / 1e6 == pytest.approx(slim, rel=0.05)


def test_lists_left_behind() -> None:
    assert sizes.apt_lists_bytes("trixie") == 21_700_000 and sizes.apt_lists_bytes("noble") is None
