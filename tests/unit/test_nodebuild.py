"""What JavaScript builds need and do not find: the whole analysis over small workspaces."""

from __future__ import annotations

import json

import pytest

from dflint.config import Settings
from dflint.context import MemoryContext
from dflint.engine.runner import BuildInput, run_rules
from dflint.model import Build, BuildConfig
from dflint.model.nodebuild import NodeBuild
from dflint.model.nodeneeds import Needs
from dflint.model.nodestart import Starts
from dflint.rules._workspace import lacks, needs_of
from dflint.syntax import parse
from dflint.text import Source

TSC = '{"compilerOptions": {"outDir": "dist", "declaration": true}, "include": ["src"]}'


def manifest(name: str, *needs: str, spec: str = "workspace:*", **fields: object) -> str:
    """A package that is built with tsc into dist."""
    base: dict[str, object] = {
        "name": name, "version": "1.0.0", "main": "dist/index.js", "types": "dist/index.d.ts",
        "scripts": {"build": "tsc -p ."},
        "dependencies": dict.fromkeys(needs, spec), "devDependencies": {"typescript": "5"},
    }  # fmt: skip
    return json.dumps({**base, **fields})


def workspace(spec: str = "workspace:*", **root: object) -> dict[str, str]:
    """api imports lib, lib imports core; the entries of lib and core lie in dist."""
    return {
        "package.json": json.dumps({"name": "root", "workspaces": ["packages/*"], **root}),
        ".dockerignore": "**/node_modules\n**/dist\n",
        "packages/core/package.json": manifest("@x/core", spec=spec),
        "packages/core/tsconfig.json": TSC,
        "packages/core/src/index.ts": "export const one = 1;\n",
        "packages/lib/package.json": manifest("@x/lib", "@x/core", spec=spec),
        "packages/lib/tsconfig.json": TSC,
        "packages/lib/src/index.ts": "import { one } from '@x/core';\nexport const two = one + 1;\n",
        "packages/api/package.json": manifest("@x/api", "@x/lib", spec=spec, main="dist/main.js"),
        "packages/api/tsconfig.json": TSC,
        "packages/api/src/main.ts": "import { two } from '@x/lib';\nconsole.log(two);\n",
    }


PNPM = {
    **workspace(packageManager="pnpm@9.12.0"),
    "pnpm-workspace.yaml": "packages: ['packages/*']",
    "pnpm-lock.yaml": "",
}
NPM = {**workspace("^1.0.0", scripts={"all": "npm run build --workspaces"}), "package-lock.json": "{}"}
YARN = {**workspace("^1.0.0"), "yarn.lock": ""}
HEAD = "FROM node:22\nWORKDIR /app\nCOPY . .\n"
P_HEAD = HEAD + "RUN pnpm install --frozen-lockfile\n"
N_HEAD = HEAD + "RUN npm ci\n"


def analyse(text: str, files: dict[str, str], **args: str) -> Needs:
    build = Build(parse(Source(text)), BuildConfig(args=args), MemoryContext(files))
    found = needs_of(build)
    assert found is not None
    return found


def missing(text: str, files: dict[str, str], **args: str) -> list[str]:
    """``consumer > package`` for every build step that misses one."""
    needs = analyse(text, files, **args)
    return [
        f"{m.consumer.name} > {m.package.name}"[3:].replace("@x/", "") for lack in lacks(needs) for m in lack.missing
    ]


