"""Files that JavaScript installs and builds read and the image lacks: what is told, what is not, and the repair."""

from __future__ import annotations

import json

import pytest

import dflint

RULES = (
    "missing-lock-file",
    "missing-workspace-manifest",
    "missing-workspace-source",
    "missing-build-file",
    "unmatched-package-filter",
)
TSC = '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}'


def package(name: str, *needs: str, spec: str = "workspace:*", **more: object) -> str:
    fields = {"name": name, "version": "1.0.0", "private": True, "dependencies": dict.fromkeys(needs, spec)}
    return json.dumps({**fields, **more})


def workspace(spec: str, **root: object) -> dict[str, str]:
    """web imports kit, kit imports base and zod; all are used from source. docs stands alone."""
    return {
        "package.json": json.dumps({"name": "root", "private": True, "workspaces": ["packages/*"], **root}),
        ".dockerignore": "**/node_modules\n",
        "packages/web/package.json": package("@x/web", "@x/kit", spec=spec, scripts={"build": "tsc -p ."}),
        "packages/web/tsconfig.json": TSC,
        "packages/web/src/main.ts": "import { two } from '@x/kit';\nimport { one } from './local';\nlog(one, two);\n",
        "packages/web/src/local.ts": "export const one = 1;\n",
        "packages/kit/package.json": package("@x/kit", "@x/base", spec=spec, main="src/index.ts"),
        "packages/kit/src/index.ts": "import { one } from '@x/base';\nexport const two = one + 1;\n",
        "packages/base/package.json": package("@x/base", main="src/index.ts"),
        "packages/base/src/index.ts": "export const one = 1;\n",
        "packages/docs/package.json": package("@x/docs"),
    }


YAML = {"pnpm-workspace.yaml": "packages: ['packages/*']\n", "pnpm-lock.yaml": ""}
PNPM = {**workspace("workspace:*", packageManager="pnpm@10.6.0"), **YAML}
NPM = {**workspace("^1.0.0"), "package-lock.json": "{}"}
YARN = {**workspace("^1.0.0"), "yarn.lock": ""}
BERRY = {**workspace("workspace:*", packageManager="yarn@4.5.0"), "yarn.lock": "", ".yarnrc.yml": ""}
BUN = {**workspace("workspace:*"), "bun.lock": ""}
LONE = {"package.json": '{"name": "lone"}', "index.js": ""}


def head(*lines: str, image: str = "node:22") -> str:
    return "\n".join([f"FROM {image}", "WORKDIR /app", *lines]) + "\n"


def told(text: str, files: dict[str, str]) -> list[str]:
    found = dflint.lint(text, context=files)
    return [f"{each.rule}: {each.message}" for each in found if each.rule in RULES]


def rules(text: str, files: dict[str, str]) -> list[str]:
    return [each.partition(":")[0] for each in told(text, files)]


def fixed(text: str, files: dict[str, str]) -> str:
    """The text after all repairs, which must leave nothing to tell."""
    result = dflint.fix(text, context=files, rules=RULES)
    assert told(result.text, files) == []
    return result.text


