"""Where the TypeScript compiler writes to: each row is what tsc 5.6 wrote."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.context.workspace import Reach, load_tsconfig, load_workspace
from dflint.context.workspace.emitted import emitted

BASE = {
    "package.json": '{"name": "app", "devDependencies": {"typescript": "^5.6.3"}}',
    "src/main.ts": "import './lib/a';\n",
    "src/lib/a.ts": "export const a = 1;\n",
}


def config(selection: dict[str, object] | None = None, **options: object) -> str:
    return json.dumps({"compilerOptions": {"outDir": "dist", "module": "commonjs", **options}, **(selection or {})})


ROWS: list[tuple[dict[str, str], list[str] | None]] = [
    ({"tsconfig.json": config()}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(rootDir=".")}, ["src/lib/a.js", "src/main.js"]),
    ({"tsconfig.json": config(composite=True)}, ["src/lib/a.js", "src/main.js"]),
    ({"tsconfig.json": config({"include": ["src"]}, rootDir="src")}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(), "prisma/seed.ts": ""}, ["prisma/seed.js", "src/lib/a.js", "src/main.js"]),
    ({"tsconfig.json": config({"include": ["src"]}), "prisma/seed.ts": ""}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config({"exclude": ["prisma"]}), "prisma/seed.ts": ""}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(), "types/x.d.ts": "declare const x: number;\n"}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(), "jest.config.js": ""}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(allowJs=True), "jest.config.js": ""}, ["jest.config.js", "src/lib/a.js", "src/main.js"]),
    ({"tsconfig.json": config(), ".hidden/x.ts": ""}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config({"files": ["src/lib/a.ts"]})}, ["a.js"]),
    ({"tsconfig.json": config({"files": ["src/main.ts"]})}, ["lib/a.js", "main.js"]),
    (
        {
            "tsconfig.json": config({"include": ["src"]}, resolveJsonModule=True, esModuleInterop=True),
            "src/main.ts": "import pkg from '../package.json';\nconsole.log(pkg.name);\n",
        },
        ["package.json", "src/lib/a.js", "src/main.js"],
    ),
    (
        {
            "tsconfig.json": config({"include": ["src"]}),
            "src/main.ts": "import { b } from '../shared/b';\nconsole.log(b);\n",
            "shared/b.ts": "export const b = 2;\n",
        },
        ["shared/b.js", "src/lib/a.js", "src/main.js"],
    ),
    (
        {
            "tsconfig.json": config({"include": ["src"]}),
            "src/main.ts": "import type { B } from '../shared/b';\nexport const b: B = 2;\n",
            "shared/b.ts": "export type B = number;\n",
        },
        ["shared/b.js", "src/lib/a.js", "src/main.js"],
    ),
    ({"tsconfig.json": config({"include": ["src", "*.ts"]}), "x.mts": "export {};\n"}, ["lib/a.js", "main.js"]),
    ({"tsconfig.json": config(), "extra.tsx": "export {};\n"}, ["extra.js", "src/lib/a.js", "src/main.js"]),
    ({"tsconfig.json": config({"extends": "@example/tsconfig"})}, None),
    ({"tsconfig.json": config({"include": ["../x", "src"]})}, None),
    ({"tsconfig.json": config(outFile="x.js")}, None),
]


@pytest.mark.parametrize(("files", "expected"), ROWS)
def test_output(files: dict[str, str], expected: list[str] | None) -> None:
    context = MemoryContext({**BASE, **files}, "Dockerfile")
    workspace = load_workspace(context)
    tsconfig = load_tsconfig(context, "")
    assert workspace is not None
    assert tsconfig is not None
    found = emitted(tsconfig, workspace.packages[0], Reach(workspace), lambda path: True)
    assert (sorted(found.files) if found is not None else None) == expected


def test_only_what_is_in_the_image_counts() -> None:
    context = MemoryContext({**BASE, "tsconfig.json": config(), "prisma/seed.ts": ""}, "Dockerfile")
    workspace, tsconfig = load_workspace(context), load_tsconfig(context, "")
    assert workspace is not None
    assert tsconfig is not None
    reach, package = Reach(workspace), workspace.packages[0]
    found = emitted(tsconfig, package, reach, lambda path: not path.startswith("prisma"))
    assert found is not None
    assert sorted(found.files) == ["lib/a.js", "main.js"]
    assert emitted(tsconfig, package, reach, lambda path: None) is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("~5.4.0", ["lib/a.js", "main.js"]),
        ("^6.0.0", ["src/lib/a.js", "src/main.js"]),
        ("7.0.2", ["src/lib/a.js", "src/main.js"]),
        ("latest", None),
        (">=5", None),
    ],
)
def test_default_root_of_a_version(version: str, expected: list[str] | None) -> None:
    """tsc 6.0.3 and 7.0.2 take the folder of tsconfig.json."""
    manifest = json.dumps({"name": "app", "devDependencies": {"typescript": version}})
    context = MemoryContext({**BASE, "package.json": manifest, "tsconfig.json": config()}, "Dockerfile")
    workspace, tsconfig = load_workspace(context), load_tsconfig(context, "")
    assert workspace is not None
    assert tsconfig is not None
    found = emitted(tsconfig, workspace.packages[0], Reach(workspace), lambda path: True)
    assert (sorted(found.files) if found is not None else None) == expected