def loaded(text: str, files: dict[str, str], **args: str) -> list[str]:
    """``name: reason`` for every module that the image's program cannot load."""
    needs = analyse(text, files, **args)
    final = needs.node.build.final
    assert final is not None
    return [f"{each.name}: {each.reason}".replace("@x/", "") for each in Starts(needs.node, needs).missing(final)]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("RUN pnpm --filter @x/api build", ["api > lib"]),
        ("RUN pnpm --filter @x/api... build", []),
        ("RUN pnpm --filter @x/lib build && pnpm --filter @x/api build", ["lib > core"]),
        ("RUN pnpm --filter @x/core build && pnpm --filter @x/lib build && pnpm --filter @x/api build", []),
        ("RUN pnpm -r build", []),
        ("RUN pnpm -r --no-sort build", []),
        ("WORKDIR /app/packages/api\nRUN pnpm build", ["api > lib"]),
        ("RUN cd packages/api && pnpm run build", ["api > lib"]),
        ("RUN pnpm -C packages/api exec tsc", ["api > lib"]),
        ("RUN packages/api/node_modules/.bin/tsc -p packages/api", ["api > lib"]),
        # Its failure is no matter, or it may not run.
        ("RUN pnpm --filter @x/api build || true", []),
        ("RUN pnpm --filter @x/api build; echo done", []),
        ("RUN if true; then pnpm --filter @x/api build; fi", []),
        # Something that is not understood ran before.
        ("RUN ./prepare.sh\nRUN pnpm --filter @x/api build", []),
        ("RUN make\nRUN pnpm --filter @x/api build", []),
        ("RUN node tools/build-all.mjs\nRUN pnpm --filter @x/api build", []),
        ("RUN pnpm --filter $WHAT build\nRUN pnpm --filter @x/api build", []),
        ("RUN apt-get update && mkdir -p x && python -c 'pass'\nRUN pnpm --filter @x/api build", ["api > lib"]),
        # What other commands may write, and where.
        ("RUN curl -fsSL https://example.org/tool | bash\nRUN pnpm --filter @x/api build", ["api > lib"]),
        ("RUN curl -fsSL https://example.org/a | tar -xz -C /opt\nRUN pnpm --filter @x/api build", ["api > lib"]),
        ("RUN curl -fsSL https://example.org/a | tar -xz\nRUN pnpm --filter @x/api build", []),
        (
            "RUN git clone https://example.org/r.git /opt/r && git config --global x y\nRUN pnpm --filter @x/api build",
            ["api > lib"],
        ),
        ("RUN git clone https://example.org/r.git\nRUN pnpm --filter @x/api build", []),
        ("RUN if true; then rm -rf packages; fi\nRUN pnpm --filter @x/api build", ["api > lib"]),
        ("RUN if test -d x; then cp -r /x/lib packages/lib; fi\nRUN pnpm --filter @x/api build", []),
        ("RUN ln -s /elsewhere/dist packages/lib/dist\nRUN pnpm --filter @x/api build", ["api > lib"]),
        ("COPY --from=r.example.org/b:1 /d /d\nRUN ln -s /d packages/lib/dist\nRUN pnpm --filter @x/api build", []),
        ("RUN cp -r $SOURCE ./packages/lib/dist\nRUN pnpm --filter @x/api build", []),
        ("RUN cd /tmp && npm init -y && npm install left-pad\nRUN pnpm --filter @x/api build", ["api > lib"]),
        ("RUN npx -y only-allow@1 pnpm && npm install -g turbo\nRUN pnpm --filter @x/api build", ["api > lib"]),
        # What it needs is brought from elsewhere.
        ("COPY --from=registry.example.org/built:1 /app/packages ./packages\nRUN pnpm --filter @x/api build", []),
        (
            "RUN --mount=type=bind,from=registry.example.org/b:1,target=packages/lib/dist pnpm -C packages/api build",
            [],
        ),
        ("RUN --mount=type=cache,target=/root/.cache pnpm --filter @x/api build", ["api > lib"]),
        # A build whose output is removed, moved or copied.
        (
            "RUN pnpm --filter @x/lib... build && rm -rf packages/lib/dist\nRUN pnpm --filter @x/api build",
            ["api > lib"],
        ),
        ("RUN pnpm --filter @x/lib... build && rm -rf packages/*/src\nRUN pnpm --filter @x/api build", []),
        (
            "RUN pnpm --filter @x/lib... build && mv packages/lib/dist /tmp/d\nRUN pnpm --filter @x/api build",
            ["api > lib"],
        ),
        (
            # The compiler takes dist/index.ts in the place of dist/index.js.
            "RUN cp -r packages/lib/src/. packages/lib/dist\nRUN pnpm --filter @x/api build",
            [],
        ),
    ],
)
def test_pnpm(run: str, expected: list[str]) -> None:
    assert missing(P_HEAD + run + "\n", PNPM) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("RUN npm run build -w @x/api", ["api > lib"]),
        ("RUN npm run all", ["api > lib"]),  # api comes first in the order of names
        ("RUN npm run build -w packages/core -w packages/lib -w packages/api", []),
        ('RUN ["npm", "run", "build", "--workspace=@x/api"]', ["api > lib"]),
        ("RUN npx tsc -p packages/api", ["api > lib"]),
        ("RUN npx tsc -b packages/api", ["api > lib"]),
        ("RUN npx esbuild packages/api/src/main.ts --bundle --outfile=x.js", ["root > lib"]),
        ("RUN npx esbuild packages/api/src/main.ts --bundle --packages=external --outfile=x.js", []),
    ],
)
def test_npm(run: str, expected: list[str]) -> None:
    found = missing(N_HEAD + run + "\n", NPM)
    assert found == ([] if expected == ["root > lib"] else expected)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("RUN yarn workspace @x/api build", ["api > lib"]),
        ("RUN yarn workspaces foreach -Rt --from @x/api run build", []),
        ("RUN yarn workspaces foreach -A run build", ["api > lib"]),
        ("RUN yarn --cwd packages/api build", ["api > lib"]),
        ("RUN npx lerna run build --scope @x/api", ["api > lib"]),
        ("RUN npx lerna run build", []),
    ],
)
def test_yarn(run: str, expected: list[str]) -> None:
    assert missing(f"{HEAD}RUN yarn install\n{run}\n", YARN) == expected


