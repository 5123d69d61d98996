"""Which installs leave devDependencies out, and which programs are missing then: as real runs showed."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.nodetools import untooled
from dflint.rules._workspace import needs_of
from dflint.syntax import parse
from dflint.text import Source

LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "app"},
        "node_modules/kleur": {"version": "4.1.5"},
        "node_modules/typescript": {"version": "5.6.3", "dev": True, "bin": {"tsc": "bin/tsc"}},
    },
}
YARN = 'kleur@4.1.5:\n  version "4.1.5"\n\ntypescript@5.6.3:\n  version "5.6.3"\n'
BERRY = (
    '__metadata:\n  version: 8\n\n"kleur@npm:4.1.5":\n  version: 4.1.5\n\n"typescript@npm:5.6.3":\n  version: 5.6.3\n'
)
BUN = '{"packages": {"kleur": ["kleur@4.1.5", "", {}, "x"], "typescript": ["typescript@5.6.3", "", {}, "x"],},}'


def app(manager: str, lock: object = None, **fields: object) -> dict[str, str]:
    manifest = {
        "name": "app", "scripts": {"build": "tsc"}, "dependencies": {"kleur": "4.1.5"},
        "devDependencies": {"typescript": "5.6.3"}, **fields,
    }  # fmt: skip
    files = {"src/a.ts": "", "package.json": json.dumps(manifest), ".dockerignore": "node_modules\n"}
    if manager == "npm":
        files["package-lock.json"] = json.dumps(lock or LOCK)
    elif manager.startswith("pnpm"):
        files["pnpm-lock.yaml"] = ""
        files["package.json"] = json.dumps({**manifest, "packageManager": f"pnpm@{manager[4:] or '10'}.1.0"})
    elif manager == "bun":
        files["bun.lock"] = BUN
    else:
        files["yarn.lock"] = str(lock or (YARN if manager == "yarn" else BERRY))
        if manager == "berry":
            files[".yarnrc.yml"] = "nodeLinker: node-modules\n"
    return files


def missing(text: str, files: dict[str, str]) -> list[str]:
    build = Build(parse(Source(text, "Dockerfile")), BuildConfig(), MemoryContext(files, "Dockerfile"))
    needs = needs_of(build)
    return [f"{each.call.program} {each.omission.cause}" for each in untooled(needs.node)] if needs is not None else []


HEAD = "FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY . .\n"
PROD = HEAD + "ENV NODE_ENV=production\n"


@pytest.mark.parametrize(
    ("manager", "install", "omits"),
    [
        ("npm", "npm ci", True),
        ("npm", "npm install", True),
        ("npm", "npm ci --include=dev", False),
        ("npm", "npm ci --include dev", False),
        ("npm", "npm ci --production=false", False),
        ("npm", "npm ci --omit=optional", False),
        ("npm", "npm ci --omit=", False),
        ("npm", "NPM_CONFIG_PRODUCTION=false npm ci", False),
        ("npm", "NODE_ENV=development npm ci", False),
        ("npm", "env NODE_ENV=development npm ci", False),
        ("npm", "export NODE_ENV=development && npm ci", False),
        ("npm", "npm ci --also=dev", False),
        ("pnpm9", "pnpm install --frozen-lockfile", True),
        ("pnpm9", "pnpm install --prod=false", False),
        ("pnpm9", "pnpm i --dev", False),
        ("pnpm10", "pnpm install --frozen-lockfile", False),
        ("yarn", "yarn install --frozen-lockfile", True),
        ("yarn", "yarn", True),
        ("yarn", "yarn --production=false", False),
        ("yarn", "yarn install --production false", False),
        ("yarn", "yarn install --prod=false", False),
        ("yarn", "YARN_PRODUCTION=false yarn install", False),
        ("berry", "yarn install --immutable", False),
        ("bun", "bun install", False),
    ],
)
def test_node_env(manager: str, install: str, omits: bool) -> None:
    run = {"berry": "yarn"}.get(manager, manager.rstrip("0123456789"))
    text = PROD + f"RUN {install}\nRUN {run} run build\n"
    assert missing(text, app(manager)) == (["tsc NODE_ENV"] if omits else [])


@pytest.mark.parametrize(
    ("manager", "install", "cause"),
    [
        ("npm", "npm ci --omit=dev", "--omit=dev"),
        ("npm", "npm ci --omit dev", "--omit=dev"),
        ("npm", "npm ci --production", "--production"),
        ("npm", "npm install --only=prod", "--only=prod"),
        ("npm", "npm ci --omit=dev --include=dev", ""),
        ("npm", "npm ci && npm prune --omit=dev", "--omit=dev"),
        ("npm", "npm ci --omit=dev && npm ci", ""),
        ("npm", "npm ci --omit=dev && npm install -g typescript", ""),
        ("npm", "npm ci --omit=dev || true", "--omit=dev"),
        ("npm", "npm ci", ""),
        ("pnpm10", "pnpm install --prod", "--prod"),
        ("pnpm10", "pnpm install -P", "-P"),
        ("pnpm10", "pnpm install && pnpm prune --prod", "--prod"),
        ("yarn", "yarn install --production", "--production"),
        ("yarn", "yarn --prod", "--prod"),
        ("berry", "yarn workspaces focus --production", "--production"),
        ("bun", "bun install --production", "--production"),
        ("bun", "bun install --omit dev", "--omit=dev"),
    ],
)
def test_options(manager: str, install: str, cause: str) -> None:
    run = {"berry": "yarn"}.get(manager, manager.rstrip("0123456789"))
    text = HEAD + f"RUN {install}\nRUN {run} run build\n"
    assert missing(text, app(manager)) == ([f"tsc {cause}"] if cause else [])


def test_another_package_brings_the_program() -> None:
    entry = LOCK["packages"]["node_modules/typescript"]  # type: ignore[index]
    for change in ({"dev": False}, {"dev": False, "peer": True}, {"dev": False, "devOptional": True}):
        packages = {**LOCK["packages"], "node_modules/typescript": {**entry, **change}}  # type: ignore[dict-item]
        assert missing(PROD + "RUN npm ci\nRUN npm run build\n", app("npm", {"packages": packages})) == []
    through = YARN + 'kit@1.0.0:\n  version "1.0.0"\n  dependencies:\n    typescript "^5.0.0"\n'
    files = app("yarn", through, dependencies={"kit": "1.0.0"})
    assert missing(PROD + "RUN yarn\nRUN yarn build\n", files) == []
    files = app("yarn", YARN, dependencies={"kit": "1.0.0"})  # the lock file is out of date
    assert missing(PROD + "RUN yarn\nRUN yarn build\n", files) == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("rimraf dist && tsc", ["tsc NODE_ENV"]),  # rimraf is no devDependency: nothing is known about it
        ("npx tsc", ["tsc NODE_ENV"]),
        ("npx -y vite build", []),
        ("cross-env X=1 tsc", ["tsc NODE_ENV"]),
        ("tsc || true", []),
        ("node build.js", []),
        ("./node_modules/.bin/tsc", ["tsc NODE_ENV"]),
        ("./tools/tsc", []),
    ],
)
def test_scripts(script: str, expected: list[str]) -> None:
    files = app("npm", scripts={"build": script})
    assert missing(PROD + "RUN npm ci\nRUN npm run build\n", files) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FROM example.org/node AS x\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\nRUN npm ci && npm run build\n",
        HEAD + "ARG NODE_ENV\nRUN npm ci && npm run build\n",
        PROD + "RUN npm ci\nENV PATH=/tools:$PATH\nRUN npm run build || echo failed\n",
        PROD + "RUN npm ci\nRUN if true; then npm run build; fi; true\n",
        PROD + "RUN npm ci --include=dev && npm rebuild && npm run build\n",
    ],
)
def test_silence(text: str) -> None:
    assert missing(text, app("npm")) == []


def test_settings_of_npm() -> None:
    text = PROD + "RUN npm ci\nRUN npm run build\n"
    assert missing(text, {**app("npm"), ".npmrc": "include=dev\n"}) == []
    assert missing(text, {**app("npm"), ".npmrc": "fund=false\n"}) == ["tsc NODE_ENV"]


def test_modules_from_another_stage() -> None:
    text = (
        "FROM node:22-slim AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n"
        "FROM node:22-slim\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\n"
        "COPY . .\nRUN npm run build\n"
    )
    assert missing(text, app("npm")) == ["tsc --omit=dev"]
    for more in ({"node_modules/.bin/tsc": ""}, {}):  # they are copied over the others where somebody has them
        assert missing(text, {**app("npm"), ".dockerignore": "", **more}) == []


@pytest.mark.parametrize(
    ("manager", "install", "expected"),
    [
        ("npm", "npm ci --omit=dev", ["tsc --omit=dev"]),
        ("npm", "npm ci --omit=dev --ignore-scripts", []),
        ("npm", "npm_config_ignore_scripts=true npm ci --omit=dev", []),
        ("npm", "npm install --omit=dev kleur", []),
        ("pnpm10", "pnpm install --prod", ["tsc --prod"]),
        ("yarn", "yarn install --production", []),
        ("bun", "bun install --production", ["tsc --production"]),
    ],
)
def test_scripts_of_the_install(manager: str, install: str, expected: list[str]) -> None:
    assert missing(HEAD + f"RUN {install}\n", app(manager, scripts={"prepare": "tsc"})) == expected
    assert missing(HEAD + f"RUN {install}\n", app(manager, scripts={"prepare": "tsc || true"})) == []


def test_npm_of_old_images_runs_no_prepare() -> None:
    for image, expected in (
        ("node:14", []),
        ("node:22", ["tsc --omit=dev"]),
        ("node", ["tsc --omit=dev"]),
        ("debian:12", []),
    ):
        text = f"FROM {image}\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\n"
        assert missing(text, app("npm", scripts={"prepare": "tsc"})) == expected


def test_programs_of_the_shell_are_not_looked_for_in_node_modules() -> None:
    text = PROD + "RUN npm ci\n{}RUN tsc\n"
    assert missing(text.format(""), app("npm")) == []
    assert missing(text.format("ENV PATH=/app/node_modules/.bin:/usr/bin\n"), app("npm")) == ["tsc NODE_ENV"]
    assert missing(text.format("").replace("RUN tsc", "RUN npm exec tsc"), app("npm")) == ["tsc NODE_ENV"]


@pytest.mark.parametrize(
    "run",
    [
        "npm config set include dev && npm ci && npm run build",
        "echo include=dev >> .npmrc && npm ci && npm run build",
        "npm ci && npm install --no-save typescript && npm run build",
        "npm ci && npm i -D typescript && npm run build",
        "npm ci && npx -p typescript tsc",
        "npm ci && npx --package=typescript tsc",
        "npm ci --omit=dev && cp -R node_modules production && npm ci --include=dev && npm run build",
    ],
)
def test_other_ways_to_the_program(run: str) -> None:
    assert missing(PROD + f"RUN {run}\n", app("npm")) == []
