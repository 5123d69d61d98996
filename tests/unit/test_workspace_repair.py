"""Repairs of workspace builds: the smallest one that works, in the way the file already works."""

from __future__ import annotations

import json

import pytest

import dflint
from dflint.config import Settings

RULES = ("unbuilt-workspace-package", "missing-runtime-module")
TSC = '{"compilerOptions": {"outDir": "dist", "declaration": true}, "include": ["src"]}'


def package(name: str, *needs: str, spec: str, main: str = "dist/index.js", **more: object) -> str:
    fields: dict[str, object] = {
        "name": name,
        "version": "1.0.0",
        "main": main,
        "types": main.replace(".js", ".d.ts"),
        "scripts": {"build": "tsc -p ."},
        "dependencies": dict.fromkeys(needs, spec),
        "devDependencies": {"typescript": "5"},
    }
    return json.dumps({**fields, **more})


def workspace(spec: str = "^1.0.0", **root: object) -> dict[str, str]:
    """api imports lib, lib imports core."""
    files = {
        "package.json": json.dumps({"name": "root", "workspaces": ["packages/*", "apps/*"], **root}),
        ".dockerignore": "**/node_modules\n**/dist\n",
        "packages/core/package.json": package("@x/core", spec=spec),
        "packages/core/src/index.ts": "export const one = 1;\n",
        "packages/lib/package.json": package("@x/lib", "@x/core", spec=spec),
        "packages/lib/src/index.ts": "import { one } from '@x/core';\nexport const two = one + 1;\n",
        "apps/api/package.json": package("@x/api", "@x/lib", spec=spec, main="dist/main.js"),
        "apps/api/src/main.ts": "import { two } from '@x/lib';\nconsole.log(two);\n",
    }
    return {**files, **{f"{folder}/tsconfig.json": TSC for folder in ("packages/core", "packages/lib", "apps/api")}}


NPM = {**workspace(), "package-lock.json": "{}"}
YARN = {**workspace(), "yarn.lock": ""}
BERRY = {
    **workspace("workspace:^", workspaces=["apps/*", "packages/*"]),
    "yarn.lock": "",
    ".yarnrc.yml": "nodeLinker: node-modules\n",
}
PNPM = {
    **workspace("workspace:*", packageManager="pnpm@9.12.0"),
    "pnpm-workspace.yaml": "packages: ['packages/*', 'apps/*']",
}
NPM_HEAD = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"
PNPM_HEAD = "FROM node:22\nRUN corepack enable\nWORKDIR /app\nCOPY . .\nRUN pnpm install\n"
YARN_HEAD = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn install\n"


def fixed(text: str, files: dict[str, str]) -> str:
    """The text after all repairs, which must leave nothing to repair."""
    result = dflint.fix(text, context=files, rules=RULES)
    again = dflint.fix(result.text, context=files, rules=RULES)
    assert again.text == result.text
    assert not [each for each in dflint.lint(result.text, context=files) if each.rule in RULES]
    return result.text