def change(files: dict[str, str], path: str, **fields: object) -> dict[str, str]:
    return {**files, path: json.dumps({**json.loads(files[path]), **fields})}


API = "RUN pnpm --filter @x/api build\n"


def test_task_graphs() -> None:
    line = P_HEAD + "RUN pnpm turbo run build --filter=@x/api\n"
    assert missing(line, {**PNPM, "turbo.json": '{"tasks": {"build": {"dependsOn": ["^build"]}}}'}) == []
    assert missing(line, {**PNPM, "turbo.json": '{"tasks": {"build": {}}}'}) == ["api > lib"]
    assert missing(line, PNPM) == []  # no configuration: nothing is certain
    nx = '{"targetDefaults": {"build": {"dependsOn": ["^build"]}}}'
    assert missing(P_HEAD + "RUN npx nx build @x/api\n", {**PNPM, "nx.json": nx}) == []
    assert missing(P_HEAD + "RUN npx nx build @x/api\n", {**PNPM, "nx.json": "{}"}) == ["api > lib"]


def test_references_build_what_they_name() -> None:
    api = json.dumps({**json.loads(TSC), "references": [{"path": "../lib"}]})
    lib = json.dumps({**json.loads(TSC), "references": [{"path": "../core"}]})
    files = {**PNPM, "packages/api/tsconfig.json": api, "packages/lib/tsconfig.json": lib}
    assert missing(P_HEAD + "RUN pnpm exec tsc -b packages/api\n", files) == []
    assert missing(P_HEAD + "RUN pnpm exec tsc -p packages/api\n", files) == ["api > lib"]


def test_life_cycle_scripts_build_if_the_sources_are_there() -> None:
    files = change(PNPM, "packages/lib/package.json", scripts={"build": "tsc -p .", "prepare": "pnpm build"})
    files = change(files, "packages/core/package.json", scripts={"build": "tsc -p .", "postinstall": "tsc -p ."})
    assert missing(P_HEAD + API, files) == []
    assert missing(HEAD + "RUN pnpm install --ignore-scripts\n" + API, files) == ["api > lib"]
    early = "FROM node:22\nWORKDIR /app\nCOPY --parents package.json pnpm-*.yaml packages/*/package.json ./\n"
    assert missing(early + "RUN pnpm install\nCOPY . .\n" + API, files) == ["api > lib"]


