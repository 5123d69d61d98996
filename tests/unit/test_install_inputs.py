"""What installs of dependencies read, and where that is not certain."""

from __future__ import annotations

import json

import pytest

import dflint
from dflint.config import Selection, Settings
from dflint.context import MemoryContext

RULES = Settings(selections=(Selection(select=("misplaced-source-copy", "leftover-dev-dependencies")),))


def told(text: str, files: dict[str, str]) -> list[str]:
    return [finding.message for finding in dflint.lint(text, context=MemoryContext(files), settings=RULES)]


def read_by(command: str, files: dict[str, str], base: str = "python:3.12-slim") -> str | None:
    """The files that the finding says the command reads; None if there is no finding."""
    found = told(f"FROM {base}\nWORKDIR /app\nCOPY . .\nRUN {command}\n", {**files, "src/main": ""})
    return found[0].partition("reads only ")[2].partition(": ")[0] if found else None


PYPROJECT = '[project]\nname = "x"\ndependencies = ["flask"]\n'


@pytest.mark.parametrize(
    ("command", "files", "expected"),
    [
        ("pip install -r requirements.txt", {"requirements.txt": "flask\n"}, "requirements.txt"),
        ("pip install --no-cache-dir -rr.txt", {"r.txt": "-c c.txt\nflask\n", "c.txt": "flask<4\n"}, "r.txt, c.txt"),
        ("python -m pip install -r r.txt", {"r.txt": "x @ https://example.org/x.whl\n"}, "r.txt"),
        ("uv pip install --system -r r.txt", {"r.txt": "flask\n"}, "r.txt"),
        ("uv sync --no-install-project", {"pyproject.toml": PYPROJECT, "uv.lock": ""}, "pyproject.toml, uv.lock"),
        ("poetry install --no-root", {"pyproject.toml": PYPROJECT, "poetry.lock": ""}, "pyproject.toml, poetry.lock"),
        ("go mod download", {"go.mod": "module x\n", "go.sum": ""}, "go.mod, go.sum"),
        ("bundle install", {"Gemfile": "gem 'rails'\n", "Gemfile.lock": ""}, "Gemfile, Gemfile.lock"),
        ("composer install --no-scripts --no-autoloader", {"composer.json": "{}"}, "composer.json"),
    ],
)  # fmt: skip
def test_installs_that_read_only_what_says_what_to_install(command, files, expected):
    assert read_by(command, files) == expected


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("pip install -r requirements.txt", {"requirements.txt": "./libs/own\n"}),
        ("pip install -r requirements.txt", {"requirements.txt": "libs/own\n"}),
        ("pip install -r requirements.txt", {"requirements.txt": "own @ file:///app/own\n"}),
        ("pip install -r requirements.txt .", {"requirements.txt": "flask\n"}),
        ("pip install -r $WHICH", {"requirements.txt": "flask\n"}),
        ("uv sync --frozen", {"pyproject.toml": PYPROJECT, "uv.lock": ""}),
        ("uv sync --no-install-project", {"pyproject.toml": PYPROJECT + "[tool.uv.sources]\ny = { path = 'y' }\n"}),
        ("poetry install", {"pyproject.toml": PYPROJECT, "poetry.lock": ""}),
        ("go mod download", {"go.mod": "module x\nreplace y => ./y\n", "go.sum": ""}),
        ("go mod download", {"go.mod": "module x\n", "go.work": "use .\n"}),
        ("bundle install", {"Gemfile": "gemspec\n"}),
        ("composer install --no-scripts", {"composer.json": "{}"}),
        ("pip install -r requirements.txt || true", {"requirements.txt": "flask\n"}),
    ],
)
def test_installs_that_may_read_the_sources(command, files):
    assert read_by(command, files) is None


LOCKED = {"package-lock.json": "{}"}


def manifest(**more: object) -> str:
    return json.dumps({"name": "app", "dependencies": {"express": "^4.0.0"}, **more})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"package.json": manifest(), **LOCKED}, "package.json, package-lock.json"),
        ({"package.json": manifest(), ".npmrc": "", **LOCKED}, "package.json, package-lock.json, .npmrc"),
        ({"package.json": manifest(scripts={"postinstall": "node x.js"}), **LOCKED}, None),
        ({"package.json": manifest(devDependencies={"own": "file:own"}), **LOCKED}, None),
        ({"package.json": manifest(devDependencies={"prisma": "^5.0.0"}), **LOCKED}, None),
    ],
)
def test_what_npm_reads(files, expected):
    assert read_by("npm ci", files, "node:22-bookworm-slim") == expected


def test_a_member_with_a_program_is_needed_by_the_install():
    files = {
        "package.json": manifest(workspaces=["packages/*"]),
        "packages/cli/package.json": '{"name": "cli", "bin": "bin/cli.js"}',
        "packages/cli/bin/cli.js": "",
        **LOCKED,
    }
    assert read_by("npm ci", files, "node:22-bookworm-slim") is None


@pytest.mark.parametrize(
    ("start", "source", "count"),
    [
        ('CMD ["node", "dist/main.js"]', "import 'express';\n", 1),
        ('CMD ["node", "dist/main.js"]', "import 'typescript';\n", 0),
        ('CMD ["node", "-r", "typescript/lib", "dist/main.js"]', "import 'express';\n", 0),
        ('ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["node", "dist/main.js"]', "import 'express';\n", 0),
        ('CMD ["npm", "run", "watch"]', "import 'express';\n", 0),
    ],
)
def test_what_keeps_development_dependencies(start, source, count):
    files = {
        "package.json": manifest(devDependencies={"typescript": "^5.0.0"}, scripts={"build": "tsc", "watch": "tsc -w"}),
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}',
        "src/main.ts": source,
        **LOCKED,
    }
    text = "FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY package.json package-lock.json tsconfig.json ./\n"
    text += f"RUN npm ci\nCOPY src src\nRUN npm run build\n{start}\n"
    assert len(told(text, files)) == count
