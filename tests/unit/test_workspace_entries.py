"""Entry points, TypeScript configurations, tools and imports."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.context.workspace import candidates, load_tsconfig, load_workspace, read_imports, subpaths
from dflint.context.workspace.entries import conditions
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
        ("tsup src/index.ts", True, None, None),
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


SOURCES = {
    "package.json": "{}",
    "src/a.ts": "import { helper } from '@x/value';\nimport type { T } from \"@x/types\";\nhelper();\n",
    "src/b.tsx": "import { Order } from '@x/interface';\nlet a: Order;\nexport { x } from '@x/again/deep/file';\n",
    "src/c.ts": "import { Service } from '@x/class';\nnew Service();\n",
    "src/c2.ts": "import { type A, Box } from '@x/box';\nlet b = useState<Box>();\n",
    "src/d.js": "const y = require('@x/required'); await import('@x/lazy/sub');\nimport '@x/effect';\n",
    "src/e.ts": "import { Panel } from '@x/jsx';\nexport const view = () => (<Panel a={1} />);\n",
    "src/f.ts": "import { AuthModule } from '@x/nest';\n@Module({ imports: [AuthModule] }) class App {}\n",
    "src/g.spec.ts": "import x from '@x/tested';\n",
    "tests/h.ts": "import x from '@x/tested';\n",
    "inner/i.ts": "import x from '@x/inner';\n",
    "node_modules/j/index.js": "require('@x/modules')",
    "src/k.ts": "// '@x/comment'\nconst z = '@x/string';\n",
}


def test_imports() -> None:
    context = MemoryContext(SOURCES)
    names = [
        "@x/value", "@x/types", "@x/interface", "@x/again", "@x/class", "@x/box", "@x/required", "@x/lazy", "@x/effect",
        "@x/jsx", "@x/nest", "@x/tested", "@x/inner", "@x/modules", "@x/comment", "@x/string",
    ]  # fmt: skip
    found = read_imports(context, Package("", {}), names, ["inner"])
    assert found.complete
    values = {name for name in names if found.of(name, values=True)}
    assert values == {
        "@x/value", "@x/again", "@x/class", "@x/required", "@x/lazy", "@x/effect", "@x/jsx", "@x/nest",
    }  # fmt: skip
    assert {name for name in names if found.of(name, values=False)} == values | {"@x/types", "@x/interface", "@x/box"}
    assert found.of("@x/again", values=True) == ("./deep/file",)
    assert found.of("@x/lazy", values=True) == ("./sub",)