# -- lock files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "manager", "command"),
    [
        ("package-lock.json", "npm@10.0.0", "npm ci"),
        ("npm-shrinkwrap.json", "npm@10.0.0", "npm clean-install --omit=dev"),
        ("pnpm-lock.yaml", "pnpm@9.0.0", "pnpm install --frozen-lockfile"),
        ("pnpm-lock.yaml", "pnpm@9.0.0", "pnpm i --prod --frozen-lockfile"),
        ("yarn.lock", "yarn@4.5.0", "yarn --immutable"),
        ("yarn.lock", "yarn@4.5.0", "yarn install --frozen-lockfile"),
    ],
)
def test_locks_that_are_needed(lock: str, manager: str, command: str) -> None:
    files = {"package.json": json.dumps({"name": "a", "packageManager": manager}), lock: ""}
    text = head("COPY package.json ./", f"RUN {command}")
    assert told(text, files) == [
        f"missing-lock-file: '{command}' fails without '{lock}', which no step before it copies"
    ]
    assert fixed(text, files) == head(f"COPY package.json {lock} ./", f"RUN {command}")


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        # Without a lock file these install what the manifest says.
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN npm install"]),
        ({**LONE, "yarn.lock": ""}, ["COPY package.json ./", "RUN yarn install --frozen-lockfile"]),
        ({**LONE, "bun.lock": ""}, ["COPY package.json ./", "RUN bun install --frozen-lockfile"]),
        ({**LONE, "pnpm-lock.yaml": ""}, ["COPY package.json ./", "ENV CI=true", "RUN pnpm install"]),
        # It is there.
        ({**LONE, "package-lock.json": ""}, ["COPY package*.json ./", "RUN npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY . .", "RUN npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["RUN --mount=type=bind,target=. npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY package.json package-lock.json* ./", "RUN npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY --parents ./package*.json ./", "RUN npm ci"]),
        # It may be.
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN npm i --package-lock-only", "RUN npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN touch package-lock.json && npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN ./prepare.sh", "RUN npm ci"]),
        ({**LONE, "package-lock.json": ""}, ["COPY --from=example.org/x /x .", "COPY package.json ./", "RUN npm ci"]),
        ({**LONE, ".gitignore": "package-lock.json"}, ["COPY package.json ./", "RUN npm ci"]),
        # It is not insisted on.
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN npm ci || npm install"]),
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN if [ -f x ]; then npm ci; else npm i; fi"]),
        ({**LONE, "pnpm-lock.yaml": ""}, ["COPY package.json ./", "RUN pnpm install --no-frozen-lockfile"]),
        ({**LONE, "pnpm-lock.yaml": ""}, ["COPY pnpm-lock.yaml ./", "RUN pnpm fetch"]),
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN npm install -g npm"]),
        # pnpm looks for it elsewhere.
        (
            {**LONE, "pnpm-lock.yaml": "", ".npmrc": "lockfile-dir=locks\n"},
            ["COPY package.json .npmrc ./", "RUN pnpm i --frozen-lockfile"],
        ),
        # The context is that of another folder.
        ({**LONE, "package-lock.json": ""}, ["COPY package.json src/app.js ./", "RUN npm ci"]),
        # The stage is not built.
        ({**LONE, "package-lock.json": ""}, ["COPY package.json ./", "RUN npm ci", "FROM node:22", "RUN ls"]),
    ],
)  # fmt: skip
def test_locks_that_nobody_misses(files: dict[str, str], lines: list[str]) -> None:
    assert told(head(*lines), files) == []


def test_yarn_is_immutable_where_it_runs_for_a_machine() -> None:
    copy = "COPY package.json .yarnrc.yml ./"
    assert rules(head("ENV CI=1", copy, "RUN yarn install"), BERRY) == ["missing-lock-file"]
    for line in ("ENV CI=false", "ENV CI=1 YARN_ENABLE_IMMUTABLE_INSTALLS=false", "ARG CI", "RUN ls"):
        assert "missing-lock-file" not in rules(head(line, copy, "RUN yarn install"), BERRY)


def test_locks_of_images_of_others() -> None:
    text = head("COPY package.json ./", "RUN npm ci", image="example.org/team/node:22")
    assert told(text, {**LONE, "package-lock.json": ""}) == []


def test_locks_that_cannot_be_copied() -> None:
    text = head("COPY . .", "RUN npm ci")
    assert told(text, {**LONE, "package-lock.json": "", ".dockerignore": "*.json\n!package.json\n"}) == [
        "missing-lock-file: 'npm ci' fails without 'package-lock.json', which .dockerignore keeps out of the build"
    ]
    assert told(text, LONE) == [
        "missing-lock-file: 'npm ci' fails without 'package-lock.json', which is not in the build context"
    ]