def test_installs_decide_what_is_linked() -> None:
    assert missing(HEAD + API, PNPM) == []  # nothing is installed: that is another problem
    host = {path: text for path, text in PNPM.items() if path != ".dockerignore"}
    assert missing(HEAD + API, {**host, "packages/api/node_modules/@x/lib/package.json": "{}"}) == []
    only = "FROM node:22\nWORKDIR /app\nCOPY package.json ./\nCOPY packages/api packages/api\nRUN npm install\n"
    # The library was not there when npm looked: it asked the registry for it.
    assert missing(only + "COPY packages packages\nRUN npm run build -w @x/api\n", NPM) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("packages/lib/package.json", manifest("@x/lib", "@x/core", version="2.0.0")),
        ("packages/lib/package.json", manifest("@x/lib", "@x/core", main="src/index.ts", types="src/index.ts")),
        (
            "packages/lib/package.json",
            manifest("@x/lib", "@x/core", exports={".": {"source": "./src/index.ts", "default": "./dist/index.js"}}),
        ),
        ("packages/lib/package.json", manifest("@x/lib", "@x/core", scripts={"test": "jest"})),
        ("packages/lib/package.json", manifest("@x/lib", "@x/core", scripts={"build": "tsc --outDir build"})),
        ("packages/api/src/main.ts", "console.log(1);\n"),
        ("packages/api/src/main.ts", "import { two } from '@x/lib/src/index';\n"),
        ("packages/api/tsconfig.json", '{"compilerOptions": {"paths": {"@x/*": ["../*/src"]}}}'),
        ("packages/api/tsconfig.json", '{"compilerOptions": {"outDir": "dist"}, "include": ["other"]}'),
        ("packages/api/package.json", manifest("@x/api", "@x/lib", scripts={"build": "swc src -d dist"})),
        ("packages/api/package.json", manifest("@x/api", "@x/lib", scripts={"build": "frobnicate"})),
        ("packages/lib/package.json", manifest("@x/lib", "@x/core", publishConfig={"directory": "dist"})),
        ("packages/api/src/main.ts", "import '@x/lib';\n// import { two } from '@x/lib';\n"),
        (
            "packages/api/package.json",
            manifest("@x/api", "@x/lib", scripts={"prebuild": "node all.mjs", "build": "tsc"}),
        ),
        ("packages/api/package.json", manifest("@x/api", "@x/lib", dependenciesMeta={"@x/lib": {"injected": True}})),
    ],
)
def test_what_makes_it_silent(path: str, text: str) -> None:
    files = NPM if "2.0.0" in text else PNPM
    found = missing((N_HEAD + "RUN npm run build -w @x/api\n") if files is NPM else P_HEAD + API, {**files, path: text})
    assert "api > lib" not in found


def test_source_entries_are_followed() -> None:
    lib = manifest("@x/lib", "@x/core", main="src/index.ts", types="src/index.ts")
    assert missing(P_HEAD + API, {**PNPM, "packages/lib/package.json": lib}) == ["api > core"]


def test_types_matter_to_the_compiler_only() -> None:
    files = {**PNPM, "packages/api/src/main.ts": "import type { Two } from '@x/lib';\nlet a: Two;\n"}
    assert missing(P_HEAD + API, files) == ["api > lib"]
    bundle = "esbuild src/main.ts --bundle --outdir=dist"
    files = change(files, "packages/api/package.json", scripts={"build": bundle})
    assert missing(P_HEAD + API, files) == []
    files["packages/api/src/main.ts"] = "import { two } from '@x/lib';\ntwo();\n"
    assert missing(P_HEAD + API, files) == ["api > lib"]
    files = change(files, "packages/api/package.json", scripts={"build": bundle + " --external:@x/*"})
    assert missing(P_HEAD + API, files) == []


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("export default {};", ["api > lib"]),
        ("export default { resolve: { alias: { '@x/lib': '../lib/src' } } };", []),
        ("export default { resolve: { alias: { shared: '../lib/src' } } };", []),
        ("export default { build: { lib: { entry: 'x.ts' } } };", []),
    ],
)
def test_vite(config: str, expected: list[str]) -> None:
    files = change(PNPM, "packages/api/package.json", scripts={"build": "vite build"})
    files["packages/api/index.html"] = '<script type="module" src="/src/main.ts"></script>'
    files["packages/api/vite.config.ts"] = config
    assert missing(P_HEAD + API, files) == expected


def test_nest_with_another_builder() -> None:
    files = change(PNPM, "packages/api/package.json", scripts={"build": "nest build"})
    assert missing(P_HEAD + API, files) == ["api > lib"]
    files["packages/api/nest-cli.json"] = '{"compilerOptions": {"builder": "swc"}}'
    assert missing(P_HEAD + API, files) == []


def test_tools_of_the_root_build_no_members() -> None:
    files = change(PNPM, "package.json", scripts={"gen": "prisma generate", "pre": "preconstruct dev"})
    assert missing(P_HEAD + "RUN pnpm gen\n" + API, files) == ["api > lib"]
    assert missing(P_HEAD + "RUN pnpm pre\n" + API, files) == []


