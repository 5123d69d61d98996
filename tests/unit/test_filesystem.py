"""Which files are where in a stage."""

from __future__ import annotations

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.filesystem import FileSystem, View
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source

FILES = {
    "package.json": "",
    "app/main.js": "",
    "app/lib/util.js": "",
    "app/dist/out.js": "",
    "docs/readme.md": "",
    "a.txt": "",
    "b.txt": "",
    ".dockerignore": "**/dist\n",
}


def files(text: str, stage: int = -1, **args: str) -> View:
    context = MemoryContext(FILES)
    build = Build(parse(Source(text)), BuildConfig(args=args), context)
    system = FileSystem(build, lambda step, view: ())
    return system.after(build.stages[stage])


def where(text: str, path: str, **args: str) -> str:
    place = files(text, **args).find(path)
    return place.path if place.kind == "context" else place.kind


@pytest.mark.parametrize(
    ("copy", "path", "expected"),
    [
        ("COPY app /srv", "/srv/main.js", "app/main.js"),
        ("COPY app /srv/", "/srv/lib/util.js", "app/lib/util.js"),
        ("COPY app /srv", "/srv/app/main.js", "absent"),
        ("COPY app /srv", "/srv/dist/out.js", "absent"),
        ("COPY . .", "/w/app/main.js", "app/main.js"),
        ("COPY . .", "/w/app/dist/out.js", "absent"),
        ("COPY ./app/ ./", "/w/main.js", "app/main.js"),
        ("COPY a.txt /x", "/x", "a.txt"),
        ("COPY a.txt /x/", "/x/a.txt", "a.txt"),
        ("COPY a.txt b.txt sub", "/w/sub/b.txt", "b.txt"),
        ("COPY *.txt ./t/", "/w/t/a.txt", "a.txt"),
        ("COPY ap? ./t/", "/w/t/main.js", "app/main.js"),
        ("COPY missing ./t", "/w/t/x", "unknown"),
        ("COPY app/gone ./t", "/w/t/x", "unknown"),
        ("COPY --parents app/main.js ./t/", "/w/t/app/main.js", "app/main.js"),
        ("COPY --parents ./app/./lib ./t/", "/w/t/lib/util.js", "app/lib/util.js"),
        ("COPY --exclude=*.js app ./t", "/w/t/main.js", "absent"),
        ("COPY ../app /srv", "/srv/main.js", "app/main.js"),
        ("ADD app /srv", "/srv/main.js", "app/main.js"),
        ("ADD x.tar.gz /srv", "/srv/main.js", "unknown"),
        ("ADD https://example.org/x /srv/x", "/srv/x", "unknown"),
        ("COPY $NAME /srv", "/srv/x", "unknown"),
        ("COPY app $NAME", "/srv/x", "unknown"),
        ("COPY --from=nginx /a /srv", "/srv/x", "unknown"),
        ("COPY --from=nginx /a /srv", "/other/x", "absent"),
        ("COPY <<EOF /srv/note\nhi\nEOF", "/srv/note", "made"),
        ("COPY app /srv\nCOPY docs /srv", "/srv/main.js", "app/main.js"),
        ("COPY app /srv\nCOPY docs /srv", "/srv/readme.md", "docs/readme.md"),
    ],
)
def test_copies(copy: str, path: str, expected: str) -> None:
    assert where(f"FROM node:22\nWORKDIR /w\n{copy}\n", path) == expected


def test_arguments_decide() -> None:
    text = "FROM node:22\nARG NAME\nCOPY ${NAME} /srv\n"
    assert where(text, "/srv/main.js", NAME="app") == "app/main.js"
    assert where(text, "/srv/main.js") == "unknown"


def test_stages() -> None:
    text = (
        "FROM node:22 AS one\nCOPY app /app\nFROM one AS two\nCOPY docs /app/docs\n"
        "FROM debian AS three\nCOPY --from=two /app /srv\nCOPY --from=0 /app/main.js /bin/start\n"
        "COPY --from=two /app/docs/readme.md /srv/docs2/\nCOPY --from=two /app/* /glob/\n"
    )
    assert where(text, "/srv/lib/util.js") == "app/lib/util.js"
    assert where(text, "/srv/docs/readme.md") == "docs/readme.md"
    assert where(text, "/bin/start") == "app/main.js"
    assert where(text, "/srv/docs2/readme.md") == "docs/readme.md"
    assert where(text, "/srv/nothing") == "absent"
    assert where(text, "/glob/main.js") == "unknown"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("scratch", "absent"),
        ("node:22-slim@sha256:0", "absent"),
        ("docker.io/library/debian", "absent"),
        ("gcr.io/distroless/nodejs22", "absent"),
        ("node:8-onbuild", "unknown"),
        ("registry.example.org/team/base:1", "unknown"),
        ("${BASE}", "unknown"),
    ],
)
def test_base_images(base: str, expected: str) -> None:
    assert where(f"FROM {base}\n", "/app/x") == expected


def test_triggers_and_contexts_by_name() -> None:
    text = "FROM node:22 AS base\nONBUILD COPY app /app\nFROM base\n"
    assert where(text, "/app/main.js") == "app/main.js"
    build = Build(
        parse(Source("FROM x\nCOPY --from=other / /o\n")), BuildConfig(contexts={"x": "y", "other": "z"}), None
    )
    assert FileSystem(build).after(build.stages[0]).find("/o/1").kind == "unknown"


def test_mounts_are_there_during_their_step_only() -> None:
    text = (
        "FROM node:22 AS a\nCOPY docs /d\nFROM node:22\nWORKDIR /w\n"
        "RUN --mount=type=bind,source=app,target=src --mount=type=bind,from=a,source=/d,target=/docs "
        "--mount=type=cache,target=/cache true\n"
    )
    build = Build(parse(Source(text)), None, MemoryContext(FILES))
    seen: list[tuple[str, str, str]] = []

    def runs(step: object, view: View) -> tuple[()]:
        seen.append(
            tuple(view.find(p).path or view.find(p).kind for p in ("/w/src/main.js", "/docs/readme.md", "/cache/x"))
        )  # type: ignore[arg-type]
        return ()

    system = FileSystem(build, runs)
    after = system.after(build.stages[1])
    assert seen == [("app/main.js", "docs/readme.md", "unknown")]
    assert after.find("/w/src/main.js").kind == "absent"


def test_without_knowledge_of_runs_anything_may_be_there() -> None:
    build = Build(parse(Source("FROM node:22\nCOPY app /app\nRUN make\n")), None, MemoryContext(FILES))
    view = FileSystem(build).after(build.stages[0])
    assert view.find("/app/main.js").path == "app/main.js"
    assert view.has("/app/other.js") is None


def test_before_a_step_and_who_brings_a_file() -> None:
    text = "FROM node:22\nCOPY app /app\nRUN true\nCOPY docs /app/docs\n"
    build = Build(parse(Source(text)), None, MemoryContext(FILES))
    system = FileSystem(build, lambda step, view: ())
    run = next(step for step in build.stages[0].steps if isinstance(step.node, Run))
    assert system.before(run).has("/app/docs/readme.md") is False
    view = system.after(build.stages[0])
    step = view.bringer("/app/docs/readme.md")
    assert step is not None and step.index == 2
    assert view.bringer("/elsewhere") is None
