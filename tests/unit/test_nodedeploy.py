"""``pnpm deploy``: what is in the folder, and what is missing there, as pnpm 8, 9 and 10 were seen to do it."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.rules._workspace import needs_of, unloadable
from dflint.syntax import parse
from dflint.text import Source


def files(**kit: object) -> dict[str, str]:
    manifest = {
        "name": "@x/kit", "version": "1.0.0", "main": "dist/index.js", "scripts": {"build": "tsc -p ."},
        "devDependencies": {"typescript": "5"}, **kit,
    }  # fmt: skip
    return {
        "package.json": '{"name": "root", "packageManager": "pnpm@9.1.0"}',
        "pnpm-workspace.yaml": "packages: ['*']",
        "pnpm-lock.yaml": "",
        ".dockerignore": "**/dist\n**/node_modules\n",
        "api/package.json": '{"name": "@x/api", "files": ["src"], "dependencies": {"@x/kit": "workspace:*"}}',
        "api/src/main.js": "require('@x/kit');\n",
        "api/test/main.test.js": "",
        "kit/package.json": json.dumps(manifest),
        "kit/tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}',
        "kit/src/index.ts": "export {};\n",
    }


def build_of(text: str, tree: dict[str, str]) -> Build:
    return Build(parse(Source(text, "Dockerfile")), BuildConfig(), MemoryContext(tree, "Dockerfile"))


def missing(text: str, tree: dict[str, str]) -> list[str]:
    needs = needs_of(build_of(text, tree))
    return [f"{each.reason} {each.name} {each.deployed is not None}" for each in unloadable(needs)] if needs else []


HEAD = "FROM node:22 AS b\nRUN corepack enable\nWORKDIR /w\nCOPY . .\nRUN pnpm install --frozen-lockfile\n"
END = 'FROM node:22\nWORKDIR /srv\nCOPY --from=b {} .\nCMD ["node", "src/main.js"]\n'


@pytest.mark.parametrize(
    ("run", "out", "expected"),
    [
        ("pnpm --filter @x/api deploy --prod /out", "/out", ["unbuilt @x/kit True"]),
        ("pnpm --filter=@x/api --prod deploy out", "/w/out", ["unbuilt @x/kit True"]),
        ("pnpm deploy --filter @x/api /out/api", "/out/api", ["unbuilt @x/kit True"]),
        ("pnpm --filter @x/kit build && pnpm --filter @x/api deploy --prod /out", "/out", []),
        ("pnpm -r build && pnpm --filter @x/api deploy --prod /out", "/out", []),
        ("pnpm --filter @x/api deploy --prod /out && pnpm -r build", "/out", ["unbuilt @x/kit True"]),
        ("pnpm --filter @x/* deploy --prod /out", "/out", []),
        ("pnpm --filter @x/api deploy --prod $OUT", "/out", []),
        ("pnpm -r build && pnpm --filter @x/api deploy /out && cd /out && pnpm prune --prod", "/out", []),
        ("./make-kit.sh && pnpm --filter @x/api deploy --prod /out", "/out", []),
    ],
)
def test_members_are_copied_as_they_are(run: str, out: str, expected: list[str]) -> None:
    assert missing(HEAD + f"RUN {run}\n" + END.format(out), files()) == expected


@pytest.mark.parametrize(
    "kit",
    [{"main": "src/index.ts"}, {"scripts": {"prepare": "tsc -p ."}}, {"scripts": {"build": "tsc", "prepack": "tsc"}}],
)
def test_members_that_need_no_build(kit: dict[str, object]) -> None:
    assert missing(HEAD + "RUN pnpm --filter @x/api deploy --prod /out\n" + END.format("/out"), files(**kit)) == []


def test_what_is_in_the_folder() -> None:
    tree = {**files(), "kit/.npmignore": "src\n"}
    build = build_of(HEAD + "RUN pnpm --filter @x/api deploy --prod /out\n", tree)
    needs = needs_of(build)
    assert needs is not None
    view = needs.node.fs.after(build.stages[0])
    kinds = {
        path: view.find(f"/out/{path}").kind
        for path in (
            "package.json", "src/main.js", "test/main.test.js", "node_modules/kleur/index.js",
            "node_modules/@x/kit/package.json", "node_modules/@x/kit/dist/index.js", "node_modules/@x/kit/src/index.ts",
        )
    }  # fmt: skip
    assert list(kinds.values()) == ["context", "context", "absent", "made", "context", "absent", "unknown"]