def test_committed_and_host_built_outputs() -> None:
    built = {"packages/lib/dist/index.js": "", "packages/lib/dist/index.d.ts": ""}
    assert missing(P_HEAD + API, {**PNPM, **built, ".dockerignore": "**/node_modules\n"}) == []
    assert missing(P_HEAD + API, {**PNPM, **built}) == ["api > lib"]
    # Committed, but this stage does not copy it: nothing that a build would repair.
    kept = {**PNPM, **built, ".dockerignore": "**/node_modules\npackages/lib/dist\n", ".gitignore": ""}
    assert missing(P_HEAD + API, kept) == ["api > lib"]
    named = HEAD + "RUN pnpm install\nCOPY packages/lib/dist packages/lib/dist\n"
    assert missing(named + API, {**PNPM, ".dockerignore": ""}) == []


def test_outputs_of_the_host() -> None:
    built = {"packages/lib/dist/index.js": "", "packages/lib/dist/index.d.ts": "", ".gitignore": "dist\n"}
    files = {**PNPM, **built, ".dockerignore": "**/node_modules\n"}

    def host_built(text: str) -> list[str]:
        needs = analyse(text, files)
        stage = needs.node.build.stages[0]
        return [use.package.label for each in needs.node.happenings(stage) for use, _ in needs.host_built(each)]

    assert host_built(P_HEAD + API) == ["@x/lib"]
    assert host_built(P_HEAD + "RUN pnpm --filter @x/lib... build\n" + API) == []
    files = change(files, "packages/lib/package.json", scripts={"build": "tsup src/index.ts"})
    assert host_built(P_HEAD + "RUN pnpm --filter @x/lib build\n" + API) == []
    files[".gitignore"] = ""
    assert host_built(P_HEAD + API) == []


TEMPLATE = (
    "FROM node:22 AS deps\nARG SERVICE\nWORKDIR /app\nCOPY package.json pnpm-workspace.yaml ./\n"
    "COPY packages/lib/package.json packages/lib/\nCOPY packages/core/package.json packages/core/\n"
    "COPY packages/${SERVICE}/package.json packages/${SERVICE}/\nRUN pnpm install\n"
    "FROM node:22 AS build\nARG SERVICE\nWORKDIR /app\nCOPY --from=deps /app ./\nCOPY packages/lib packages/lib\n"
    "COPY packages/${SERVICE} packages/${SERVICE}\nWORKDIR /app/packages/${SERVICE}\nRUN pnpm build\n"
    "FROM node:22\nCOPY --from=build /app /app\n"
)


def test_templates_are_judged_per_service() -> None:
    assert missing(TEMPLATE, PNPM, SERVICE="api") == ["api > lib"]
    assert missing(TEMPLATE, PNPM, SERVICE="core") == []
    assert missing(TEMPLATE, PNPM) == []


def test_stages_that_are_not_built_do_not_count() -> None:
    text = P_HEAD.replace("FROM node:22", "FROM node:22 AS broken") + API + 'FROM node:22 AS fine\nCMD ["node", "-v"]\n'
    assert missing(text, PNPM) == []
    build = Build(parse(Source(text)), BuildConfig(target="broken"), MemoryContext(PNPM))
    needs = needs_of(build)
    assert needs is not None and len(lacks(needs)) == 1


def test_builds_of_other_stages_arrive_by_copy() -> None:
    text = (
        P_HEAD.replace("FROM node:22", "FROM node:22 AS all")
        + "RUN pnpm --filter @x/api^... build\n"
        + P_HEAD.replace("FROM node:22", "FROM node:22 AS app")
    )
    assert missing(text + API, PNPM) == ["api > lib"]
    assert missing(text + "COPY --from=all /app/packages/lib/dist packages/lib/dist\n" + API, PNPM) == []
    assert missing(text + "COPY --from=all /app/packages ./packages\n" + API, PNPM) == []


def test_turbo_prune_lays_out_manifests_and_sources() -> None:
    text = (
        "FROM node:22 AS prune\nWORKDIR /app\nCOPY . .\nRUN npx turbo prune @x/api --docker\n"
        "FROM node:22\nWORKDIR /app\nCOPY --from=prune /app/out/json/ .\nRUN pnpm install\n"
        "COPY --from=prune /app/out/full/ .\n"
    )
    files = {**PNPM, "turbo.json": '{"tasks": {"build": {}}}'}
    assert missing(text + API, files) == ["api > lib"]
    assert missing(text + "RUN pnpm -r build\n", files) == []


START = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN pnpm install && pnpm -r build\nFROM node:22\nWORKDIR /srv\n"


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ("COPY --from=build /app ./\nWORKDIR /srv/packages/api\n", []),
        (
            "COPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/packages/api ./packages/api\n"
            "WORKDIR /srv/packages/api\n",
            ["lib: uncopied"],
        ),
        (
            "COPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/packages/api ./packages/api\n"
            "COPY --from=build /app/packages/lib ./packages/lib\nWORKDIR /srv/packages/api\n",
            ["core: uncopied"],
        ),
        ("COPY --from=build /app/packages ./packages\nCOPY packages/core/src /x\nWORKDIR /srv/packages/api\n", []),
        (
            "COPY --from=build /app/packages/api/dist ./dist\nCOPY --from=build /app/node_modules ./node_modules\n",
            ["lib: lost"],
        ),
        ("COPY --from=registry.example.org/a:1 /app ./\nWORKDIR /srv/packages/api\n", []),
    ],
)
def test_starts(copies: str, expected: list[str]) -> None:
    assert loaded(START + copies + 'CMD ["node", "dist/main.js"]\n', PNPM) == expected


def test_modules_of_a_member_are_lost_without_its_own_folder() -> None:
    files = change(PNPM, "packages/api/package.json", dependencies={"@x/lib": "workspace:*", "kleur": "4"})
    files["packages/api/src/main.ts"] += "import k from 'kleur';\n"
    text = (
        START + "COPY --from=build /app/packages/api/dist ./dist\nCOPY --from=build /app/node_modules ./node_modules\n"
    )
    assert loaded(text + "CMD node dist/main.js\n", files) == ["kleur: lost", "lib: lost"]
    assert loaded(text + "CMD node dist/main.js\n", {**files, ".npmrc": "node-linker=hoisted\n"}) == [
        "@x/lib: uncopied".replace("@x/", "")
    ]
    assert loaded(text + 'ENTRYPOINT ["/start.sh"]\nCMD ["node", "dist/main.js"]\n', files) == []
    assert loaded(text + 'ENTRYPOINT ["tini", "--"]\nCMD ["node", "dist/main.js"]\n', files) == [
        "kleur: lost",
        "lib: lost",
    ]
    assert loaded(text + "CMD node other.js\n", files) == []
    assert loaded(START + "COPY --from=build /app ./\nCMD node packages/api/dist\n", files) == []
    bundled = change(
        files, "packages/api/package.json", scripts={"build": "esbuild src/main.ts --bundle --outdir=dist"}
    )
    assert loaded(text + "CMD node dist/main.js\n", bundled) == []


def test_a_start_that_needs_what_no_stage_builds() -> None:
    text = HEAD + "RUN yarn install --production && yarn workspace @x/api tsc -p . || true\n"
    text += "WORKDIR /app/packages/api\nCMD yarn start\n"
    files = change(YARN, "packages/api/package.json", scripts={"start": "node dist/main.js", "build": "tsc"})
    assert loaded(text, files) == ["lib: unbuilt"]


def test_nothing_is_analysed_without_packages() -> None:
    build = Build(parse(Source("FROM node:22\nRUN npm ci\n")), None, MemoryContext({"readme.md": ""}))
    assert needs_of(build) is None
    assert needs_of(Build(parse(Source("FROM node:22\nRUN npm ci\n")), None, None)) is None
    assert needs_of(Build(parse(Source("FROM debian\nRUN true\n")), None, MemoryContext(PNPM))) is None


def test_a_workspace_below_the_root_of_the_context() -> None:
    files = {f"web/{path}": text for path, text in PNPM.items()}
    text = "FROM node:22\nWORKDIR /app\nCOPY web/ .\nRUN pnpm install\n" + API
    assert missing(text, files) == ["api > lib"]


def test_a_layout_of_its_own_is_not_judged() -> None:
    text = "FROM node:22\nWORKDIR /srv\nCOPY packages/api .\nCOPY packages/lib /libs/lib\nRUN pnpm install\n"
    assert missing(text + "RUN pnpm build\n", PNPM) == []


