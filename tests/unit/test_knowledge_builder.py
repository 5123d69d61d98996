"""The builder of the knowledge file, on small made-up indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

import dflint.knowledge
from dflint.devtools.knowledge import bases, build, contents, debian, nearest, pack, rows, tables, tags
from dflint.knowledge._store import Store, shipped
from dflint.knowledge.debian import PackageIndex

FIXTURES = Path(__file__).parents[2] / "fixtures" / "knowledge"


def read(name: str, component: str = "main", architecture: str = "amd64", pocket: str = "") -> debian.Index:
    text = (FIXTURES / "indexes" / f"{name}.Packages").read_text("utf-8")
    return debian.Index(component, architecture, pocket, list(debian.parse(text)))


@pytest.fixture(scope="module")
def old() -> debian.Release:
    return debian.Release("old", [read("old")])


@pytest.fixture(scope="module")
def new() -> debian.Release:
    return debian.Release(
        "new",
        [
            read("new"),
            read("new-security", pocket="security"),
            read("new-backports", pocket="backports"),
            read("new-contrib", component="contrib"),
            read("new-arm64", architecture="arm64"),
        ],
    )


@pytest.fixture(scope="module")
def store(old: debian.Release, new: debian.Release, tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("knowledge") / "small.bin"
    path.write_bytes(packed([old, new]))
    return Store(str(path))


def packed(releases: list[debian.Release]) -> bytes:
    header = [("releases", "old new"), ("closed", "old"), ("date.old", "Sat, 01 Jan 2000 00:00:00 UTC")]
    sections = [
        pack.Table("packages", rows.package_rows(releases), rows.COLUMNS, 4),
        pack.Table("replacements", dict(computed(releases)), ("releases", "package", "code", "why")),
        pack.Table("notes", {"tool": "1\tit is a trap"}, ("releases", "note")),
        pack.Table("patterns", {}, ("releases", "names")),
        pack.Table("commands", {"tool": "", "maild": "exim,postfix:2", "trap": "exim"}, ("packages",)),
        pack.Table("alternatives", {"maild": "postfix +tool +nothing", "trap": "-", "mail": "+exim"}, ("packages",)),
        pack.Table("curated", {"libfoo1": "1\texim\tc\tit says so"}, ("releases", "package", "code", "why")),
        pack.Table("bases", {"packages:debian:new": "base libfoo2"}, ("words",)),
    ]
    return pack.pack(header, sections)


def computed(releases: list[debian.Release]) -> dict[str, str]:
    return {
        name: "\n".join(f"{number}\t{answer.name}\t{answer.code}\t" for number, answer in found.items())
        for name, found in nearest.answers(releases)
    }


# -- versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("1.0", "1.1"),
        ("1.9", "1.10"),
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0-1"),
        ("1.0-1", "1.0-1+b1"),
        ("2.0", "1:1.0"),
        ("1.0-1~bpo1", "1.0-1"),
        ("1.0a", "1.0+"),
        ("0", "0a"),
        ("1.2.3-4-1", "1.2.3-4-2"),
        ("1.0-1+deb11u2", "1.0-1+deb11u13"),
    ],
)
def test_version_order(smaller: str, larger: str) -> None:
    assert debian.compare_versions(smaller, larger) < 0 < debian.compare_versions(larger, smaller)


@pytest.mark.parametrize(("a", "b"), [("1.0", "0:1.0"), ("1.0", "1.00"), ("1.0-0", "1.0")])
def test_equal_versions(a: str, b: str) -> None:
    assert debian.compare_versions(a, b) == 0


# -- reading and merging indexes -------------------------------------------------------------------


def test_parse_takes_first_lines_only() -> None:
    stanzas = {stanza["Package"]: stanza for stanza in read("old").stanzas}
    assert stanzas["exim"]["Description"] == "a mail agent"
    assert len(stanzas) == 9
    assert stanzas["tool"]["Version"] == "2:1.0~rc1-1"


def test_relation_names() -> None:
    field = "a (>= 1), b:any | c [amd64], d"
    assert debian.relation_names(field) == [["a"], ["b", "c"], ["d"]]
    assert debian.relation_names("") == []


def test_candidate_is_the_newest_outside_backports(new: debian.Release) -> None:
    tool = new.candidate("tool")
    security = new.candidate("libfoo2")
    assert tool is not None and tool.version == "2:1.0-1"
    assert security is not None and (security.version, security.pocket) == ("2.0-1+deb1", "security")
    assert [offer.version for offer in new.offers["tool"]] == ["2:2.0-1~bpo1", "2:1.0-1"]
    assert new.candidate("nothing") is None


def test_providers_by_priority_then_last_mention(old: debian.Release, new: debian.Release) -> None:
    assert old.providers["mail-agent"] == ["postfix", "exim"]
    assert new.providers["mail-agent"][0] == "postfix"  # standard beats optional
    assert new.providers["libbar3"] == ["libbar3t64"]


def test_names_that_are_only_mentioned(old: debian.Release, new: debian.Release) -> None:
    assert {"other", "gone-for-good"} <= old.referenced
    assert "mail-agent" not in old.referenced
    assert "not-free-stuff" not in new.referenced  # contrib mentions it, main does not


def test_architectures(new: debian.Release) -> None:
    assert set(new.only_arm64) == {"grub-arm"}
    assert "libfoo2" not in new.arm64


# -- the file --------------------------------------------------------------------------------------


def test_round_trip(store: Store, new: debian.Release) -> None:
    index = PackageIndex(store, "new")
    fact = index.lookup("libfoo2")
    assert fact is not None
    assert fact.kind == "real" and fact.component == "main" and fact.source == "foo"
    assert [(version.text, version.pocket) for version in fact.versions] == [("2.0-1+deb1", "security"), ("2.0-1", "")]
    assert fact.architectures == ("amd64",)
    for name in new.offers:
        known = index.lookup(name)
        assert known is not None and known.kind == "real", name
    virtual = index.lookup("mail-agent")
    assert virtual is not None and virtual.kind == "virtual" and len(virtual.providers) == 3
    assert index.lookup("no-such-name") is None
    base = index.lookup("base")
    assert base is not None and base.essential and base.architectures == ("amd64", "arm64")


def test_rows_of_several_releases(store: Store) -> None:
    old_index, new_index = PackageIndex(store, "old"), PackageIndex(store, "new")
    assert old_index.lookup("libfoo2") is None
    assert old_index.lookup("libfoo1") is not None and new_index.lookup("libfoo1") is None
    assert old_index.releases_with("exim") == ("old", "new")
    assert new_index.releases_with("tool-extra") == ()  # backports only
    assert (old_index.closed, new_index.closed) == (True, False)
    assert old_index.date.startswith("Sat")


def test_verdicts(store: Store) -> None:
    old_index, index = PackageIndex(store, "old"), PackageIndex(store, "new")
    found = {name: index.verdict(name).status for name in ("exim", "libbar3", "mail-agent", "fonts-fancy", "x")}
    assert found == {
        "exim": "ok",
        "libbar3": "ok",
        "mail-agent": "ambiguous",
        "fonts-fancy": "component",
        "x": "missing",
    }
    assert index.verdict("libbar3").package == "libbar3t64"
    assert index.verdict("mail-agent").providers == ("postfix", "exim")
    assert index.verdict("fonts-fancy", {"main", "contrib"}).status == "ok"
    assert index.verdict("tool-extra").status == "pocket"
    assert index.verdict("tool-extra", backports=True).status == "ok"
    assert index.verdict("grub-arm").status == "architecture"
    assert index.verdict("grub-arm", architecture="arm64").status == "ok"
    assert index.verdict("librust-x-dev").status == "unknown"
    assert old_index.verdict("gone-for-good").status == "no-candidate"


def test_pattern_search(store: Store) -> None:
    old_index, new_index = PackageIndex(store, "old"), PackageIndex(store, "new")
    assert old_index.matches_regex("lib[f]oo") == ("libfoo-dev", "libfoo1")
    assert new_index.matches_regex("libfoo.") == ("libfoo-dev", "libfoo2")
    assert new_index.matches_regex("^exim$") == ("exim",)
    assert new_index.matches_regex("x[^q]p") == ()  # does not reach from one name into the next
    assert new_index.matches_regex("LIBF?oo-dev+") == ("libfoo-dev",)
    assert old_index.matches_regex("libfoo|exi.") == ("exim", "libfoo-dev", "libfoo1")
    assert new_index.matches_regex("exim") == () and new_index.matches_regex("li.b(") == ()


def test_small_answers(store: Store) -> None:
    index = PackageIndex(store, "new")
    assert index.provides_command("tool") == ("tool",)
    assert index.provides_command("maild") == ("postfix", "tool", "exim")
    assert PackageIndex(store, "old").provides_command("maild") == ("tool", "exim")
    assert index.provides_command("mail") == ("exim",)
    assert index.provides_command("nothing") == index.provides_command("trap") == ()
    replacement = index.replacement("libfoo1")
    assert replacement is not None and (replacement.name, replacement.why) == ("exim", "it says so")
    assert index.note("tool") == "it is a trap" and PackageIndex(store, "old").note("tool") is None
    assert index.base_packages() == {"base", "libfoo2"}


def test_same_input_same_bytes(old: debian.Release, new: debian.Release) -> None:
    assert packed([old, new]) == packed([old, new])
    again = debian.Release("old", [read("old")])
    assert packed([old, new]) == packed([again, new])


def test_separators_are_refused() -> None:
    with pytest.raises(ValueError, match="separator"):
        pack.pack([], [pack.Table("t", {"a\nb": "c"}, ())])


def test_section_of_many_blocks(tmp_path: Path) -> None:
    table = {f"key{number:04}": f"value {number}" for number in range(0, 1000, 2)}
    path = tmp_path / "many.bin"
    path.write_bytes(pack.pack([("a", "b c")], [pack.Table("t", table, ("x", "y"), 7), pack.Table("e", {}, ())]))
    store = Store(str(path))
    section = store.section("t")
    assert section.columns == ("x", "y") and store.words("a") == ("b", "c")
    assert all(section.get(key) == value for key, value in table.items())
    assert [section.get(key) for key in ("", "key", "key0001", "key0999", "zzz")] == [None] * 5
    assert dict(section.items()) == table
    assert list(section.keys_near("")) == sorted(table)
    assert "key0100" in section.keys_near("key0100") and not list(section.keys_near("nowhere"))
    assert store.section("e").get("anything") is None
    with pytest.raises(KeyError):
        store.section("nothing")


def test_not_a_knowledge_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"something else altogether")
    with pytest.raises(ValueError, match="not a knowledge file"):
        Store(str(path))


# -- commands --------------------------------------------------------------------------------------


def test_contents_lines() -> None:
    lines = (FIXTURES / "contents" / "new-amd64").read_text("utf-8").splitlines(keepends=True)
    assert dict(contents.parse_contents(lines)) == {
        "base": ["base"],
        "tool": ["tool"],
        "foo-config": ["libfoo-dev"],
        "with space": ["tool"],
        "maild": ["exim", "postfix"],
    }


def test_commands_of_a_release(new: debian.Release) -> None:
    found = contents.read_commands([FIXTURES / "contents" / "new-amd64"], new)
    assert found["maild"] == {"exim", "postfix"}


def test_inferred_commands(old: debian.Release, new: debian.Release) -> None:
    middle = debian.Release("middle", [read("old"), read("new")])
    before = {"tool": {"tool"}, "gone": {"exim"}, "foo1": {"libfoo1"}}
    after = {"tool": {"tool"}, "foo2": {"libfoo2"}, "only-new": {"exim"}}
    sure, doubtful = contents.infer_commands(middle, [(old, before), (new, after)])
    assert sure == {"tool": {"tool"}, "foo1": {"libfoo1"}, "foo2": {"libfoo2"}}
    assert doubtful == {"gone": {"exim"}, "only-new": {"exim"}}


def test_command_rows() -> None:
    found = {"old": {"tool": {"tool"}}, "new": {"tool": {"tool"}, "maild": {"exim", "postfix"}}}
    table = contents.command_rows(["old", "new"], found)
    assert table == {"tool": "", "maild": "exim:2,postfix:2"}
    assert contents.read_rows(["old", "new"], table.items()) == found


def test_bases_from_their_own_rows() -> None:
    sets = {"new": {"debian": frozenset({"base"}), "essential": frozenset({"base"})}}
    commands = {"new": {"tool": {"tool"}, "sh": {"base"}}}
    before = bases.base_rows(sets, commands, {"new": {"odd": {"base"}}}, {})
    assert before["commands:debian:new"] == "sh" and before["maybe:debian:new"] == "odd"
    assert bases.refresh(before, commands, {}) == before
    after = bases.refresh(before, commands, {"odd": ["base"], "nothing": ["tool"]})
    assert after["commands:debian:new"] == "odd sh" and after["maybe:debian:new"] == ""


def test_commands_of_a_base() -> None:
    commands = {"tool": {"tool"}, "maild": {"exim", "postfix"}}
    assert bases.brought(frozenset({"exim"}), commands, {"mail": ["exim"]}) == {"maild", "mail"}


# -- replacements ----------------------------------------------------------------------------------


def test_nearest(old: debian.Release, new: debian.Release) -> None:
    found = dict(nearest.answers([old, new]))
    assert found["libfoo1"] == {1: nearest.Answer("libfoo2", "S")}
    assert found["libfoo2"] == {0: nearest.Answer("libfoo1", "S")}
    assert found["libgl-mesa"] == {1: nearest.Answer("libgl1", "D")}
    assert found["db-client-13"] == {1: nearest.Answer("db-client-15", "f")}
    assert "libbar3" not in found  # provided
    assert "fonts-fancy" not in found


@pytest.mark.parametrize(
    ("a", "b"),
    [("libglew2.2", "libglew2.1"), ("libssl1.1", "libssl3t64"), ("libpng12-dev", "libpng-dev"), ("gcc-12", "gcc-9")],
)
def test_same_stem(a: str, b: str) -> None:
    assert nearest.stem(a) == nearest.stem(b)


@pytest.mark.parametrize(("a", "b"), [("lib32gcc-9-dev", "libgcc-9-dev"), ("libglew-dev", "libglew2.2")])
def test_other_stem(a: str, b: str) -> None:
    assert nearest.stem(a) != nearest.stem(b)


def test_curated_replacements(monkeypatch: pytest.MonkeyPatch, old: debian.Release, new: debian.Release) -> None:
    mine = [
        tables.Curated("libfoo1", frozenset({1}), "exim", False, "it says so"),
        tables.Curated("tool", frozenset({0, 1}), "exim", True, "not used: the releases have tool"),
        tables.Curated("elsewhere", frozenset({0, 1}), "no-such-package", True, "not used: nobody has it"),
        tables.Curated("removed", frozenset({0, 1}), "", True, "it was removed"),
        tables.Curated("removed", frozenset({1}), "exim", True, "not used: the first line counts"),
    ]
    monkeypatch.setattr(tables, "replacements", lambda names: mine)
    assert tables.curated_rows(["old", "new"], [old.offers, new.offers]) == {
        "libfoo1": "1\texim\tc\tit says so",
        "removed": "01\t\tC\tit was removed",
    }


def test_committed_tables_are_well_formed() -> None:
    names = ["bullseye", "bookworm", "trixie", "forky", "sid"]
    assert len(tables.replacements(names)) > 100
    assert tables.notes(names)["software-properties-common"].startswith("234\t")
    assert tables.alternatives()["yarn"] == "-" and "vim-tiny" in tables.links()["vi"]
    assert set(tables.image_rows()) >= {"node", "python", "debian", "alpine"}
    known = {"debian", "essential", *(row[0] for row in tables.read("bases.tsv"))}
    systems = {"@" + name for name in tables.system_words()}
    for cells in tables.read("images.tsv"):
        assert cells[2] in known | systems, cells
        assert cells[6] in ("yes", "no"), cells


def test_shipped_file_has_the_committed_tables() -> None:
    store = shipped()
    names = store.words("releases")
    for table in build.table_sections(names, rows.read_offers(store, names)):
        assert dict(store.section(table.name).items()) == table.rows, table.name


def test_a_file_made_from_itself_is_the_same(tmp_path: Path) -> None:
    path = Path(dflint.knowledge.__file__).parent / "data" / "knowledge.bin"
    assert build.refresh(path) == path.read_bytes()


def test_offers_out_of_the_rows(store: Store, old: debian.Release, new: debian.Release) -> None:
    assert rows.read_offers(store, ("old", "new")) == [set(old.offers), set(new.offers)]


# -- tags ------------------------------------------------------------------------------------------


def test_changes_of_a_tag() -> None:
    rows = [
        ("2020-01-01", "buster"),
        ("2020-02-01", "-"),
        ("2020-03-01", "buster"),
        ("2021-08-16", "?"),
        ("2021-08-16", "bullseye"),
        ("2022-01-01", "-"),
    ]
    assert tags.changes(rows) == [("2020-01-01", "buster"), ("2021-08-16", "bullseye")]
    assert tags.encode(tags.changes(rows)) == "200101buster,210816bullseye"


def test_rows_of_tags() -> None:
    table = [
        ("python", "3-slim", [("2021-08-16", "bullseye"), ("2023-06-13", "bookworm")]),
        ("python", "3-slim-bookworm", [("2023-06-13", "bookworm")]),  # says so itself
        ("python", "3.9.1", [("2020-12-08", "buster")]),
        ("python", "odd", [("2020-12-08", "?")]),
        ("alpine", "3.19", [("2023-12-07", "?")]),
        ("alpine", "3.20", [("2024-05-22", "?")]),
        ("alpine", "3.19.2", [("2024-07-01", "?")]),
    ]
    found, images, day = tags.tag_rows(table)
    assert found == {
        "python:3-slim": "210816bullseye,230613bookworm",
        "python:3.9.1": "buster",
        "alpine:latest": "231207alpine3.19,240522alpine3.20",
        "alpine:3": "231207alpine3.19,240522alpine3.20",
    }
    assert images == ["alpine", "python"] and day == "2024-07-01"
