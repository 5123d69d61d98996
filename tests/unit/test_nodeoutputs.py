"""Folders that a stage does not have, because its build writes another one."""

from __future__ import annotations

import json

import pytest

from dflint.config import Settings
from dflint.context import MemoryContext
from dflint.engine.runner import BuildInput, run_rules
from dflint.model import BuildConfig
from dflint.syntax import parse
from dflint.text import Source


def found(files: dict[str, str], source: str, *, before: str = "", build: str = "") -> bool:
    text = (
        f"FROM node:22-slim AS b\nWORKDIR /app\n{before}COPY . .\nRUN npm ci && npm run build\n{build}"
        f"FROM nginx:1.27\nCOPY --from=b {source} /usr/share/nginx/html\n"
    )
    builds = [BuildInput(BuildConfig(), MemoryContext(files, "Dockerfile"))]
    return any(
        each.rule == "missing-build-output" for each in run_rules(parse(Source(text, "Dockerfile")), Settings(), builds)
    )


def app(build: str, **files: str) -> dict[str, str]:
    manifest = {"name": "app", "scripts": {"build": build}}
    more = {name.replace("_", "."): text for name, text in files.items()}
    return {
        "package.json": json.dumps(manifest),
        "package-lock.json": "{}",
        ".dockerignore": "node_modules\n",
        "src/x.ts": "",
        **more,
    }


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        (app("react-scripts build"), "/app/dist", True),
        (app("react-scripts build"), "/app/build", False),
        (app("react-scripts build", _env="BUILD_PATH=dist\n"), "/app/dist", False),
        (app("craco build"), "/app/dist", False),
        (app("vite build"), "/app/build", True),
        (app("vite build"), "/app/dist/", False),
        (app("vite build"), "app/build", True),
        (app("vite build"), "/srv/build", False),
        (app("tsc && vite build", tsconfig_json='{"compilerOptions": {"noEmit": true}}'), "/app/build", True),
        (app("vite build --outDir build"), "/app/build", False),
        (app("vite build", vite_config_ts="export default { build: { outDir: 'build' } }\n"), "/app/build", False),
        (app("vite build", vite_config_ts="export default {}\n"), "/app/build", True),
        (app("vite build && ./copy.sh"), "/app/build", False),
        (app("vite build && cp -r dist build"), "/app/build", False),
        (app("vite build && node move.js"), "/app/build", False),
        (app("tsc", tsconfig_json='{"compilerOptions": {"outDir": "build"}}'), "/app/dist", True),
        (app("tsc", tsconfig_json='{"compilerOptions": {"outDir": "dist"}}'), "/app/dist", False),
        (app("tsc"), "/app/dist", False),
        (app("next build"), "/app/.next/standalone", True),
        (app("next build"), "/app/.next", False),
        (app("next build", next_config_js="x = {output: X && 'standalone'}"), "/app/.next/standalone", False),
        (app("next build", next_config_mjs="import base from '@x/next';\n"), "/app/.next/standalone", False),
        (app("next build", next_config_ts="import type { NextConfig } from 'next';\n"), "/app/.next/standalone", True),
        (app("next build", next_config_js="module.exports = {distDir: 'x'}"), "/app/.next/standalone", False),
        (app("react-scripts build", **{"dist/index_html": ""}), "/app/dist", False),
        (app("make"), "/app/dist", False),
    ],
)  # fmt: skip
def test_folders(files: dict[str, str], source: str, expected: bool) -> None:
    assert found(files, source) is expected


@pytest.mark.parametrize(
    ("before", "build"),
    [
        ("RUN mkdir -p dist\n", ""),
        ("", "RUN mv build dist\n"),
        ("", "RUN ./pack\n"),
        ("", "WORKDIR /app/dist\n"),
        ("", "COPY package.json dist/\n"),
        ("", "COPY --from=example.org/x /x /app\n"),
        ("", "RUN curl -O https://example.org/x.tgz && tar xf x.tgz\n"),
    ],
)
def test_other_makers(before: str, build: str) -> None:
    assert not found(app("react-scripts build"), "/app/dist", before=before, build=build)


@pytest.mark.parametrize(
    ("build", "source", "before"),
    [
        ("next build", "/app/.next/standalone", "RUN sed -i s/x/y/ next.config.js\n"),
        ("next build", "/app/.next/standalone", "COPY docker/next.js ./next.config.js\n"),
        (
            "next build",
            "/app/.next/standalone",
            "COPY <<EOF next.config.js\nmodule.exports = {output: 'standalone'}\nEOF\n",
        ),
        ("next build", "/app/.next/standalone", "ENV NEXT_PRIVATE_STANDALONE=true\n"),
        ("react-scripts build", "/app/dist", "ENV BUILD_PATH=dist\n"),
        ("BUILD_PATH=dist react-scripts build", "/app/dist", ""),
        ("vite build --config other.ts", "/app/build", ""),
        ("vite build client", "/app/build", ""),
    ],
)
def test_where_more_decides(build: str, source: str, before: str) -> None:
    assert not found(
        {**app(build), "docker/next.js": "", "next.config.js": "module.exports = {}"}, source, before=before
    )