def test_a_lock_for_each_stage() -> None:
    files = {**LONE, "package-lock.json": ""}
    stage = "COPY package.json ./\nRUN npm ci\n"
    text = f"FROM node:22 AS a\nWORKDIR /app\n{stage}FROM node:22\nWORKDIR /srv\n{stage}COPY --from=a /app/x /x\n"
    assert rules(text, files) == ["missing-lock-file"] * 2
    assert fixed(text, files) == text.replace("COPY package.json ./", "COPY package.json package-lock.json ./")


def test_the_lock_of_a_package_that_stands_alone() -> None:
    files = {"package.json": '{"name": "r"}', "web/package.json": '{"name": "w"}', "web/package-lock.json": ""}
    text = head("COPY web/package.json web/", "WORKDIR /app/web", "RUN npm ci")
    assert fixed(text, files) == text.replace("COPY web/package.json", "COPY web/package.json web/package-lock.json")
    assert told(head("COPY package.json ./", "COPY web/package.json web/", "RUN npm ci --prefix web"), files) == []


# -- manifests ----------------------------------------------------------------------------------------------------

WEB = "COPY packages/web/package.json packages/web/"
KIT = "COPY packages/kit/package.json packages/kit/"
BASE = "COPY packages/base/package.json packages/base/"
DOCS = "COPY packages/docs/package.json packages/docs/"


@pytest.mark.parametrize(
    ("files", "root", "command", "lines"),
    [
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "pnpm install", [BASE, KIT, WEB]),
        (YARN, "yarn.lock", "yarn install --frozen-lockfile", [BASE, KIT, WEB]),
        (BERRY, "yarn.lock .yarnrc.yml", "yarn install", [BASE, KIT, WEB]),
        (BERRY, "yarn.lock .yarnrc.yml", "yarn install --immutable", [BASE, DOCS, KIT, WEB]),
        (BUN, "bun.lock", "bun install", [BASE, KIT, WEB]),
        (BUN, "bun.lock", "bun ci", [BASE, DOCS, KIT, WEB]),
        ({**NPM}, "", "npm install", [BASE, KIT, WEB]),
    ],
)
def test_manifests_that_are_needed(files: dict[str, str], root: str, command: str, lines: list[str]) -> None:
    names = " ".join(["package.json", *root.split()])
    text = head(f"COPY {names} ./", WEB, f"RUN {command}")
    assert rules(text, files) == ["missing-workspace-manifest"]
    assert fixed(text, files) == head(f"COPY {names} ./", *lines, f"RUN {command}")


@pytest.mark.parametrize(
    ("files", "root", "command"),
    [
        (NPM, "package-lock.json", "npm ci"),  # links by the lock file
        (NPM, "package-lock.json", "npm install"),
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "pnpm install --filter @x/web"),
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "CI=1 pnpm install"),
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "pnpm install left-pad"),
        (PNPM, "pnpm-workspace.yaml pnpm-lock.yaml", "pnpm rebuild"),
        (BUN, "bun.lock", "bun install --filter @x/web"),
        (BERRY, "yarn.lock .yarnrc.yml", "YARN_X=1 yarn workspaces focus"),
        (YARN, "yarn.lock", "jq 'del(.x)' package.json > p && mv p package.json && yarn install"),
    ],
)
def test_manifests_that_nobody_misses(files: dict[str, str], root: str, command: str) -> None:
    assert told(head(f"COPY package.json {root} ./", WEB, f"RUN {command}"), files) == []


def test_an_immutable_install_wants_what_the_lock_file_lists() -> None:
    text = head("COPY package.json yarn.lock .yarnrc.yml ./", KIT, BASE, "RUN yarn install --immutable")
    lock = '"@x/docs@workspace:packages/docs":\n  version: 0.0.0-use.local\n'
    assert fixed(text, {**BERRY, "yarn.lock": lock}) == text.replace(BASE, f"{BASE}\n{DOCS}")
    assert told(text, {**BERRY, "yarn.lock": lock.replace("docs", "other")}) == []
    bun = head("COPY package.json bun.lock ./", KIT, BASE, "RUN bun install --frozen-lockfile")
    assert rules(bun, {**BUN, "bun.lock": '{"workspaces": {"packages/docs": {}}}'}) == ["missing-workspace-manifest"]
    assert told(bun, {**BUN, "bun.lock": '{"workspaces": {"packages/kit": {}}}'}) == []


