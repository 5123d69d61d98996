"""Started files that the compiler writes to another place."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.nodeemits import misplaced
from dflint.rules._workspace import needs_of
from dflint.syntax import parse
from dflint.text import Source


def app(build: str = "tsc", *, config: str | None = None, **more: str) -> dict[str, str]:
    manifest = {
        "name": "app",
        "scripts": {"build": build, "start": "node dist/main.js"},
        "devDependencies": {"typescript": "^5"},
    }
    options = config or '{"compilerOptions": {"outDir": "dist"}}'
    return {
        "package.json": json.dumps(manifest), "package-lock.json": "{}", "tsconfig.json": options,
        ".dockerignore": "node_modules\ndist\n", "src/main.ts": "", "src/app/x.ts": "",
        **{path.replace("__", "/") + ".ts": text for path, text in more.items()},
    }  # fmt: skip


def found(text: str, files: dict[str, str]) -> list[str]:
    build = Build(parse(Source(text, "Dockerfile")), BuildConfig(), MemoryContext(files, "Dockerfile"))
    needs = needs_of(build)
    return [f"{each.file} {each.near} {each.beside or ''}".strip() for each in misplaced(needs)] if needs else []


ONE = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n"
TWO = ONE.replace("slim", "slim AS b") + "FROM node:22-slim\nWORKDIR /srv\nCOPY --from=b /app/dist {}\n"
MAIN = 'CMD ["node", "dist/main.js"]\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ONE + MAIN, ["/app/dist/main.js /app/dist/src/main.js seed.ts"]),
        (ONE + 'CMD ["node", "dist/main"]\n', ["/app/dist/main /app/dist/src/main.js seed.ts"]),
        (ONE + 'CMD ["npm", "start"]\n', ["/app/dist/main.js /app/dist/src/main.js seed.ts"]),
        (ONE + 'CMD ["node", "dist/src/main.js"]\n', []),
        (ONE + 'CMD ["node", "dist/other.js"]\n', []),
        (TWO.format("./dist") + MAIN, ["/srv/dist/main.js /srv/dist/src/main.js seed.ts"]),
        (TWO.format(".") + 'CMD ["node", "main.js"]\n', ["/srv/main.js /srv/src/main.js seed.ts"]),
        (TWO.format("./dist").replace("/app/dist", "/app/dist/src") + MAIN, []),
        (ONE + "RUN mv dist/src/* dist/\n" + MAIN, []),
        (ONE + "RUN ./flatten.sh\n" + MAIN, []),
        (ONE + 'ENTRYPOINT ["/start.sh"]\n' + MAIN, []),
    ],
)
def test_a_source_beside_the_folder(text: str, expected: list[str]) -> None:
    assert found(text, app(seed="")) == expected


def test_without_the_other_source() -> None:
    assert found(ONE + MAIN, app()) == []
    assert found(ONE + 'CMD ["node", "dist/src/main.js"]\n', app()) == ["/app/dist/src/main.js /app/dist/main.js"]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("nest build", 1),
        ("rimraf dist && tsc -p tsconfig.json && tsc-alias", 1),
        ("tsc --outDir dist", 0),
        ("tsc && cp -r dist/src/* dist/", 0),
        ("tsc && node flatten.js", 0),
        ("nest build --webpack", 0),
        ("vite build && tsc", 0),
    ],
)
def test_builds(build: str, expected: int) -> None:
    assert len(found(ONE + MAIN, app(build, seed=""))) == expected


def test_configurations_of_nest() -> None:
    separate = {
        **app("nest build", seed=""),
        "tsconfig.build.json": '{"extends": "./tsconfig.json", "exclude": ["seed.ts"]}',
    }
    assert found(ONE + MAIN, separate) == []
    assert found(ONE + MAIN, {**app("nest build", seed=""), "nest-cli.json": '{"monorepo": true}'}) == []
    assert (
        found(ONE + MAIN, {**app("nest build", seed=""), "nest-cli.json": '{"compilerOptions": {"builder": "swc"}}'})
        == []
    )


@pytest.mark.parametrize(
    ("main", "start", "expected"),
    [
        ("import { x } from '../generated/client';\nx();\n", "dist/src/main.js", 0),  # made by another step
        ("import './style.css';\n", "dist/src/main.js", 1),
        ("import { x } from './app/x';\nx();\n", "dist/src/main.js", 1),
    ],
)
def test_imports_that_decide(main: str, start: str, expected: int) -> None:
    files = {**app(), "src/main.ts": main, "src/style.css": ""}
    assert len(found(ONE + f'CMD ["node", "{start}"]\n', files)) == expected


def test_configurations_that_a_step_edits() -> None:
    text = ONE.replace("RUN npm run", "RUN sed -i s/dist/out/ tsconfig.json\nRUN npm run") + MAIN
    assert found(text, app(seed="")) == []