@pytest.mark.parametrize(
    ("head", "files", "before", "after"),
    [
        (PNPM_HEAD, PNPM, "RUN pnpm --filter @x/api build", "RUN pnpm --filter @x/api... build"),
        (PNPM_HEAD, PNPM, "RUN pnpm --filter=@x/api run build", "RUN pnpm --filter=@x/api... run build"),
        (PNPM_HEAD, PNPM, 'RUN pnpm -F "@x/api" build', 'RUN pnpm -F "@x/api..." build'),
        (PNPM_HEAD, PNPM, "RUN pnpm --filter ./apps/api build", "RUN pnpm --filter ./apps/api... build"),
        (
            PNPM_HEAD, PNPM, "RUN cd apps/api && pnpm build",
            "RUN cd apps/api && pnpm --filter @x/core build && pnpm --filter @x/lib build && pnpm build",
        ),
        (
            PNPM_HEAD, PNPM, "RUN pnpm -C apps/api exec tsc",
            "RUN pnpm --filter @x/core build && pnpm --filter @x/lib build && pnpm -C apps/api exec tsc",
        ),
        (
            NPM_HEAD, NPM, "RUN npm run build -w @x/api",
            "RUN npm run build -w @x/core && npm run build -w @x/lib && npm run build -w @x/api",
        ),
        (
            NPM_HEAD, NPM, "RUN npm run build --workspace=apps/api",
            "RUN npm run build --workspace=@x/core && npm run build --workspace=@x/lib"
            " && npm run build --workspace=apps/api",
        ),
        (
            NPM_HEAD, NPM, 'RUN ["npm", "run", "build", "-w", "@x/api"]',
            'RUN npm run build -w @x/core && npm run build -w @x/lib\nRUN ["npm", "run", "build", "-w", "@x/api"]',
        ),
        (
            NPM_HEAD, NPM, "WORKDIR /app/apps/api\nRUN npm run build",
            "WORKDIR /app/apps/api\nRUN npm --prefix ../../packages/core run build"
            " && npm --prefix ../../packages/lib run build && npm run build",
        ),
        (
            NPM_HEAD, NPM, "RUN echo start && \\\n    NODE_ENV=production npm run build -w @x/api",
            "RUN echo start && \\\n    npm run build -w @x/core \\\n    && npm run build -w @x/lib \\\n"
            "    && NODE_ENV=production npm run build -w @x/api",
        ),
        (
            YARN_HEAD, YARN, "RUN yarn workspace @x/api build",
            "RUN yarn workspace @x/core build && yarn workspace @x/lib build && yarn workspace @x/api build",
        ),
        (
            YARN_HEAD, BERRY, "RUN yarn workspaces foreach -A --exclude root run build",
            "RUN yarn workspaces foreach -t -A --exclude root run build",
        ),
        (
            NPM_HEAD, {**NPM, "turbo.json": '{"tasks": {"build": {}}}'}, "RUN npx turbo build --filter=@x/api",
            "RUN npm run build --workspace=@x/core && npm run build --workspace=@x/lib"
            " && npx turbo build --filter=@x/api",
        ),
    ],
)  # fmt: skip
def test_in_place(head: str, files: dict[str, str], before: str, after: str) -> None:
    assert fixed(f"{head}{before}\n", files) == f"{head}{after}\n"


def test_sources_that_were_not_copied() -> None:
    head = (
        "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\n"
        "COPY --parents packages/*/package.json apps/*/package.json ./\n"
        "RUN npm ci\nCOPY apps/api apps/api\n"
    )
    result = fixed(head + "RUN npm run build -w @x/api\n", NPM)
    assert result == head + (
        "COPY packages/core ./packages/core\nCOPY packages/lib ./packages/lib\n"
        "RUN npm run build -w @x/core && npm run build -w @x/lib && npm run build -w @x/api\n"
    )


STAGES = """\
FROM node:22 AS base
RUN corepack enable
WORKDIR /app

FROM base AS deps
COPY pnpm-workspace.yaml package.json pnpm-lock.yaml ./
COPY packages/core/package.json packages/core/
COPY packages/lib/package.json packages/lib/
COPY apps/api/package.json apps/api/
RUN pnpm install --frozen-lockfile

# Build
FROM base AS build
COPY --from=deps /app/node_modules ./node_modules
COPY --from=deps /app/apps/api/node_modules ./apps/api/node_modules
COPY packages/lib packages/lib
COPY --chown=node apps/api ./apps/api
WORKDIR /app/apps/api
RUN pnpm build

FROM base
COPY --from=build --chown=node /app/node_modules /app/node_modules
COPY --from=build --chown=node /app/apps/api /app/apps/api
WORKDIR /app/apps/api
CMD ["node", "dist/main.js"]
"""


def test_a_stage_of_its_own() -> None:
    files = {**PNPM, "pnpm-lock.yaml": "", "tsconfig.base.json": '{"compilerOptions": {"strict": true}}'}
    files["packages/lib/tsconfig.json"] = (
        '{"extends": "../../tsconfig.base.json", "compilerOptions": {"outDir": "dist"}, "include": ["src"]}'
    )
    result = fixed(STAGES, files)
    stage = """\
# Shared Packages Builder Stage
FROM base AS shared-builder
COPY pnpm-workspace.yaml package.json tsconfig.base.json ./
COPY --from=deps /app/node_modules ./node_modules
COPY --from=deps /app/packages/core/node_modules ./packages/core/node_modules
COPY --from=deps /app/packages/lib/node_modules ./packages/lib/node_modules
COPY packages/core ./packages/core
COPY packages/lib ./packages/lib
WORKDIR /app/packages/core
RUN pnpm run build
WORKDIR /app/packages/lib
RUN pnpm run build

# Build
"""
    expected = STAGES.replace("# Build\n", stage)
    expected = expected.replace(
        "COPY packages/lib packages/lib\n", "COPY --from=shared-builder /app/packages/lib packages/lib\n"
    )
    expected = expected.replace(
        "COPY --chown=node apps/api ./apps/api\n",
        "COPY --chown=node apps/api ./apps/api\nCOPY --from=shared-builder /app/packages/core ./packages/core\n",
    )
    modules = "COPY --from=build --chown=node /app/node_modules /app/node_modules\n"
    copies = "".join(
        f"COPY --from=build --chown=node /app/packages/{part} /app/packages/{part}\n"
        for part in ("lib/node_modules", "lib/package.json", "lib/dist", "core/package.json", "core/dist")
    )
    assert result == expected.replace(modules, modules + copies)