def test_dependencies_that_a_registry_may_have() -> None:
    files = {**YARN, "packages/kit/package.json": package("@x/kit", private=False)}
    assert told(head("COPY package.json yarn.lock ./", WEB, "RUN yarn install"), files) == []
    other = {**YARN, "packages/kit/package.json": package("@x/kit", version="2.0.0")}
    assert told(head("COPY package.json yarn.lock ./", WEB, "RUN yarn install"), other) == []


def test_dependencies_for_development_in_production() -> None:
    web = json.dumps({"name": "@x/web", "devDependencies": {"@x/kit": "^1.0.0"}})
    files = {**YARN, "packages/web/package.json": web}
    copies = ["COPY package.json yarn.lock ./", WEB]
    assert told(head(*copies, "RUN yarn install --production"), files) == []
    assert told(head("ENV NODE_ENV=production", *copies, "RUN yarn install"), files) == []
    assert rules(head(*copies, "RUN yarn install"), files) == ["missing-workspace-manifest"]


def test_what_was_removed_again_is_not_uncopied() -> None:
    assert told(head("COPY . .", "RUN rm -rf packages/kit", "RUN pnpm install"), PNPM) == []


def test_the_service_decides() -> None:
    text = (
        "FROM node:22\nARG APP=docs\nWORKDIR /app\nCOPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./\n"
        "COPY packages/${APP}/package.json packages/${APP}/\nRUN pnpm install\n"
    )
    assert told(text, PNPM) == []
    assert rules(text.replace("APP=docs", "APP=web"), PNPM) == ["missing-workspace-manifest"]


FROZEN = [
    "COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./", WEB, "RUN pnpm install --frozen-lockfile", "COPY . .",
    "RUN pnpm --filter @x/web build",
]  # fmt: skip


def test_a_frozen_install_leaves_out_what_a_member_needs() -> None:
    assert told(head(*FROZEN), PNPM) == []  # kit and base need nothing from a registry
    kit = json.dumps({"name": "@x/kit", "main": "src/index.ts", "dependencies": {"zod": "3"}})
    files = {**PNPM, "packages/kit/package.json": kit, "packages/kit/src/index.ts": "import 'zod';\nexport {};\n"}
    built = {**files, "packages/web/package.json": files["packages/web/package.json"].replace("tsc -p .", "vite build")}
    built["packages/web/index.html"] = '<script type="module" src="/src/main.ts"></script>'
    assert rules(head(*FROZEN), built) == ["missing-workspace-manifest"]
    assert fixed(head(*FROZEN), built) == head(FROZEN[0], KIT, *FROZEN[1:])
    hoisted = {**built, ".npmrc": "node-linker=hoisted\n"}
    assert told(head(*FROZEN), hoisted) == []
    at_root = {**built, "package.json": json.dumps({"name": "root", "dependencies": {"zod": "3"}})}
    assert told(head(*FROZEN), at_root) == []
    unused = {**built, "packages/kit/src/index.ts": "export const two = 2;\n"}
    assert told(head(*FROZEN), unused) == []


# -- sources ------------------------------------------------------------------------------------------------------

