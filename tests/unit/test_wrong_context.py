"""Which installs certainly fail because the workspace lies outside of the build context."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dflint
from dflint.config import Selection, Settings
from dflint.context import Disk, DiskContext, MemoryContext

RULE = Settings(selections=(Selection(select=("wrong-build-context",)),))
ROOT = {
    "package.json": '{"workspaces": ["services/*", "packages/*"]}',
    "packages/kit/package.json": '{"name": "@shop/kit", "version": "1.2.0"}',
}


def told(command: str, manifest: dict[str, object], more: dict[str, str] | None = None) -> list[str]:
    files = {**ROOT, "services/api/package.json": json.dumps({"name": "api", **manifest}), **(more or {})}
    context = MemoryContext(files, folder="services/api")
    text = f"FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN {command}\n"
    return [finding.message for finding in dflint.lint(text, context=context, settings=RULE)]


@pytest.mark.parametrize("command", ["npm install", "npm ci", "pnpm i", "yarn", "yarn install --production", "bun i"])
def test_no_manager_resolves_workspace_alone(command):
    (message,) = told(command, {"dependencies": {"@shop/kit": "workspace:^"}})
    assert "'api' needs '@shop/kit', which is packages/kit" in message


@pytest.mark.parametrize(("command", "count"), [("npm install --omit=dev", 1), ("pnpm i --prod", 1), ("bun i", 0)])
def test_development_dependencies_are_resolved_too(command, count):
    assert len(told(command, {"devDependencies": {"@shop/kit": "workspace:*"}})) == count


@pytest.mark.parametrize(("command", "count"), [("npm install", 0), ("pnpm i", 1), ("yarn", 1), ("bun i", 1)])
def test_a_folder_outside_is_missed_by_all_but_npm(command, count):
    assert len(told(command, {"dependencies": {"@shop/kit": "file:../../packages/kit"}})) == count


@pytest.mark.parametrize(
    ("manifest", "more"),
    [
        ({"dependencies": {"@shop/kit": "^1.0.0"}}, {}),
        ({"dependencies": {"@shop/other": "workspace:*"}}, {}),
        ({"dependencies": {"@shop/kit": "workspace:*"}}, {"services/api/pnpm-lock.yaml": ""}),
        ({"dependencies": {"@shop/kit": "workspace:*"}}, {"services/api/.pnpmfile.cjs": ""}),
        ({"dependencies": {"@shop/kit": "workspace:*"}, "overrides": {"@shop/kit": "1.0.0"}}, {}),
        ({"optionalDependencies": {"@shop/kit": "workspace:*"}}, {}),
        ({"peerDependencies": {"@shop/kit": "workspace:*"}}, {}),
    ],
)  # fmt: skip
def test_what_may_be_found_elsewhere_is_left_alone(manifest, more):
    assert told("pnpm install", manifest, more) == []


@pytest.mark.parametrize("command", ["npm install express", "sed -i s/x/y/ package.json && npm i", "npm i || true"])
def test_other_commands_are_left_alone(command):
    assert told(command, {"dependencies": {"@shop/kit": "workspace:*"}}) == []


def test_a_context_knows_the_repository_around_it(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "services" / "api").mkdir(parents=True)
    (tmp_path / "outer").write_text("x")
    found = DiskContext(str(tmp_path / "services" / "api"), disk=Disk()).enclosing()
    assert found is not None and found[1] == "services/api" and found[0].read("outer") == "x"
    assert DiskContext(str(tmp_path)).enclosing() is None
    memory = MemoryContext({"outer": "x", "services/api/own": ""}, folder="services/api")
    assert memory.listdir("") == ("own",) and memory.enclosing() is not None
