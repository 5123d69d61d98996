#!/usr/bin/env python3
"""What a check of a large monorepo costs: 2,000 packages of a pnpm workspace and 300 Dockerfiles, generated.

python3 benchmarks/monorepo.py [--packages N] [--dockerfiles N] [--runs N] [--only-generate DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from pathlib import Path

from measure import ROOT, environment, medians

# How often a Dockerfile has a mistake in it.
MISTAKES = 0.2
BASES = ("node:22-bookworm-slim", "node:22-alpine", "node:20-bookworm", "node:22-bullseye-slim")
TEMPLATES = 10
MANAGER = "pnpm@9.12.0"


class Package:
    """A package of the generated workspace; ``needs`` are packages of it."""

    def __init__(self, folder: str, needs: list[Package], built: bool) -> None:
        self.folder = folder
        self.name = "@big/" + folder.rpartition("/")[2]
        self.needs = needs
        self.built = built

    def closure(self) -> list[Package]:
        """The package and all that it needs, dependencies first."""
        found: dict[str, Package] = {}

        def visit(package: Package) -> None:
            if package.folder not in found:
                for need in package.needs:
                    visit(need)
                found.setdefault(package.folder, package)

        visit(self)
        return list(found.values())


def packages(chance: random.Random, count: int) -> tuple[list[Package], list[Package]]:
    """Libraries in layers of growing depth, and services (one in five packages) on top of them."""
    libraries: list[Package] = []
    for at in range(count - count // 5):
        group = chance.choice(("core", "data", "ui", "infra", "domain"))
        below = libraries[: at * 3 // 4]
        needs = chance.sample(below, min(len(below), chance.choice((0, 0, 1, 1, 2, 3))))
        libraries.append(Package(f"packages/{group}/lib-{at}", needs, chance.random() < 0.45))
    services = [
        Package(f"services/service-{at}", chance.sample(libraries, chance.randint(2, 8)), True)
        for at in range(count // 5)
    ]
    return libraries, services


def write_package(root: Path, package: Package, chance: random.Random) -> None:
    """A package with a manifest, a tsconfig.json and a few sources that import what it needs."""
    folder = root / package.folder
    (folder / "src").mkdir(parents=True)
    entry = {"main": "dist/index.js", "types": "dist/index.d.ts"} if package.built else {"main": "src/index.ts"}
    service = package.folder.startswith("services/")
    manifest: dict[str, object] = {"name": package.name, "version": "1.0.0", "private": True}
    manifest |= {} if service else entry
    manifest["scripts"] = {"build": "tsc -p .", "test": "vitest run", "lint": "eslint ."}
    manifest["dependencies"] = {**{need.name: "workspace:*" for need in package.needs}, "zod": "^3.23.8"}
    manifest["devDependencies"] = {"typescript": "^5.6.2", "vitest": "^2.1.1"}
    (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / "tsconfig.json").write_text(
        json.dumps({"extends": "../../tsconfig.base.json" if service else "../../../tsconfig.base.json",
                    "compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}) + "\n"
    )  # fmt: skip
    names = [f"part{at}" for at in range(chance.randint(1, 4))]
    for at, name in enumerate(names):
        used = package.needs[at :: len(names)]
        lines = [f"import {{ value as v{number} }} from '{need.name}';" for number, need in enumerate(used)]
        values = ", ".join(f"v{number}" for number in range(len(used)))
        (folder / "src" / f"{name}.ts").write_text("\n".join([*lines, f"export const {name} = [{values}];"]) + "\n")
    body = [f"export * from './{name}';" for name in names] + [f"export const value = '{package.name}';"]
    (folder / "src" / ("main.ts" if service else "index.ts")).write_text("\n".join(body) + "\n")


def dockerfile(package: Package | None, chance: random.Random) -> str:
    """A Dockerfile of a service, or (None) a template for the service that SERVICE_NAME names."""
    folder = package.folder if package is not None else "services/${SERVICE_NAME}"
    name = package.name if package is not None else "@big/${SERVICE_NAME}"
    head = [f"FROM {chance.choice(BASES)} AS base", "RUN corepack enable", "WORKDIR /app", ""]
    root_files = "COPY package.json pnpm-workspace.yaml pnpm-lock.yaml tsconfig.base.json ./"
    argument = ["ARG SERVICE_NAME"] if package is None else []
    if package is None or chance.random() < 0.4:
        filters = name if chance.random() < MISTAKES else f"{name}..."
        body = ["FROM base AS build", *argument, "COPY . .", "RUN pnpm install --frozen-lockfile",
                f"RUN pnpm --filter {filters} build", ""]  # fmt: skip
    else:
        needed = package.closure()
        forgotten = chance.random() < MISTAKES
        copied = [each for each in needed if not (forgotten and chance.random() < 0.2 and each is not package)]
        body = ["FROM base AS deps", root_files]
        body += [f"COPY {each.folder}/package.json ./{each.folder}/" for each in copied]
        body += ["RUN --mount=type=cache,target=/pnpm/store pnpm install --frozen-lockfile", "", "FROM deps AS build"]
        body += [f"COPY {each.folder} ./{each.folder}" for each in copied]
        body += [f"RUN pnpm --filter {each.name} build" for each in copied if each.built]
        body.append("")
    tools = "curl ca-certificates" if chance.random() < 0.8 else "curl libglew2.2"
    system = [
        f"RUN apt-get update && apt-get install -y --no-install-recommends {tools} && rm -rf /var/lib/apt/lists/*"
    ]
    tail = [
        "FROM base AS production",
        *argument,
        "ENV NODE_ENV=production",
        *(system if "alpine" not in head[0] else []),
    ]
    tail += ["COPY --from=build /app /app", f"WORKDIR /app/{folder}", "USER node", 'CMD ["node", "dist/main.js"]']
    return "\n".join([*head, *body, *tail]) + "\n"


def generate(root: Path, count: int, dockerfiles: int) -> None:
    """Write the repository. The same numbers give the same files."""
    chance = random.Random(7)
    libraries, services = packages(chance, count)
    for package in [*libraries, *services]:
        write_package(root, package, chance)
    (root / "package.json").write_text(json.dumps({"name": "big", "private": True, "packageManager": MANAGER}) + "\n")
    (root / "pnpm-workspace.yaml").write_text("packages:\n  - packages/*/*\n  - services/*\n")
    (root / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
    (root / "tsconfig.base.json").write_text('{"compilerOptions": {"strict": true, "declaration": true}}\n')
    (root / ".dockerignore").write_text("**/node_modules\n**/dist\n.git\n")
    (root / ".gitignore").write_text("node_modules/\ndist/\n")
    (root / ".git").mkdir()
    own = services[: dockerfiles - TEMPLATES]
    for service in own:
        (root / service.folder / "Dockerfile").write_text(dockerfile(service, chance))
    (root / "docker").mkdir()
    for at in range(TEMPLATES):
        (root / "docker" / f"template-{at}.Dockerfile").write_text(dockerfile(None, chance))
    lines = ["services:"]
    for at, service in enumerate(services):
        template = at >= len(own) or at % 4 == 0
        path = f"docker/template-{at % TEMPLATES}.Dockerfile" if template else f"{service.folder}/Dockerfile"
        name = service.folder.rpartition("/")[2]
        lines += [f"  {name}:", "    build:", "      context: .", f"      dockerfile: {path}"]
        lines += ["      args:", f"        SERVICE_NAME: {name}"] if template else []
    (root / "docker-compose.yml").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Generate the repository and print what a check of it costs."""
    parser = argparse.ArgumentParser(description="The cost of checking a large monorepo.")
    parser.add_argument("--packages", type=int, default=2000)
    parser.add_argument("--dockerfiles", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only-generate", type=Path, help="write the repository to this folder and stop")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "bench", help="where to work")
    options = parser.parse_args()
    root = options.only_generate or options.work / "monorepo"
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(parents=True)
    generate(root, options.packages, options.dockerfiles)
    if options.only_generate:
        return
    dflint = str(environment(options.work, peers=False) / "dflint")
    shared = ["--fail-level", "none", "--format", "json", "--quiet"]
    commands = {
        "check, recommended rules": [dflint, "check", *shared, str(root)],
        "check, all rules": [dflint, "check", "--select", "ALL", *shared, str(root)],
    }
    print(f"{options.packages} packages, {options.dockerfiles} Dockerfiles")
    for name, cost in medians(commands, options.runs, options.work / "output").items():
        print(f"{name:<26}{cost.wall:>8.2f} s wall{cost.cpu:>8.2f} s cpu{cost.memory:>8.0f} MB")


if __name__ == "__main__":
    main()