def test_the_stage_with_the_modules_where_no_base_is_shared() -> None:
    text = (
        "FROM node:22 AS deps\nRUN corepack enable\nWORKDIR /repo\nCOPY . .\nRUN rm -rf packages/*/src\n"
        "RUN pnpm install\n"
        "FROM node:22-slim AS build\nWORKDIR /repo\nCOPY --from=deps /repo ./\nRUN rm -rf packages/lib/node_modules\n"
        "COPY apps/api apps/api\nRUN cd apps/api && npx tsc\n"
    )
    result = fixed(text, PNPM)
    assert (
        "FROM deps AS shared-builder\nCOPY packages/core ./packages/core\nCOPY packages/lib ./packages/lib\n" in result
    )
    assert "COPY --from=shared-builder /repo/packages/lib ./packages/lib\n" in result


def test_a_name_that_is_taken_and_numbered_stages() -> None:
    text = STAGES.replace("AS deps", "AS shared-builder").replace("--from=deps", "--from=shared-builder")
    text = text.replace("FROM base\nCOPY --from=build", "FROM base\nCOPY --from=2")
    result = fixed(text, {**PNPM, "pnpm-lock.yaml": ""})
    assert "FROM base AS core-builder" in result
    assert "COPY --from=3 --chown=node /app/node_modules /app/node_modules" in result


def test_template_with_three_dots_does_not_copy_what_others_lack() -> None:
    text = (
        "FROM node:22 AS build\nARG NAME\nRUN corepack enable\nWORKDIR /app\nCOPY . .\nRUN pnpm install\n"
        'RUN pnpm --filter "@x/${NAME}" build\n'
        "FROM node:22\nARG NAME\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\n"
        'COPY --from=build /app/apps/${NAME} ./apps/${NAME}\nWORKDIR /app/apps/${NAME}\nCMD ["node", "dist/main.js"]\n'
    )
    settings = Settings(build_args={"NAME": "api"})
    result = dflint.fix(text, context=PNPM, rules=RULES, settings=settings)
    assert "pnpm --filter @x/core build && pnpm --filter @x/lib build && pnpm --filter" in result.text
    assert "COPY --from=build /app/packages/lib/dist ./packages/lib/dist\n" in result.text


def test_no_repair_is_better_than_a_wrong_one() -> None:
    # Nothing installs the library's own modules anywhere.
    text = (
        "FROM node:22\nRUN corepack enable\nWORKDIR /app\nCOPY pnpm-workspace.yaml package.json ./\n"
        "COPY apps/api apps/api\n"
        "RUN pnpm install\nRUN pnpm --filter @x/api build\n"
    )
    findings = [each for each in dflint.lint(text, context=PNPM) if each.rule in RULES]
    assert [each.fixes for each in findings] == [()]


def test_packages_used_from_source_come_along() -> None:
    files = {**PNPM, "pnpm-lock.yaml": ""}
    core = json.loads(files["packages/core/package.json"])
    files["packages/core/package.json"] = json.dumps({**core, "main": "src/index.ts", "types": "src/index.ts"})
    result = dflint.fix(STAGES, context=files, rules=RULES).text
    assert "COPY packages/core ./packages/core\nCOPY packages/lib ./packages/lib\nWORKDIR /app/packages/lib\n" in result
    assert "COPY --chown=node apps/api ./apps/api\nCOPY packages/core ./packages/core\n" in result
    assert "COPY --from=build --chown=node /app/packages/core/src /app/packages/core/src\n" in result
    assert "WORKDIR /app/packages/core" not in result
