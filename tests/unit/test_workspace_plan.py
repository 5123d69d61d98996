"""What command lines do in a workspace."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.context.workspace import Event, Package, Planner, load_workspace

TSC = '{"compilerOptions": {"outDir": "dist"}}'


def manifest(name: str, deps: tuple[str, ...] = (), spec: str = "workspace:*", **scripts: str) -> str:
    wanted = dict.fromkeys(deps, spec)
    return json.dumps({"name": name, "version": "1.0.0", "dependencies": wanted, "scripts": scripts})


def tree(spec: str, root: dict[str, object], **more: str) -> dict[str, str]:
    """A workspace web -> ui -> core and web -> core; tools needs nothing. All build with tsc."""
    files = {
        "package.json": json.dumps({"name": "root", "workspaces": ["packages/*", "apps/*"], **root}),
        "packages/ui/package.json": manifest("@x/ui", ("@x/core",), spec, build="tsc"),
        "packages/core/package.json": manifest("@x/core", (), spec, build="tsc -p tsconfig.json"),
        "packages/tools/package.json": manifest("@x/tools", (), spec, build="tsc", lint="eslint ."),
        "apps/web/package.json": manifest(
            "@x/web", ("@x/ui", "@x/core"), spec, build="tsc && vite build", start="node dist/i.js"
        ),
    }
    files.update({f"{path.removesuffix('package.json')}tsconfig.json": TSC for path in list(files) if "/" in path})
    files.update({name.replace("__", "/").replace("_", "."): text for name, text in more.items()})
    return files


def pnpm(**more: str) -> dict[str, str]:
    files = tree("workspace:*", {"packageManager": "pnpm@9.0.0", "scripts": SCRIPTS}, **more)
    return {**files, "pnpm-workspace.yaml": "packages: ['packages/*', 'apps/*']"}


SCRIPTS = {
    "build": "pnpm -r build",
    "build:web": "pnpm --filter @x/web... build",
    "prebuild:all": "npm run build:libs",
    "build:all": "yarn workspace @x/web build",
    "build:libs": "yarn workspace @x/core build && yarn workspace @x/ui build",
    "deep": "cd packages/core && npm run build",
    "loop": "npm run loop",
    "everything": "run-s build:libs build:web",
    "some": "npm-run-all --sequential 'build:l*'",
    "guarded": "pnpm --filter @x/core build || true",
    "unsafe": "pnpm --filter @x/core build; echo done",
    "variable": "pnpm --filter $PKG build",
    "script": "./scripts/build.sh",
    "bundle": "NODE_ENV=production turbo run build",
}


def planner(files: dict[str, str], visible: set[str] | None = None, **values: str) -> Planner:
    workspace = load_workspace(MemoryContext(files), "")
    assert workspace is not None

    def sees(package: Package) -> bool:
        return visible is None or package.label in visible

    return Planner(workspace, sees, values.get)


def shown(events: tuple[Event, ...]) -> list[str]:
    """Events as ``package:tool``, ``?why`` for opaque ones (``??`` everywhere); with ``~`` if not sure."""
    found = []
    for event in events:
        where = event.package.label if event.package is not None else event.cwd
        text = f"{where}:{event.tool.name}" if event.tool is not None else f"{where}:{event.kind}"
        if event.kind == "opaque":
            text = f"{'??' if event.everywhere else '?'}{where}"
        found.append(text if event.sure else "~" + text)
    return found


CORE, UI, WEB, TOOLS = ["@x/core:tsc"], ["@x/ui:tsc"], ["@x/web:tsc", "@x/web:vite"], ["@x/tools:tsc"]


@pytest.mark.parametrize(
    ("line", "cwd", "expected"),
    [
        ("pnpm --filter @x/web build", "", WEB),
        ("pnpm --filter=@x/web run build", "", WEB),
        ("pnpm -F web build", "", WEB),
        ("pnpm run --filter @x/web build", "", WEB),
        ("pnpm --filter @x/web... build", "", CORE + UI + WEB),
        ("pnpm --filter @x/web^... build", "", CORE + UI),
        ("pnpm --filter ...@x/ui build", "", UI + WEB),
        ("pnpm --filter ...^@x/core build", "", UI + WEB),
        ("pnpm --filter {apps/*} build", "", WEB),
        ("pnpm --filter ./packages/* build", "", CORE + UI + TOOLS),
        ("pnpm --filter ./packages/** --filter !@x/tools build", "", CORE + UI),
        ("pnpm --filter @x/* build", "", CORE + UI + TOOLS + WEB),
        ("pnpm --filter {.}... build", "apps/web", CORE + UI + WEB),
        ("pnpm --filter nothing build", "", []),
        ("pnpm --filter [origin/main] build", "", ["??root"]),
        ("pnpm -r build", "", CORE + UI + TOOLS + WEB),
        ("pnpm -r --workspace-concurrency 1 run build", "", CORE + UI + TOOLS + WEB),
        ("pnpm recursive run build", "", CORE + UI + TOOLS + WEB),
        ("pnpm build", "", CORE + UI + TOOLS + WEB),
        ("pnpm run build", "apps/web", WEB),
        ("pnpm build", "packages/core", CORE),
        ("pnpm -C packages/core build", "", CORE),
        ("pnpm --dir apps/web run build", "", WEB),
        ("pnpm -w build:web", "apps/web", CORE + UI + WEB),
        ("pnpm --filter @x/core exec tsc -p .", "", CORE),
        ("pnpm exec tsc", "packages/ui", UI),
        ("pnpm tsc", "packages/ui", UI),
        ("pnpm dlx turbo@2 build", "", ["??root"]),
        ("pnpm --filter @x/web deploy --prod /out", "", ["@x/web:deploy"]),
        ("pnpm store prune", "", []),
        ("pnpm fetch", "", []),
        ("pnpm", "", []),
        ("npm run build -w @x/core", "", CORE),
        ("npm run build --workspace=packages/core --workspace apps/web", "", CORE + WEB),
        ("npm run build --workspaces --if-present", "", CORE + TOOLS + UI + WEB),
        ("npm run build -ws", "", CORE + TOOLS + UI + WEB),
        ("npm run -w @x/core build -- --watch=false", "", CORE),
        ("npm --prefix packages/core run build", "", CORE),
        ("npm run build", "packages/ui", UI),
        ("npm run build:all", "", CORE + UI + WEB),
        ("npm run deep", "", CORE),
        ("npm run loop", "", []),
        ("npm run everything", "", CORE + UI + CORE + UI + WEB),
        ("npm start", "apps/web", ["@x/web:node", "??@x/web"]),
        ("npm exec -w @x/core -- tsc -p .", "", CORE),
        ("npm install -g pnpm", "", []),
        ("npm prune --omit=dev", "", ["root:trim"]),
        ("npx tsc -p packages/core", "", CORE),
        ("npx --yes tsc", "packages/core", CORE),
        ("node_modules/.bin/tsc -p packages/core/tsconfig.json", "", CORE),
        ("node node_modules/typescript/bin/tsc -p packages/ui", "", UI),
        ("yarn build:libs", "", CORE + UI),
        ("yarn run build", "packages/core", CORE),
        ("yarn --cwd packages/core build", "", CORE),
        ("yarn workspace @x/web build", "", WEB),
        ("yarn workspace @x/web run build", "", WEB),
        ("yarn workspace @x/nobody build", "", ["??"]),
        ("yarn workspaces run build", "", CORE + TOOLS + UI + WEB),
        ("yarn workspaces foreach -Rt --from @x/web run build", "", CORE + UI + WEB),
        ("yarn workspaces foreach --all --exclude root --topological-dev run build", "", CORE + TOOLS + UI + WEB),
        ("yarn workspaces foreach -A --include {@x/ui,@x/core} run build", "", CORE + UI),
        ("yarn workspaces foreach -A --exclude {@x/web,root} run build", "", CORE + TOOLS + UI),
        ("yarn tsc -p packages/core", "", CORE),
        ("bun run build", "packages/core", CORE),
        ("bun --filter @x/web build", "", WEB),
        ("bun run --filter @x/* build", "", CORE + TOOLS + UI + WEB),
        ("bunx tsc", "packages/core", CORE),
        ("turbo build", "", ["??root"]),
        ("lerna run build", "", CORE + TOOLS + UI + WEB),
        ("lerna run build --scope @x/ui --include-dependencies", "", CORE + UI),
        ("npx lerna run build --scope=@x/ui", "", UI),
        ("tsc -b apps/web", "", ["@x/web:tsc"]),
        ("make build", "", ["??root"]),
        ("cross-env NODE_ENV=production tsc", "packages/core", CORE),
    ],
)
def test_plans(line: str, cwd: str, expected: list[str]) -> None:
    files = pnpm()
    # foreach and npm list members by the patterns' order and by name; the topological order puts tools late.
    found = shown(planner(files).plan(line.split(), cwd))
    assert sorted(found) == sorted(expected)
    for first, second in (("@x/core:tsc", "@x/ui:tsc"), ("@x/ui:tsc", "@x/web:vite")):
        if first in expected and second in expected:
            assert found.index(first) < found.index(second)


def test_npm_workspaces_are_not_topological() -> None:
    files = tree("*", {"workspaces": ["apps/*", "packages/*"]}, package_lock_json="{}")
    found = shown(planner({**files, "package-lock.json": "{}"}).plan(["npm", "run", "build", "--workspaces"], ""))
    assert found == [*WEB, *CORE, *TOOLS, *UI]


def test_unknown_values() -> None:
    plan = planner(pnpm())
    assert shown(plan.plan(["pnpm", "--filter", None, "build"], "")) == ["??root"]
    assert shown(plan.plan([None, "build"], "")) == ["??root"]
    assert shown(plan.plan(["pnpm", "run", None], "")) == ["??root"]
    assert shown(plan.plan(["npm", "run", "build"], None)) == ["??"]
    assert shown(plan.plan(["pnpm", "-C", None, "build"], "")) == ["??"]


def test_what_is_not_visible_does_not_run() -> None:
    plan = planner(pnpm(), {"root", "@x/web", "@x/core"})
    assert shown(plan.plan(["pnpm", "--filter", "@x/web...", "build"], "")) == CORE + WEB
    plan = planner(pnpm(), {"@x/web"})
    # Without the workspace root the filter has nothing to choose from.
    assert shown(plan.plan(["pnpm", "--filter", "@x/web...", "build"], "apps/web")) == ["??@x/web"]
    assert shown(plan.plan(["pnpm", "build"], "apps/web")) == WEB


TURBO = {"tasks": {"build": {"dependsOn": ["^build"]}, "codegen": {}}}


def test_turbo() -> None:
    files = {**pnpm(), "turbo.json": json.dumps(TURBO)}
    plan = planner(files)
    assert shown(plan.plan(["turbo", "run", "build", "--filter=@x/web"], "")) == CORE + UI + WEB
    assert shown(plan.plan(["npx", "turbo", "build", "--filter", "web..."], "")) == CORE + UI + WEB
    assert shown(plan.plan(["pnpm", "turbo", "build"], "apps/web")) == CORE + UI + WEB
    assert sorted(shown(plan.plan(["turbo", "build"], ""))) == sorted(
        # The root's own build script is a task too; it runs every package once more.
        2 * (CORE + UI + WEB + TOOLS)
    )
    assert shown(plan.plan(["turbo", "run", "build", "--scope=@x/ui"], "")) == CORE + UI
    assert shown(plan.plan(["turbo", "run", None], "")) == ["??root"]
    prune = plan.plan(["turbo", "prune", "@x/ui", "--docker"], "")
    assert [event.kind for event in prune] == ["prune"]
    assert [each.label for each in prune[0].selected or ()] == ["@x/core", "@x/ui"]


def test_turbo_without_dependencies_and_with_package_configuration() -> None:
    files = {**pnpm(), "turbo.json": '{"pipeline": {"build": {"outputs": ["dist/**"]}}}'}
    assert shown(planner(files).plan(["turbo", "build", "--filter=@x/web"], "")) == WEB
    files["apps/web/turbo.json"] = '{"extends": ["//"], "tasks": {"build": {"dependsOn": ["@x/core#build"]}}}'
    assert shown(planner(files).plan(["turbo", "build", "--filter=@x/web"], "")) == CORE + WEB


@pytest.mark.parametrize(
    "config",
    [
        {"targetDefaults": {"build": {"dependsOn": ["^build"]}}},
        {"targetDependencies": {"build": [{"target": "build", "projects": "dependencies"}]}},
        {"targetDefaults": {"build": {"dependsOn": [{"target": "build", "dependencies": True}]}}},
    ],
)
def test_nx(config: dict[str, object]) -> None:
    plan = planner({**pnpm(), "nx.json": json.dumps(config)})
    assert shown(plan.plan(["nx", "build", "@x/web"], "")) == CORE + UI + WEB
    assert shown(plan.plan(["npx", "nx", "run", "@x/web:build:production"], "")) == CORE + UI + WEB
    assert shown(plan.plan(["nx", "run-many", "-t", "build", "-p", "ui"], "")) == CORE + UI
    assert shown(plan.plan(["lerna", "run", "build", "--scope", "@x/ui"], "")) == CORE + UI
    assert shown(plan.plan(["nx", "build", "unheard-of"], "")) == ["??root"]
    assert shown(plan.plan(["nx", "affected", "-t", "build"], "")) == ["??root"]


def test_nx_targets_of_executors_are_not_understood() -> None:
    files = {
        **pnpm(),
        "nx.json": "{}",
        "apps/web/project.json": '{"name": "site", "targets": {"bundle": {"executor": "@nx/x"}}}',
    }
    assert shown(planner(files).plan(["nx", "bundle", "site"], "")) == ["??@x/web"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"executor": "nx:run-commands", "options": {"command": "tsc -p packages/core"}}, CORE),
        ({"command": "pnpm --filter core build"}, CORE),
        ({"executor": "nx:run-commands", "options": {"commands": ["tsc"], "cwd": "packages/core"}}, CORE),
        (
            {"executor": "nx:run-commands", "options": {"commands": [{"command": "tsc"}], "cwd": "{projectRoot}"}},
            ["@x/web:tsc"],
        ),
        ({"executor": "nx:run-commands", "options": {"command": "tsc {args.x}"}}, ["??@x/web"]),
        ({"executor": "nx:run-script", "options": {"script": "build"}}, WEB),
        ({"executor": "nx:noop"}, []),
        ({"executor": "@nx/js:tsc", "options": {"outputPath": "dist/web"}}, ["@x/web:@nx/js:tsc"]),
        ({"executor": "@nx/js:verdaccio"}, ["??@x/web"]),
    ],
)
def test_nx_executors(target: dict[str, object], expected: list[str]) -> None:
    project = json.dumps({"name": "site", "targets": {"bundle": target}})
    files = {**pnpm(), "nx.json": "{}", "apps/web/project.json": project}
    assert shown(planner(files).plan(["nx", "bundle", "site"], "")) == expected


def test_installs_run_life_cycle_scripts() -> None:
    files = pnpm()
    files["packages/core/package.json"] = manifest(
        "@x/core", (), prepare="tsc -p tsconfig.json", postinstall="patch-package"
    )
    plan = planner(files)
    events = plan.plan(["pnpm", "install", "--frozen-lockfile"], "")
    assert shown(events) == ["root:install", "~@x/core:patch-package", "~@x/core:tsc"]
    assert all(event.lifecycle for event in events[1:])
    assert shown(plan.plan(["pnpm", "i", "--ignore-scripts"], "")) == ["root:install"]
    assert shown(plan.plan(["pnpm", "install", "--filter", "@x/tools"], "")) == ["root:install"]
    assert shown(plan.plan(["yarn"], "")) == ["root:install", "~@x/core:patch-package", "~@x/core:tsc"]
    # npm runs prepare of members all the same.
    assert shown(plan.plan(["npm", "ci", "--ignore-scripts"], "")) == ["root:install", "~@x/core:tsc"]


MAKEFILE = """
PKG ?= @x/core
SHELL := /bin/bash
.PHONY: all build web
all: build
build: core
\t@echo done
core:
\tpnpm --filter $(PKG) build
web: core
\tcd apps/web && pnpm build
twice:
\t$(MAKE) core
dynamic:
\tpnpm --filter $@ build
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("make", CORE),
        ("make build", CORE),
        ("make -s web", [*CORE, *WEB]),
        ("make twice", CORE),
        ("make dynamic", ["??root"]),
        ("make nothing", ["??root"]),
        ("make build PKG=@x/ui", ["??root"]),
        ("make -C apps build", ["??root"]),
        ("sh scripts/all.sh", [*CORE, "@x/ui:tsc"]),
        ("scripts/all.sh", [*CORE, "@x/ui:tsc"]),
        ("bash -eu scripts/all.sh", [*CORE, "@x/ui:tsc"]),
        ("bash -c scripts/all.sh", ["??root"]),
        ("sh scripts/unknown.sh", ["??root"]),
        ("scripts/tool.py", ["??root"]),
        ("sh scripts/missing.sh", ["??root"]),
        ("sh scripts/maybe.sh", ["~@x/core:tsc"]),
    ],
)
def test_scripts_and_makefiles(line: str, expected: list[str]) -> None:
    files = pnpm(
        Makefile=MAKEFILE,
        **{
            "scripts/all.sh": '#!/bin/bash\nset -e\ncd "$(dirname "$0")/.."\npnpm -F core build\npnpm -F ui build\n',
            "scripts/unknown.sh": "#!/bin/sh\nfor p in a b; do cd packages/$p && pnpm build; done\n",
            "scripts/tool.py": "#!/usr/bin/env python3\nprint(1)\n",
            "scripts/maybe.sh": "#!/bin/sh\nif [ -d dist ]; then pnpm -F @x/core build; fi\n",
        },
    )
    found = [event for event in shown(planner(files).plan(line.split(), "")) if "root:" not in event]
    assert found == expected


