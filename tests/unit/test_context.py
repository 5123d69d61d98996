"""The build context: the same answers from disk and from memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dflint.context import Disk, DiskContext, MemoryContext
from dflint.context import disk as disk_module
from dflint.context.paths import go_clean, normalise

if TYPE_CHECKING:
    from dflint.context import Context

FILES = {"package.json": "{}", "src/a.ts": "a\r\nb", "src/lib/b.ts": "", "Case.txt": "x", "empty/": ""}


def on_disk(root: Path, files: dict[str, str], links: dict[str, str] | None = None) -> DiskContext:
    for path, text in files.items():
        target = root / path
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
    for path, to in (links or {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(to)
    return DiskContext(str(root))


@pytest.fixture(params=["disk", "memory"])
def context(request: pytest.FixtureRequest, tmp_path: Path) -> Context:
    return on_disk(tmp_path, FILES) if request.param == "disk" else MemoryContext(FILES)


def test_looking(context: Context) -> None:
    assert context.exists("")
    assert context.is_dir("")
    assert context.exists("src")
    assert context.is_dir("src")
    assert not context.is_file("src")
    assert context.is_file("src/a.ts")
    assert not context.exists("src/none")
    assert not context.exists("package.json/x")
    assert context.is_dir("empty")
    assert context.listdir("") == ("Case.txt", "empty", "package.json", "src")
    assert context.listdir("src") == ("a.ts", "lib")
    assert context.listdir("empty") == context.listdir("none") == context.listdir("package.json") == ()
    assert context.readable("src")
    assert context.real("./src/../src/a.ts") == "src/a.ts"
    assert context.real("none") is None


def test_paths_are_normalised_and_cannot_leave(context: Context) -> None:
    for path in (
        "/src/a.ts",
        "./src/a.ts",
        "src//a.ts",
        "src/./a.ts",
        "../src/a.ts",
        "src/../../src/a.ts",
        "src/a.ts/",
    ):
        assert context.is_file(path), path


def test_case_is_exact(context: Context) -> None:
    assert context.exists("Case.txt")
    assert not context.exists("case.txt")


def test_reading_keeps_every_byte(context: Context) -> None:
    assert context.read("src/a.ts") == "a\r\nb"
    assert context.read("src/a.ts", limit=4) == "a\r\nb"
    assert context.read("src/a.ts", limit=3) is None
    assert context.read("src") is None
    assert context.read("none") is None
    assert context.read("src/lib/b.ts") == ""


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\x00")
    assert DiskContext(str(tmp_path)).read("x") == "\udcff\x00"


LINKED = {"real/f": "f", "top": "t"}
LINKS = {
    "dir": "real",
    "file": "real/f",
    "real/up": "../top",
    "chain": "dir/up",
    "broken": "nowhere",
    "loop": "loop",
    "a": "b",
    "b": "a",
    "out": "../elsewhere",
    "absolute": "/etc/hostname",
    "self": ".",
}


@pytest.fixture(params=["disk", "memory"])
def linked(request: pytest.FixtureRequest, tmp_path: Path) -> Context:
    root = tmp_path / "root"
    return on_disk(root, LINKED, LINKS) if request.param == "disk" else MemoryContext(LINKED, links=LINKS)


def test_links_inside_are_followed(linked: Context) -> None:
    assert linked.is_dir("dir")
    assert linked.read("dir/f") == "f"
    assert linked.read("file") == "f"
    assert linked.read("chain") == "t"
    assert linked.real("dir/up") == "top"
    assert linked.listdir("dir") == ("f", "up")
    assert linked.is_link("dir")
    assert not linked.is_link("dir/f")
    assert linked.read("self/self/self/top") == "t"


def test_a_broken_link_is_missing_and_what_cannot_be_known_exists(linked: Context) -> None:
    assert not linked.exists("broken")
    for path in ("loop", "a", "b", "out", "out/x", "absolute"):
        assert linked.exists(path), path
        assert not linked.is_file(path)
        assert not linked.is_dir(path)
        assert not linked.readable(path)
        assert linked.read(path) is None
        assert linked.real(path) is None


def test_globs_over_links(linked: Context) -> None:
    assert linked.glob("dir/*") == ("dir/f", "dir/up")  # the folder before the first wildcard is followed
    assert linked.glob("*/f") == ("real/f",)  # a folder met on the walk is not


def test_executable(tmp_path: Path) -> None:
    context = on_disk(tmp_path, {"run.sh": "", "plain": ""}, {"link": "run.sh"})
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "plain").chmod(0o644)
    assert [context.executable(name) for name in ("run.sh", "link", "plain", "none")] == [True, True, False, None]
    memory = MemoryContext({"run.sh": "", "plain": "", "other": ""}, modes={"run.sh": 0o755, "plain": 0o644})
    assert [memory.executable(name) for name in ("run.sh", "plain", "other")] == [True, False, None]


def test_a_folder_that_cannot_be_listed_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = on_disk(tmp_path, {"open/f": "", "shut/f": ""})
    listing = disk_module._list
    monkeypatch.setattr(disk_module, "_list", lambda folder: None if folder.endswith("shut") else listing(folder))
    assert context.is_dir("shut")
    assert not context.readable("shut")
    assert context.exists("shut/f")
    assert context.exists("shut/anything/at/all")
    assert not context.is_file("shut/f")
    assert not context.readable("shut/f")
    assert context.listdir("shut") == ()
    assert context.is_file("open/f")


def test_a_root_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    context = DiskContext(str(tmp_path / "none"))
    assert context.exists("a")
    assert not context.readable("")
    assert context.ignore_file is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / ".dockerignore")
    context = DiskContext(str(tmp_path))
    assert context.exists("pipe")
    assert not context.is_file("pipe")
    assert context.read("pipe") is None
    assert context.ignore_file is None
    assert disk_module.read_text(str(tmp_path / "pipe")) is None


def test_each_folder_is_listed_once_per_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disk(tmp_path, FILES)
    listed: list[str] = []
    listing = disk_module._list
    monkeypatch.setattr(disk_module, "_list", lambda folder: listed.append(folder) or listing(folder))
    disk = Disk()
    for _ in range(3):
        context = DiskContext(str(tmp_path), disk=disk)
        context.exists("src/a.ts")
        context.glob("src/*")
        context.exists("src/lib/none")
    assert sorted(listed) == sorted({str(tmp_path), str(tmp_path / "src"), str(tmp_path / "src/lib")})


def test_nothing_is_looked_up_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> None:
        raise AssertionError(folder)

    monkeypatch.setattr(disk_module, "_list", refuse)
    monkeypatch.setattr(disk_module, "read_text", refuse)
    DiskContext("/nowhere", dockerfile="/nowhere/Dockerfile")


def test_the_ignore_file_lies_beside_a_dockerfile_elsewhere(tmp_path: Path) -> None:
    on_disk(tmp_path, {"ctx/a": "", "ctx/.dockerignore": "b\n", "docker/x.Dockerfile.dockerignore": "a\n"})
    own = str(tmp_path / "docker/x.Dockerfile")
    context = DiskContext(str(tmp_path / "ctx"), dockerfile=own)
    assert context.ignore_file == own + ".dockerignore"
    assert context.ignored("a")
    assert not context.ignored("b")


def test_the_ignore_file_is_shown_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disk(tmp_path, {".dockerignore": "a\n", "sub/.dockerignore": "a\n"})
    monkeypatch.chdir(tmp_path)
    assert [DiskContext(root).ignore_file for root in ("", ".", "sub")] == [
        ".dockerignore",
        ".dockerignore",
        "sub/.dockerignore",
    ]


# -- laws ---------------------------------------------------------------------------------------------------------

NAMES = ["a", "b", "c.md", "[x]", "é"]
PATH = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
ASKED = st.lists(st.sampled_from([*NAMES, "..", "."]), min_size=1, max_size=4).map("/".join)
PATTERN = st.lists(st.sampled_from([*NAMES, "*", "?", "*.md", "[a-b]", "**", r"\[x\]"]), min_size=1, max_size=3)
IGNORES = st.lists(st.sampled_from(["a", "*", "!a", "**/b", "!**/c.md", "b/*", "a/b", "[", "#a"]), max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(PATH, max_size=6),
    st.dictionaries(PATH, st.sampled_from(["a", "../a", "b/a", ".", "c.md", "../../..", "/a"]), max_size=2),
    IGNORES,
    st.lists(ASKED, min_size=1, max_size=8),
    PATTERN.map("/".join),
)
def test_memory_is_disk(
    tmp_path_factory: pytest.TempPathFactory,
    paths: set[str],
    links: dict[str, str],
    ignores: list[str],
    asked: list[str],
    pattern: str,
) -> None:
    files = {".dockerignore": "\n".join(ignores)}
    for path in sorted(paths, key=len, reverse=True):
        if not any(other.startswith(path + "/") for other in files):
            files[path] = path
    links = {
        path: to
        for path, to in links.items()
        if not any(path == other or path.startswith(other + "/") or other.startswith(path + "/") for other in files)
    }
    links = {p: to for p, to in links.items() if not any(p != o and p.startswith(o + "/") for o in links)}
    disk: Context = on_disk(tmp_path_factory.mktemp("root"), files, links)
    memory: Context = MemoryContext(files, links=links)
    for path in asked:
        for question in ("exists", "is_dir", "is_file", "is_link", "readable", "listdir", "read", "real", "ignored"):
            assert getattr(disk, question)(path) == getattr(memory, question)(path), (question, path)
        assert disk.sent(path) == memory.sent(path)
        assert disk.ignore_line(path) == memory.ignore_line(path)
    assert disk.glob(pattern) == memory.glob(pattern)
    assert disk.glob_raw(pattern) == memory.glob_raw(pattern)


@given(st.text(alphabet="ab./", max_size=12))
def test_normalise_is_a_projection(path: str) -> None:
    clean = normalise(path)
    assert normalise(clean) == clean
    assert normalise("/" + path) == clean
    assert ".." not in clean.split("/")
    assert clean == ("" if go_clean("/" + path) == "/" else go_clean("/" + path)[1:])


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("", "."),
        ("/", "/"),
        ("a/../..", ".."),
        ("../../a", "../../a"),
        ("/../a", "/a"),
        ("a/b/../c/", "a/c"),
        (".a", ".a"),
    ],
)
def test_go_clean(path: str, clean: str) -> None:
    assert go_clean(path) == clean


def test_importing_it_is_light() -> None:
    code = "import sys; import dflint.context, dflint.context.discover; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"yaml", "pathspec", "json", "pathlib", "re", "typing", "dataclasses", "inspect", "dflint.context.compose"}
    started = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not (heavy & set(loaded)) - set(started)