MANIFESTS = ["COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./", BASE, KIT, WEB, "RUN pnpm install"]
BUILD = "RUN pnpm --filter @x/web build"
FOLDERS = ["COPY packages/base packages/base", "COPY packages/kit packages/kit"]
CONFIG = "COPY packages/web/tsconfig.json packages/web/"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            ["COPY packages/web packages/web", "COPY packages/base packages/base"],
            ["COPY packages/web packages/web", "COPY packages/base packages/base", "COPY packages/kit packages/kit"],
        ),
        (
            ["COPY --chown=node ./packages/kit/ /app/packages/kit/",
             "COPY --chown=node ./packages/web/ /app/packages/web/"],
            ["COPY --chown=node ./packages/base/ /app/packages/base/",
             "COPY --chown=node ./packages/kit/ /app/packages/kit/",
             "COPY --chown=node ./packages/web/ /app/packages/web/"],
        ),
        ([*FOLDERS, CONFIG], [*FOLDERS, "COPY packages/web packages/web", CONFIG]),
        (
            [*FOLDERS, CONFIG, "COPY packages/web/src/main.ts packages/web/src/"],
            [*FOLDERS, CONFIG, "COPY packages/web/src/main.ts packages/web/src/local.ts packages/web/src/"],
        ),
    ],
)  # fmt: skip
def test_sources_that_are_needed(before: list[str], after: list[str]) -> None:
    text = head(*MANIFESTS, *before, BUILD)
    assert rules(text, PNPM) == ["missing-workspace-source"]
    assert fixed(text, PNPM) == head(*MANIFESTS, *after, BUILD)


@pytest.mark.parametrize(
    "change",
    [
        {},  # everything is there
        {"packages/kit/src/index.ts": "export const two = 2;\n"},
        {"packages/web/src/main.ts": "console.log(1);\n"},
        {".gitignore": "packages/base/src\n"},
        {"packages/web/tsconfig.json": '{"compilerOptions": {"paths": {"@x/*": ["../*/src"]}}, "include": ["src"]}'},
        {"packages/web/package.json": package("@x/web", "@x/kit", scripts={"build": "mytool"})},
    ],
)
def test_sources_that_nobody_misses(change: dict[str, str]) -> None:
    copies = ["COPY packages/web packages/web", "COPY packages/kit packages/kit"]
    if not change:
        copies.append("COPY packages/base packages/base")
    found = told(head(*MANIFESTS, *copies, BUILD), {**PNPM, **change})
    assert found == []


@pytest.mark.parametrize(
    ("files", "copies", "command"),
    [
        (PNPM, [MANIFESTS[0]], "pnpm --filter @x/docs... build"),
        (PNPM, [MANIFESTS[0]], "pnpm -F docs deploy out"),
        (NPM, ["COPY package.json package-lock.json ./", WEB], "npm run build -w packages/docs"),
        (YARN, ["COPY package.json yarn.lock ./", WEB], "yarn workspace @x/docs build"),
        (NPM, ["COPY package.json package-lock.json ./", WEB], "npx turbo build --filter=@x/docs"),
    ],
)
def test_packages_that_a_filter_means(files: dict[str, str], copies: list[str], command: str) -> None:
    text = head(*copies, f"RUN {command}")
    assert rules(text, files) == ["missing-workspace-source"]
    # The destination is written as the last COPY writes its own.
    start = "./" if copies[-1].endswith(" ./") else ""
    assert fixed(text, files) == head(*copies, f"COPY packages/docs {start}packages/docs", f"RUN {command}")
    for other in (f"{command} || true", command.replace("docs", "*"), f"git clone x && {command}"):
        assert told(head(*copies, f"RUN {other}"), files) == []


def test_an_install_of_no_package_may_be_meant() -> None:
    assert told(head(MANIFESTS[0], "RUN pnpm install --filter @x/docs", "COPY . .", "RUN pnpm i"), PNPM) == []
    text = head("COPY package.json package-lock.json ./", "RUN npm ci -w @x/docs")
    assert rules(text, NPM) == ["missing-workspace-manifest"]


def test_sources_that_are_ignored() -> None:
    files = {**PNPM, ".dockerignore": "packages/base/src\n"}
    assert told(head(*MANIFESTS, "COPY packages packages", BUILD), files) == [
        "missing-workspace-source: 'pnpm --filter @x/web build' needs 'packages/base/src/index.ts',"
        " which .dockerignore keeps out of the build"
    ]


