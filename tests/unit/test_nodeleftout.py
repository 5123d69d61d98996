"""Modules that the program imports and that only devDependencies bring."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.nodeleftout import left_out
from dflint.rules._workspace import needs_of
from dflint.syntax import parse
from dflint.text import Source

LOCK = {
    "packages": {"node_modules/kleur": {}, "node_modules/debug": {"dev": True}, "node_modules/events": {"dev": True}}
}


def app(lock: dict[str, object] | None = None, **sources: str) -> dict[str, str]:
    manifest = {
        "name": "app", "scripts": {"build": "tsc", "start": "node index.js"}, "dependencies": {"kleur": "4"},
        "devDependencies": {"debug": "4", "events": "3", "typescript": "^5"},
    }  # fmt: skip
    return {
        "package.json": json.dumps(manifest), "package-lock.json": json.dumps(lock or LOCK),
        ".dockerignore": "node_modules\n",
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}', "index.js": "require('./lib');\n",
        **{path.replace("__", "/").replace("_", "."): text for path, text in sources.items()},
    }  # fmt: skip


def missing(text: str, files: dict[str, str]) -> list[str]:
    build = Build(parse(Source(text, "Dockerfile")), BuildConfig(), MemoryContext(files, "Dockerfile"))
    needs = needs_of(build)
    return [f"{each.file} {each.name}" for each in left_out(needs)] if needs is not None else []


ONE = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "index.js"]\n'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const debug = require('debug');\n", True),
        ("require('debug')('app');\n", True),
        ("import debug from 'debug';\n", True),
        ("import 'debug';\n", True),
        ("require('kleur');\n", False),
        ("require('events');\n", False),
        ("require('unknown');\n", False),
        ("if (process.env.DEBUG) {\n  require('debug');\n}\n", False),
        ("const load = () => require('debug');\n", False),
        ("try { require('debug') } catch {}\n", False),
        ("// require('debug');\n", False),
        ("const x = import('debug');\n", False),
        ("import {\n  debug\n} from 'debug';\n", True),
        ("const k = require('kleur')\nconst debug = require('debug')\n", True),
        ("const a = 1;\nconst debug = require('debug');\n", True),
        ("try {\nrequire('debug');\n} catch {}\n", False),
        ("if (x)\nrequire('debug');\n", False),
        ("const s = `\nimport x from 'debug'\n`;\n", False),
        ("/*\nimport x from 'debug'\n*/\n", False),
    ],
)
def test_imports(source: str, expected: bool) -> None:
    assert missing(ONE, app(lib_js=source)) == (["lib.js debug"] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ONE.replace('["node", "index.js"]', '["npm", "start"]'), True),
        (ONE.replace("--omit=dev", ""), False),
        (ONE.replace("RUN npm ci --omit=dev", "RUN npm ci && npm prune --omit=dev"), True),
        (ONE.replace("RUN npm ci --omit=dev", "ENV NODE_ENV=production\nRUN npm ci"), True),
        (ONE.replace("FROM node:22-slim", "FROM example.org/base"), False),
        (ONE.replace("CMD", 'ENTRYPOINT ["/run.sh"]\nCMD'), False),
        (ONE.replace("RUN npm ci --omit=dev", "RUN npm ci --omit=dev && npm install debug"), False),
        (ONE.replace("RUN npm ci --omit=dev", "ENV NODE_ENV=production\nRUN npm ci && npm i debug"), False),
    ],
)
def test_installs(text: str, expected: bool) -> None:
    assert missing(text, app(lib_js="require('debug');\n")) == (["lib.js debug"] if expected else [])


def test_another_package_may_bring_it() -> None:
    lock: dict[str, object] = {"packages": {**LOCK["packages"], "node_modules/debug": {}}}
    assert missing(ONE, app(lock, lib_js="require('debug');\n")) == []


def test_modules_beside_the_dockerfile() -> None:
    late = (
        "FROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY . .\nCMD node index.js\n"
    )
    files = app(lib_js="require('debug');\n")
    assert missing(late, files) == ["lib.js debug"]
    assert missing(late, {**files, ".dockerignore": ""}) == []


TWO = (
    "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n"
    "FROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n"
    'COPY --from=build /app/dist ./dist\nCMD ["node", "dist/main.js"]\n'
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import debug from 'debug';\ndebug('x');\n", True),
        ("import { Debugger } from 'debug';\nlet x: Debugger;\n", False),
        ("import debug from 'debug';\nlet x: debug.Debugger;\n", False),
        ("import type debug from 'debug';\ndebug('x');\n", False),
        ("import { Base } from 'debug';\nexport class X extends Base {}\n", True),
    ],
)
def test_compiled_programs(source: str, expected: bool) -> None:
    files = app(src__main_ts="import './app';\n", src__app_ts=source)
    files.pop("index.js")
    assert missing(TWO, files) == (["src/app.ts debug"] if expected else [])
