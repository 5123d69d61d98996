"""Entry points, TypeScript configurations, tools and imports."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.context.workspace import Reach, Tool, candidates, load_tsconfig, load_workspace, subpaths
from dflint.context.workspace.entries import conditions
from dflint.context.workspace.imports import read_imports
from dflint.context.workspace.package import Package
from dflint.context.workspace.tools import read_tools


def make(**fields: object) -> Package:
    return Package("p", fields)


@pytest.mark.parametrize(
    ("fields", "subpath", "purpose", "present", "absent"),
    [
        ({"main": "dist/index.js"}, ".", "node", ["dist/index.js", "index.js"], ["dist/index.d.ts", "src/index.ts"]),
        ({"main": "./lib"}, ".", "node", ["lib.js", "lib/index.js"], []),
        ({}, ".", "node", ["index.js", "index.json"], ["index.ts"]),
        ({}, ".", "bundle", ["index.ts", "index.tsx"], []),
        ({"main": "dist/a.js", "types": "dist/a.d.ts"}, ".", "types", ["dist/a.d.ts", "dist/a.ts", "index.d.ts"], []),
        ({"types": "src/index.ts", "main": "dist/index.js"}, ".", "types", ["src/index.ts"], []),
        ({"types": "src/index.ts", "main": "dist/index.js"}, ".", "bundle", ["dist/index.js"], ["src/index.ts"]),
        ({"main": "dist/i.js", "module": "src/i.mjs"}, ".", "bundle", ["src/i.mjs"], []),
        ({"main": "dist/i.js", "module": "src/i.mjs"}, ".", "node", ["dist/i.js"], ["src/i.mjs"]),
        ({"main": "x.js"}, "./dist/foo", "bundle", ["dist/foo", "dist/foo.js", "dist/foo/index.ts"], ["x.js"]),
        ({"exports": "./dist/i.js", "main": "src/i.js"}, ".", "node", ["dist/i.js"], ["src/i.js"]),
        ({"exports": {"types": "./src/i.ts", "default": "./dist/i.js"}}, ".", "node", ["dist/i.js"], ["src/i.ts"]),
        ({"exports": {"types": "./src/i.ts", "default": "./dist/i.js"}}, ".", "types", ["src/i.ts", "dist/i.d.ts"], []),
        (
            {"exports": {".": {"development": "./src/i.ts", "import": "./dist/i.js"}}},
            ".",
            "node",
            ["dist/i.js"],
            ["src/i.ts"],
        ),
        ({"exports": {".": {"development": "./src/i.ts", "import": "./dist/i.js"}}}, ".", "bundle", ["src/i.ts"], []),
        ({"exports": {"./*": "./dist/*.mjs"}}, "./a/b", "node", ["dist/a/b.mjs"], []),
        (
            {"exports": {"./*": "./dist/*.mjs", "./in/*": {"import": ["./src/*.js"]}}},
            "./in/b",
            "node",
            ["src/b.js"],
            [],
        ),
        ({"exports": {"./features/": "./dist/"}}, "./features/x.js", "node", ["dist/x.js"], []),
        (
            {"exports": {".": {"node": {"require": "./c.cjs", "import": "./m.mjs"}}}},
            ".",
            "node",
            ["c.cjs", "m.mjs"],
            [],
        ),
    ],
)
def test_candidates(
    fields: dict[str, object], subpath: str, purpose: str, present: list[str], absent: list[str]
) -> None:
    found = candidates(make(**fields), subpath, purpose)  # type: ignore[arg-type]
    assert found is not None
    assert set(present) <= set(found)
    assert not set(absent) & set(found)


def test_what_cannot_be_told() -> None:
    assert candidates(make(exports={".": "./a.js"}), "./b", "node") is None
    assert candidates(make(exports={"./private": None}), "./private", "node") is None
    assert candidates(make(main="dist/a.js", typesVersions={"*": {}}), ".", "types") is None
    # publishConfig is for published packages only.
    assert candidates(make(exports="./src/i.ts", publishConfig={"exports": "./dist/i.js"}), ".", "bundle") == (
        "src/i.ts",
    )


def test_subpaths_and_conditions() -> None:
    package = make(exports={".": {"@x/source": "./s.ts", "default": ["./d.js"]}, "./a": "./a.js", "./*": "./*.js"})
    assert subpaths(package) == (".", "./a")
    assert conditions(package) == {"@x/source", "default"}
    assert subpaths(make(main="x")) == (".",)


TS = {
    "package.json": json.dumps({"workspaces": ["packages/*"]}),
    "tsconfig.base.json": '{"compilerOptions": {"outDir": "./never", "paths": {"@x/*": ["packages/*/src"]}}}',
    "packages/config/package.json": json.dumps({"name": "@x/config"}),
    "packages/config/tsconfig.lib.json": '{"compilerOptions": {"noEmit": true}}',
    "packages/a/package.json": json.dumps({"name": "@x/a"}),
    "packages/a/tsconfig.json": (
        '{"extends": "../../tsconfig.base", "compilerOptions": {"outDir": "dist"}, "references": [{"path": "../b"}]}'
    ),
    "packages/b/package.json": json.dumps({"name": "@x/b"}),
    "packages/b/tsconfig.json": json.dumps(
        {"extends": ["@x/config/tsconfig.lib", "missing"], "compilerOptions": {"outDir": "${configDir}/out"}}
    ),
}


def test_tsconfig() -> None:
    context = MemoryContext(TS)
    workspace = load_workspace(context, "packages/a")
    config = load_tsconfig(context, "packages/a", workspace)
    assert config is not None
    assert config.outputs == ("packages/a/dist",)
    assert config.references == ("packages/b",)
    assert config.files == ("packages/a/tsconfig.json", "tsconfig.base.json")
    assert config.maps("@x/b") and not config.maps("lodash")
    other = load_tsconfig(context, "packages/b/tsconfig.json", workspace)
    assert other is not None
    assert (other.outputs, other.emits, other.partial) == (("packages/b/out",), False, True)
    assert load_tsconfig(context, "packages/config", workspace) is None


@pytest.mark.parametrize(
    ("line", "builds", "outputs", "resolves"),
    [
        ("tsc -p tsconfig.json", True, ("packages/a/dist",), "types"),
        ("tsc", True, ("packages/a/dist",), "types"),
        ("tsc --noEmit", False, ("packages/a/dist",), "types"),
        ("tsc -p ../b", False, ("packages/b/out",), "types"),
        ("tsc src/i.ts --outDir lib", True, ("packages/a/lib",), "types"),
        ("tsc --version", False, None, None),
        ("node_modules/.bin/tsc --outDir=../../dist/a", True, ("dist/a",), "types"),
        ("esbuild src/i.ts --bundle --outfile=dist/i.js", True, ("packages/a/dist",), "bundle"),
        ("esbuild src/i.ts --outdir=lib", True, ("packages/a/lib",), None),
        ("vite build", True, None, "bundle"),
        ("vite build --ssr", True, None, None),
        ("vite preview", False, None, None),
        ("next build", True, None, "bundle"),
        ("next start", False, None, None),
        ("swc src -d dist", True, ("packages/a/dist",), None),
        ("tsup src/index.ts", True, None, "bundle"),
        ("nest build", True, None, "types"),
        ("nest build api", True, None, None),
        ("nest start", False, None, None),
        ("bun build src/i.ts --outdir dist --external x", True, ("packages/a/dist",), "bundle"),
        ("rimraf dist", False, None, None),
        ("cp -r src dist", True, None, None),
    ],
)
def test_tools(line: str, builds: bool, outputs: tuple[str, ...] | None, resolves: str | None) -> None:
    workspace = load_workspace(MemoryContext(TS), "packages/a")
    assert workspace is not None
    tools = read_tools(workspace, line.split(), "packages/a")
    assert tools is not None
    (tool,) = tools
    assert (tool.builds, tool.outputs, tool.resolves) == (builds, outputs, resolves)


def test_more_tools() -> None:
    workspace = load_workspace(MemoryContext(TS), "packages/a")
    assert workspace is not None
    projects = read_tools(workspace, ["tsc", "-b"], "packages/a")
    assert projects is not None
    assert [tool.outputs for tool in projects] == [("packages/b/out",), ("packages/a/dist",)]
    assert read_tools(workspace, ["frobnicate"], "packages/a") is None
    assert read_tools(workspace, ["tsc", None], "packages/a") is None
    (esbuild,) = read_tools(workspace, ["esbuild", "a", "--bundle", "--external:@x/*"], "packages/a") or ()
    assert esbuild.external is not None and esbuild.external("@x/b") and not esbuild.external("lodash")
    (node,) = read_tools(workspace, ["node", "-r", "x", "dist/main.js"], "packages/a") or ()
    assert (node.resolves, node.script) == ("node", "packages/a/dist/main.js")


IMPORTS = [
    ("import { helper } from '@x/value';", "a.ts", ["@x/value"], []),
    ('import type { T } from "@x/types";', "a.ts", [], ["@x/types"]),
    ("import type { T } from './x'", "a.ts", [], ["./x"]),
    ("import { Order } from 'o';\nlet a: Order;\nlet b = get<Order>();\nlet c: Map<Order, 1>;", "a.ts", [], ["o"]),
    ("import { Order } from 'o';\nnew Order();", "a.ts", ["o"], []),
    ("import { Order } from 'o';\nOrder.parse(1);", "a.ts", ["o"], []),
    ("import { Order } from 'o';\nclass Mine extends Order {}", "a.ts", ["o"], []),
    ("import { Panel } from 'o';\nconst v = () => (<Panel a={1} />);", "a.tsx", ["o"], []),
    ("import { AuthModule } from 'o';\n@Module({ imports: [AuthModule] }) class A {}", "a.ts", ["o"], []),
    ("import { Entity } from 'o';\n@Entity() class A {}", "a.ts", ["o"], []),
    ("import { type A, type B } from 'o';", "a.ts", [], ["o"]),
    ("import { Order } from 'o';", "a.js", ["o"], []),
    ("import LIMIT from 'o'", "a.ts", ["o"], []),
    ("import * as all from 'o'", "a.ts", ["o"], []),
    ("import React, { type FC } from 'react'", "a.tsx", [], ["react"]),
    ("import 'effect'", "a.ts", ["effect"], []),
    ("export * from 'again'", "a.ts", ["again"], []),
    ("export type { A } from 'again'", "a.ts", [], ["again"]),
    ("const a = require('r'); const b = require.resolve('q');", "a.ts", ["r", "q"], []),
    ("const c = await import(`lazy`);", "a.ts", ["lazy"], []),
    ("import {\n  a,\n  b,\n} from 'many/sub';\nimport x from 'next';", "a.ts", ["many/sub", "next"], []),
    ("// 'comment'\nconst s = 'string'; const from = 'x'; foo.import('y')", "a.ts", [], []),
    ("  // import { a } from 'x';\n * import b from 'y';\nimport c from 'z';", "a.ts", ["z"], []),
    ("let a: import('@x/t').Foo; let b = typeof import('u');", "a.ts", [], ["@x/t", "u"]),
    ("const m = await import('@x/t');", "a.ts", ["@x/t"], []),
    ("import fs = require('r')", "a.ts", ["r"], []),
    ("export const path = 'x/y';\nconst t = `from ${a}`", "a.ts", [], []),
]


@pytest.mark.parametrize(("text", "path", "values", "types"), IMPORTS)
def test_imports(text: str, path: str, values: list[str], types: list[str]) -> None:
    found = read_imports(text, path)
    assert [each.specifier for each in found if each.value] == values
    assert [each.specifier for each in found if not each.value] == types


@pytest.mark.parametrize(
    ("text", "path", "checked"),
    [
        ("import { a } from 'x'", "a.ts", True),
        ("export * from 'x'", "a.ts", True),
        ("await import('x')", "a.ts", True),
        ("import y = require('x')", "a.ts", True),
        ("const y = require('x')", "a.ts", False),
        ("import 'x'", "a.ts", False),
        ("import styles from 'x/a.css'", "a.tsx", False),
        ("import { a } from 'x'", "a.js", False),
    ],
)
def test_what_the_compiler_must_resolve(text: str, path: str, checked: bool) -> None:
    assert [each.checked for each in read_imports(text, path)] == [checked]


REACH = {
    "package.json": json.dumps({"workspaces": ["*"]}),
    "package-lock.json": "{}",
    "ui/package.json": json.dumps({"name": "ui", "version": "1.0.0", "main": "dist/index.js"}),
    "core/package.json": json.dumps(
        {"name": "core", "version": "1.0.0", "main": "src/index.ts", "dependencies": {"ui": "*", "left-pad": "1"}}
    ),
    "core/src/index.ts": "export * from './deep';",
    "core/src/deep/index.ts": "import { a } from 'ui/a'; import pad from 'left-pad'; import fs from 'node:fs';",
    "web/package.json": json.dumps({"name": "web", "dependencies": {"core": "*", "ui": "*"}}),
    "web/index.html": '<script type="module" src="/src/main.tsx"></script>',
    "web/tsconfig.json": '{"compilerOptions": {"paths": {"#lib/*": ["./library/*"]}}, "include": ["src"],'
    ' "exclude": ["src/old"]}',
    "web/src/main.tsx": "import { x } from './app.js'; import '@/page'; import y from '#lib/z';",
    "web/src/app.ts": "import { b } from 'core';",
    "web/src/page.vue": "import c from 'ui';",
    "web/library/z.ts": "import d from 'ui/z';",
    "web/server/index.ts": "import e from 'ui/server';",
    "web/src/old/f.ts": "import f from 'ui/old';",
    "web/src/main.test.ts": "import g from 'ui/test';",
}


def test_what_a_build_reaches() -> None:
    workspace = load_workspace(MemoryContext(REACH), "web")
    assert workspace is not None
    reach = Reach(workspace)
    web, core = workspace.by_name["web"], workspace.by_name["core"]
    (vite,) = read_tools(workspace, ["vite", "build"], "web") or ()
    (tsc,) = read_tools(workspace, ["tsc"], "web") or ()

    def used(tool: Tool) -> set[tuple[str, str]]:
        return {
            (use.importer.label, use.name + use.subpath[1:]) for use in reach.uses(web, tool, tool.resolves or "node")
        }

    through = {("web", "core"), ("core", "ui/a"), ("web", "ui"), ("web", "ui/z")}
    assert used(vite) == through
    assert used(tsc) == through
    assert reach.externals(core, reach.sources(core)) == ("left-pad",)
    assert not any(use.assumed for use in reach.uses(web, vite, "bundle"))


def test_bundlers_whose_start_is_not_known() -> None:
    files = {**REACH, "web/vite.config.ts": "export default { build: { rollupOptions: { input: 'x' } } }"}
    workspace = load_workspace(MemoryContext(files), "web")
    assert workspace is not None
    web = workspace.by_name["web"]
    for line in (["vite", "build"], ["webpack"], ["next", "build"]):
        (tool,) = read_tools(workspace, line, "web") or ()
        assert list(Reach(workspace).uses(web, tool, "bundle")) == []


def test_unreadable_sources_are_taken_at_the_manifests_word() -> None:
    files = {path: text for path, text in REACH.items() if not path.startswith("web/") or path == "web/package.json"}
    files["web/index.html"] = ""
    workspace = load_workspace(MemoryContext({**files, "web/src/main.tsx": ""}), "web")
    assert workspace is not None
    web = workspace.by_name["web"]
    (vite,) = read_tools(workspace, ["vite", "build"], "web") or ()
    assert [(use.name, use.assumed) for use in Reach(workspace).uses(web, vite, "bundle")] == [
        ("core", True),
        ("ui", True),
    ]