def test_deployed_folders_are_not_judged() -> None:
    text = P_HEAD + "RUN pnpm --filter @x/api deploy --prod /out\nFROM node:22\nWORKDIR /srv\nCOPY --from=0 /out .\n"
    assert loaded(text + "CMD node dist/main.js\n", PNPM) == []


def test_happenings_name_their_command() -> None:
    build = Build(parse(Source(P_HEAD + "RUN echo hi && pnpm -r build\n")), None, MemoryContext(PNPM))
    node = NodeBuild(build, MemoryContext(PNPM))
    found = list(node.happenings(build.stages[0]))
    assert [each.event.kind for each in found] == ["install", "tool", "tool", "tool"]
    assert {str(each.command.prog) for each in found} == {"pnpm"}
    assert repr(found[0]).startswith("Happening(")


BASE = "FROM node:22 AS base\nRUN corepack enable\nWORKDIR /app\nCOPY . .\nRUN pnpm install --frozen-lockfile\n"
CORE, LIB = "RUN pnpm --filter @x/core build\n", "RUN pnpm --filter @x/lib build\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + LIB + CORE, "@x/core is built here, after it is needed"),
        (BASE + LIB.replace("\n", " && ") + CORE[4:], "@x/core is built here, after it is needed"),
        (
            BASE + f"FROM base AS core\n{CORE}FROM base\n{LIB}",
            "stage 'core' builds @x/core, and nothing copies it from there",
        ),
        (
            BASE
            + f"FROM base AS core\n{CORE}FROM base\nCOPY --from=core /app/packages/core/dist packages/core/dist\n{LIB}",
            "",
        ),
        (BASE + f"FROM base AS core\n{CORE}FROM core\n{LIB}", ""),
        (BASE + CORE + LIB, ""),
    ],
)
def test_built_elsewhere(text: str, expected: str) -> None:
    builds = [BuildInput(BuildConfig(), MemoryContext(PNPM, "Dockerfile"))]
    found = [
        each for each in run_rules(parse(Source(text, "Dockerfile")), Settings(), builds) if each.category == "build"
    ]
    assert [each.rule for each in found] == (["unbuilt-workspace-package"] if expected else [])
    assert [note.message for each in found for note in each.notes[1:]] == ([expected] if expected else [])


def test_output_that_dockerignore_keeps_out() -> None:
    """A build that exists beside the Dockerfile does not help."""
    committed = {**PNPM, "packages/core/dist/index.js": "", "packages/core/dist/index.d.ts": ""}
    bare = {**committed, "packages/core/package.json": manifest("@x/core", scripts={})}
    let = {**committed, ".dockerignore": "node_modules\n"}
    for files, scripts in ((committed, ["build"]), (bare, [""]), (let, [])):
        needs = analyse(BASE + LIB, files)
        assert [missing.script for lack in lacks(needs) for missing in lack.missing] == scripts


@pytest.mark.parametrize(
    ("run", "script", "missing"),
    [
        ("sh tools/all.sh", "pnpm --filter @x/core build\npnpm --filter @x/lib build\n", 0),
        ("sh tools/all.sh", "set -e\npnpm --filter @x/lib build\n", 1),
        ("sh tools/all.sh", "set -e\npnpm --filter @x/lib build\necho done\n", 1),
        ("sh tools/all.sh", "pnpm --filter @x/lib build\necho done\n", 0),  # its failure ends nothing
        ("./tools/all.sh", "#!/bin/sh\nexec pnpm --filter @x/lib build\n", 1),
        ("sh tools/all.sh", "./gradlew build\npnpm --filter @x/lib build\n", 0),
    ],
)
def test_script_files(run: str, script: str, missing: int) -> None:
    needs = analyse(P_HEAD + f"RUN {run}\n", {**PNPM, "tools/all.sh": script})
    assert len(lacks(needs)) == missing


def test_makefiles() -> None:
    files = {
        **PNPM,
        "Makefile": "lib:\n\tpnpm --filter @x/lib build\nall: core lib\ncore:\n\tpnpm --filter @x/core build\n",
    }
    assert len(lacks(analyse(P_HEAD + "RUN make lib\n", files))) == 1
    assert lacks(analyse(P_HEAD + "RUN make all\n", files)) == []