# -- other files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "sources", "command", "line"),
    [
        (
            {"package.json": '{"name": "a", "pnpm": {"patchedDependencies": {"ms": "patches/ms.patch"}}}',
             "pnpm-lock.yaml": "", "patches/ms.patch": ""},
            "package.json pnpm-lock.yaml", "pnpm install", "COPY patches ./patches",
        ),
        (
            {**PNPM, "pnpm-workspace.yaml": "packages: ['packages/*']\npatchedDependencies: {ms: p/ms.patch}\n",
             "p/ms.patch": ""},
            "package.json pnpm-lock.yaml pnpm-workspace.yaml", "pnpm install --frozen-lockfile", "COPY p ./p",
        ),
        (
            {"package.json": '{"name": "a", "patchedDependencies": {"ms": "patches/ms.patch"}}', "bun.lock": "",
             "patches/ms.patch": ""},
            "package.json bun.lock", "bun install", "COPY patches ./patches",
        ),
        (
            {"package.json": '{"packageManager": "yarn@4.5.0", '
             '"resolutions": {"ms": "patch:ms@npm%3A2.1.3#~/.yarn/patches/ms.patch"}}',
             "yarn.lock": "", ".yarnrc.yml": "", ".yarn/patches/ms.patch": ""},
            "package.json yarn.lock .yarnrc.yml", "yarn install --immutable", "COPY .yarn/patches ./.yarn/patches",
        ),
        (
            {**LONE, "yarn.lock": "", ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.5.3.cjs\n",
             ".yarn/releases/yarn-4.5.3.cjs": ""},
            "package.json yarn.lock .yarnrc.yml", "yarn", "COPY .yarn/releases ./.yarn/releases",
        ),
    ],
)  # fmt: skip
def test_files_of_an_install(files: dict[str, str], sources: str, command: str, line: str) -> None:
    text = head(f"COPY {sources} ./", f"RUN {command}")
    assert rules(text, files) == ["missing-build-file"]
    assert fixed(text, files) == head(f"COPY {sources} ./", line, f"RUN {command}")


def test_the_workspace_file() -> None:
    plain = {"package.json": '{"name": "a", "packageManager": "pnpm@10.6.0", "dependencies": {"ms": "catalog:"}}'}
    files = {**plain, "pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: []\ncatalog: {ms: 2.1.3}\n"}
    text = head("COPY package.json pnpm-lock.yaml ./", "RUN pnpm install")
    assert fixed(text, files) == text.replace("pnpm-lock.yaml ", "pnpm-lock.yaml pnpm-workspace.yaml ")
    uncatalogued = {**PNPM, "package.json": '{"name": "a", "packageManager": "pnpm@10.6.0"}'}
    assert told(text, uncatalogued) == []


def test_what_a_configuration_extends() -> None:
    files = {
        **PNPM, "tsconfig.base.json": "{}",
        "packages/web/tsconfig.json": '{"extends": "../../tsconfig.base.json", "include": ["src"]}',
    }  # fmt: skip
    copies = [f"COPY packages/{name} packages/{name}" for name in ("base", "kit", "web")]
    text = head(*MANIFESTS, *copies, BUILD)
    assert rules(text, files) == ["missing-build-file"]
    assert fixed(text, files) == text.replace("pnpm-lock.yaml ./", "pnpm-lock.yaml tsconfig.base.json ./")
    bundled = {**files, "packages/web/package.json": package("@x/web", scripts={"build": "esbuild src/main.ts"})}
    assert told(text, bundled) == []


def test_the_schema_of_prisma() -> None:
    files = {**LONE, "package-lock.json": "", "prisma/schema.prisma": "", "db/x.prisma": ""}
    text = head("COPY package.json package-lock.json ./", "RUN npm ci", "RUN npx prisma generate", "COPY . .")
    assert fixed(text, files) == text.replace("./\n", "./\nCOPY prisma ./prisma\n", 1)
    given = text.replace("generate", "generate --schema=db/x.prisma")
    assert fixed(given, files) == given.replace("./\n", "./\nCOPY db ./db\n", 1)
    for change in ({"prisma.config.ts": ""}, {"prisma/schema.prisma": "", ".gitignore": "prisma"}):
        assert told(text, {**files, **change}) == []
    assert told(text.replace("generate", "migrate deploy"), files) == []


