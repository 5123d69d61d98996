"""Settings that choose how modules are linked, and scripts of an install: what is wanted of them, and when not."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.model import Build
from dflint.model.nodewants import wants
from dflint.rules._workspace import needs_of
from dflint.syntax import parse
from dflint.text import Source

PNPM = {
    "package.json": '{"name": "shop", "packageManager": "pnpm@9.12.0"}',
    "pnpm-workspace.yaml": "packages: ['apps/*']",
    "pnpm-lock.yaml": "",
    ".npmrc": "node-linker=hoisted\n",
    "apps/bot/package.json": '{"name": "@shop/bot", "dependencies": {"kleur": "4"}, "scripts": {"start": "node ."}}',
    "apps/bot/index.js": "require('kleur');\n",
}
HEAD = "FROM node:22 AS build\nWORKDIR /app\n"
COPIES = "COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY apps apps\n"
INSTALL = "RUN pnpm install --frozen-lockfile\n"
FINAL = "FROM node:22\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\n"
APP = "COPY --from=build /app/apps/bot/index.js ./\n"
START = 'CMD ["node", "index.js"]\n'

YARN = {
    "package.json": '{"name": "shop", "packageManager": "yarn@4.6.0", "workspaces": ["apps/*"]}',
    "yarn.lock": "",
    ".yarnrc.yml": "nodeLinker: node-modules\n",
    "apps/bot/package.json": PNPM["apps/bot/package.json"],
    "apps/bot/index.js": "require('kleur');\n",
}
YARN_HEAD = "FROM node:22\nWORKDIR /app\nCOPY package.json yarn.lock ./\nCOPY apps apps\nRUN yarn install --immutable\n"


def wanted(text: str, files: dict[str, str]) -> list[str]:
    context = MemoryContext(files)
    needs = needs_of(Build(parse(Source(text)), None, context))
    assert needs is not None
    return [want.path for want in wants(needs)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + COPIES + INSTALL + FINAL + APP + START, [".npmrc"]),
        (HEAD + COPIES + "COPY .npmrc ./\n" + INSTALL + FINAL + APP + START, []),
        (HEAD + COPIES + "ENV NPM_CONFIG_NODE_LINKER=hoisted\n" + INSTALL + FINAL + APP + START, []),
        (HEAD + COPIES + "RUN pnpm config set node-linker hoisted\n" + INSTALL + FINAL + APP + START, []),
        (HEAD + COPIES + "COPY .npmrc /root/\n" + INSTALL + FINAL + APP + START, []),
        (HEAD + COPIES + INSTALL + FINAL + APP + 'CMD ["node", "other.js"]\n', []),
        (HEAD + COPIES + INSTALL + 'CMD ["node", "apps/bot/index.js"]\n', []),
        (HEAD + COPIES + INSTALL + FINAL + "COPY --from=build /app/apps ./apps\nCMD node apps/bot\n", []),
        (HEAD + COPIES + INSTALL + "COPY . .\n" + INSTALL + FINAL + APP + START, []),
    ],
)  # fmt: skip
def test_a_hoisted_install_of_pnpm(text: str, expected: list[str]) -> None:
    assert wanted(text, PNPM) == expected


def test_what_needs_no_modules_needs_no_linker() -> None:
    files = {**PNPM, "apps/bot/index.js": "require('node:fs');\n"}
    assert wanted(HEAD + COPIES + INSTALL + FINAL + APP + START, files) == []
    files = {**PNPM, ".npmrc": "shamefully-hoist=true\n"}
    assert wanted(HEAD + COPIES + INSTALL + FINAL + APP + START, files) == [".npmrc"]
    files = {**PNPM, ".npmrc": "auto-install-peers=true\n"}
    assert wanted(HEAD + COPIES + INSTALL + FINAL + APP + START, files) == []


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('CMD ["node", "apps/bot/index.js"]\n', [".yarnrc.yml"]),
        ('CMD ["yarn", "workspace", "@shop/bot", "start"]\n', []),
        ('CMD ["yarn", "node", "apps/bot/index.js"]\n', []),
        ('CMD ["node", "-r", "./.pnp.cjs", "apps/bot/index.js"]\n', []),
        ('ENV NODE_OPTIONS="--require /app/.pnp.cjs"\nCMD ["node", "apps/bot/index.js"]\n', []),
    ],
)
def test_the_linker_of_yarn(start: str, expected: list[str]) -> None:
    assert wanted(YARN_HEAD + start, YARN) == expected
    assert wanted(YARN_HEAD.replace("yarn.lock ./", "yarn.lock .yarnrc.yml ./") + start, YARN) == []


def manifest(**scripts: str) -> str:
    return json.dumps({"name": "@shop/kit", "main": "dist/index.js", "scripts": scripts})


HOOKS = {
    "package.json": '{"name": "shop", "workspaces": ["kit"], "scripts": {"postinstall": "node scripts/stamp.js"}}',
    "package-lock.json": "{}",
    "scripts/stamp.js": "",
    "kit/package.json": manifest(prepare="tsc -p ."),
    "kit/tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}',
    "kit/src/index.ts": "export const one = 1;\n",
}
NPM = "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\n"
KIT = "COPY kit/package.json kit/\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NPM + "RUN npm ci\n", ["scripts"]),
        (NPM + KIT + "RUN npm ci\n", ["kit", "scripts"]),
        (NPM + KIT + "COPY scripts scripts\nCOPY kit kit\nRUN npm ci\n", []),
        (NPM + KIT + "RUN npm ci --ignore-scripts\n", []),
        (NPM + KIT + "ENV NPM_CONFIG_IGNORE_SCRIPTS=true\nRUN npm ci\n", []),
        (NPM + KIT + "RUN npm ci || true\n", []),
        (NPM + KIT + "RUN npm ci -w kit\n", []),
        (NPM + KIT + "RUN npm install left-pad\n", []),
        (NPM + KIT + "RUN mkdir scripts && echo > scripts/stamp.js && npm ci\n", ["kit"]),
    ],
)
def test_scripts_that_an_install_runs(text: str, expected: list[str]) -> None:
    assert sorted(wanted(text, HOOKS)) == expected


def test_scripts_that_may_fail() -> None:
    files = {**HOOKS, "package.json": HOOKS["package.json"].replace("stamp.js", "stamp.js || true")}
    assert wanted(NPM + "RUN npm ci\n", files) == []
    assert wanted(NPM.replace("*.json", ".json") + "RUN yarn install\n", HOOKS) == []


def test_what_the_root_depends_on_is_linked_anyway() -> None:
    root = '{"name": "shop", "packageManager": "pnpm@9.12.0", "dependencies": {"kleur": "4"}}'
    assert wanted(HEAD + COPIES + INSTALL + FINAL + APP + START, {**PNPM, "package.json": root}) == []


KIT = json.dumps(
    {"name": "@x/kit", "main": "dist/index.js", "types": "dist/index.d.ts", "scripts": {"build": "tsc -p ."}}
)
TSC = '{"compilerOptions": {"outDir": "dist", "declaration": true}, "include": ["src"]}'
UNSEEN = {
    "package.json": '{"name": "x", "workspaces": ["kit", "app", "docs"], "devDependencies": {"typescript": "5"}}',
    "package-lock.json": "{}",
    "kit/package.json": KIT,
    "kit/tsconfig.json": TSC,
    "kit/src/index.ts": "export const one = 1;\n",
    "app/package.json": '{"name": "@x/app", "scripts": {"build": "tsc -p ."}, "dependencies": {"@x/kit": "^1.0.0"}}',
    "app/tsconfig.json": TSC,
    "app/src/main.ts": "import { one } from '@x/kit';\nconsole.log(one);\n",
    "docs/package.json": '{"name": "@x/docs", "dependencies": {"@x/kit": "*"}}',
}
BUILD = "RUN npm ci\nCOPY . .\nRUN npm run build -w kit && npm run build -w app\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NPM + BUILD, ["app/package.json"]),
        (NPM + "COPY app/package.json app/\n" + BUILD, []),
        # The lock file leads from docs to kit: the link is made, whoever imports it.
        (NPM + "COPY docs/package.json docs/\n" + BUILD, []),
        (NPM + BUILD.replace(". .\n", ". .\nRUN npm ci\n"), []),
        (NPM + BUILD.replace("npm ci", "npm ci || true"), ["app/package.json"]),
        (NPM + "RUN npm ci\nCOPY . .\nRUN npm run build -w kit\n", []),
        ("FROM node:22\nWORKDIR /app\nCOPY . .\n" + BUILD, []),
    ],
)
def test_links_of_a_package_that_npm_did_not_see(text: str, expected: list[str]) -> None:
    files = {**UNSEEN, "kit/package.json": KIT.replace('"main"', '"version": "1.0.0", "main"')}
    assert wanted(text, files) == expected


def test_programs_of_a_package_that_pnpm_did_not_see() -> None:
    files = {
        "package.json": '{"name": "x", "packageManager": "pnpm@9.12.0"}',
        "pnpm-workspace.yaml": "packages: ['kit', 'app']",
        "pnpm-lock.yaml": "",
        "kit/package.json": KIT.replace('"main"', '"devDependencies": {"typescript": "5"}, "main"'),
        "kit/tsconfig.json": TSC,
        "kit/src/index.ts": "export const one = 1;\n",
        "app/package.json": '{"name": "@x/app", "dependencies": {"@x/kit": "workspace:*"}}',
    }
    head = "FROM node:22\nWORKDIR /app\nCOPY package.json pnpm-*.yaml ./\nCOPY app/package.json app/\n"
    build = "RUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm --filter @x/kit build\n"
    assert wanted(head + build, files) == ["kit/package.json"]
    assert wanted(head + "COPY kit/package.json kit/\n" + build, files) == []
    assert wanted(head + "RUN npm install -g typescript\n" + build, files) == []
    root = '{"name": "x", "packageManager": "pnpm@9.12.0", "devDependencies": {"typescript": "5"}}'
    assert wanted(head + build, {**files, "package.json": root}) == []