RUSH = {
    "rush.json": '{\n  // the projects\n  "projects": [\n'
    '    {"packageName": "@x/web", "projectFolder": "apps/web"},\n'
    '    {"packageName": "@x/ui", "projectFolder": "libs/ui"},\n'
    '    {"packageName": "@x/core", "projectFolder": "libs/core"},\n  ]\n}\n',
    "apps/web/package.json": manifest("@x/web", ("@x/ui",), build="tsc", bundle="esbuild --bundle src/i.ts"),
    "libs/ui/package.json": manifest("@x/ui", ("@x/core",), build="tsc"),
    "libs/core/package.json": manifest("@x/core", build="tsc"),
}


@pytest.mark.parametrize(
    ("line", "cwd", "expected"),
    [
        ("rush build", "", ["@x/core", "@x/ui", "@x/web"]),
        ("rush rebuild -v -p 2", "", ["@x/core", "@x/ui", "@x/web"]),
        ("node common/scripts/install-run-rush.js build --to @x/ui", "", ["@x/core", "@x/ui"]),
        ("rush build -t .", "libs/ui", ["@x/core", "@x/ui"]),
        ("rush build --to-except @x/web", "", ["@x/core", "@x/ui"]),
        ("rush build -o @x/web", "", ["@x/web"]),
        ("rushx build", "apps/web", ["@x/web"]),
        ("node ../../common/scripts/install-run-rushx.js build", "libs/core", ["@x/core"]),
        ("rush list", "", []),
        ("rush build --to git:origin/main", "", None),
        ("rush deploy -p @x/web", "", None),
    ],
)
def test_rush(line: str, cwd: str, expected: list[str] | None) -> None:
    workspace = load_workspace(MemoryContext(RUSH), cwd)
    assert workspace is not None and workspace.root == "" and workspace.settings.linker == "isolated"
    events = Planner(workspace).plan(line.split(), cwd)
    if expected is None:
        assert [event.kind for event in events] == ["opaque"]
    else:
        assert [event.package.label for event in events if event.package is not None] == expected


def test_rush_installs() -> None:
    workspace = load_workspace(MemoryContext(RUSH), "")
    assert workspace is not None
    (every,) = Planner(workspace).plan(["rush", "install", "--max-install-attempts", "1"], "")
    assert (every.kind, every.selected) == ("install", None)
    (some,) = Planner(workspace).plan(["rush", "install", "--to", "@x/ui"], "")
    assert some.selected is not None and [each.label for each in some.selected] == ["@x/core", "@x/ui"]