def test_the_schema_of_a_life_cycle_script() -> None:
    files = {
        "package.json": '{"name": "a", "scripts": {"postinstall": "prisma generate"}}', "package-lock.json": "",
        "prisma/schema.prisma": "",
    }  # fmt: skip
    text = head("COPY package.json package-lock.json ./", "RUN npm ci", "COPY . .")
    assert fixed(text, files) == text.replace("./\n", "./\nCOPY prisma ./prisma\n", 1)
    for command in ("npm ci --ignore-scripts", "npm ci --omit=dev", "NODE_ENV=production npm ci", "npm ci || true"):
        assert told(text.replace("npm ci", command), files) == []
    for script in ("prisma generate || true", "husky; exit 0"):
        guarded = {**files, "package.json": files["package.json"].replace("prisma generate", script)}
        assert told(text, guarded) == []


def test_mounts_get_a_mount() -> None:
    files = {**LONE, "package-lock.json": ""}
    mount = "--mount=type=bind,source=package.json,target=package.json"
    lock = mount.replace("package.json", "package-lock.json")
    assert fixed(head(f"RUN {mount} npm ci"), files) == head(f"RUN {mount} {lock} npm ci")


def test_the_stage_that_copies_the_others_gets_the_copy() -> None:
    files = {**PNPM, "packages/web/package.json": package("@x/web", "@x/docs")}
    base = "FROM node:22 AS base\nWORKDIR /app\nCOPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./\n"
    text = base + WEB + "\nFROM base\nRUN pnpm install\n"
    assert fixed(text, files) == base + DOCS + "\n" + WEB + "\nFROM base\nRUN pnpm install\n"


# -- filters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "command", "fails", "meant"),
    [
        (NPM, "npm run build -w @x/wbe", True, "@x/web"),
        (NPM, "npm ci --workspace=@y/kit", True, "@x/kit"),
        (NPM, "npm run build -w nothing", True, None),
        (PNPM, "pnpm --filter @x/wbe... build", False, "@x/web"),
        (PNPM, "pnpm install --frozen-lockfile -F @x/wbe", False, "@x/web"),
        (PNPM, "pnpm --fail-if-no-match --filter @x/wbe build", True, "@x/web"),
        (YARN, "yarn workspace @x/wbe build", True, "@x/web"),
        (BUN, "bun run --filter @x/wbe build", True, "@x/web"),
        (NPM, "npx turbo run build --filter=@x/wbe...", True, "@x/web"),
        (NPM, "npx lerna run build --scope @x/wbe", True, "@x/web"),
    ],
)
def test_filters_that_match_nothing(files: dict[str, str], command: str, fails: bool, meant: str | None) -> None:
    text = head("COPY . .", f"RUN {command}")
    message = told(text, files)[0]
    assert ("fails" in message) == fails and ("success" in message) != fails
    assert (meant or "did you") in message or meant is None
    result = dflint.fix(text, context=files, rules=RULES, unsafe=True) if meant is not None else None
    assert result is None or (meant is not None and meant in result.text)


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (NPM, "npm run build -w @x/web -w packages/kit"),
        (NPM, "npm run build -- -w @x/wbe"),
        (NPM, "npm run build -w $NAME"),
        (PNPM, "pnpm --filter web --filter './libs/*' --filter '!@x/wbe' --filter '[main]' build"),
        (PNPM, "pnpm --filter web --filter @x/wbe build"),
        (PNPM, "pnpm run build --filter @x/wbe"),
        (PNPM, "pnpm -C packages/web --filter @x/web build"),
        (YARN, "yarn workspaces foreach -A run build"),
        (BUN, "bun install --filter @x/wbe"),
        (NPM, "npx turbo run @x/web#build --filter=//"),
        (NPM, "sed -i s/x/y/ packages/web/package.json && npm run build -w @y/web"),
        (LONE, "npm run build -w @x/web"),
    ],
)
def test_filters_that_are_left_alone(files: dict[str, str], command: str) -> None:
    assert "unmatched-package-filter" not in rules(head("COPY . .", f"RUN {command}"), files)
