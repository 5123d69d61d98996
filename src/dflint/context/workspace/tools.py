"""Build tools: what a command line of tsc, esbuild, vite... writes, and which imports it must be able to resolve."""

from __future__ import annotations

from dflint.context.workspace.imports import SOURCE_ENDINGS
from dflint.context.workspace.paths import join, parent
from dflint.context.workspace.tsconfig import load_tsconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dflint.context.workspace.entries import Purpose
    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.tsconfig import TsConfig

    Words = Sequence[str | None]

# Bundlers and frameworks that fail where an import of the application cannot be resolved: program to subcommands
# that build (None: any command line does).
_BUNDLERS: dict[str, tuple[str, ...] | None] = {
    "vite": ("build",),
    "next": ("build",),
    "webpack": None,
    "webpack-cli": None,
    "rspack": ("build", ""),
    "rsbuild": ("build",),
    "parcel": ("build",),
    "ncc": ("build",),
    "react-scripts": ("build",),
    "craco": ("build",),
    "gatsby": ("build",),
    "astro": ("build",),
    "vue-cli-service": ("build",),
}
# Tools that write files but keep imports as they are, or treat what they cannot find as external.
_COMPILERS = frozenset(
    ("babel", "buf", "build-storybook", "bunchee", "contentlayer", "contentlayer2", "copyfiles", "cp", "cpr", "cpx",
     "cpx2", "cpy", "curl", "drizzle-kit", "dumi", "electron-builder", "expo", "father", "fumadocs-mdx",
     "graphql-codegen", "grunt", "gulp", "hardhat", "json2ts", "kysely-codegen", "ln", "microbundle", "mv", "ncp",
     "ng", "ng-packagr", "nuxi", "nuxt", "obuild", "openapi-typescript", "opennextjs-cloudflare", "paraglide-js",
     "pkgroll", "postcss", "preconstruct", "prisma", "protoc", "react-router", "remix", "resolve-tspaths", "rollup",
     "rslib", "sass", "serverless", "shx", "sls", "stencil", "storybook", "svelte-kit", "svelte-package", "svgr",
     "swc", "tailwindcss", "tar", "touch", "ts-node", "tsc-alias", "tscpaths", "tsdown", "tsdx", "tsgo", "tshy",
     "tspc", "tsup", "tsx", "ttsc", "typechain", "unbuild", "unzip", "velite", "vinxi", "vitepress", "wget",
     "wireit", "workbox", "wrangler", "zshy")
)  # fmt: skip
# Programs of package scripts that neither write what others import nor need it.
_HARMLESS = frozenset(
    (":", "[", "api-extractor", "attw", "ava", "biome", "c8", "cat", "cd", "changeset",
     "check-dependency-version-consistency", "chmod", "chown", "clear", "command", "commitlint", "cross-os",
     "cspell", "cypress", "date", "del", "del-cli", "depcheck", "docker", "docker-compose", "echo", "ef-tspm",
     "eslint", "exit", "export", "false", "find", "git", "gql.tada", "grep", "head", "husky", "husky-init",
     "i18next", "is-ci", "is-ci-cli", "jest", "jq", "kill-port", "knex", "knip", "lefthook", "license-checker",
     "lingui", "lint-staged", "ls", "madge", "markdownlint", "mikro-orm", "mkdir", "mkdirp", "mocha",
     "next-sitemap", "nodemon", "npm-check", "nyc", "nypm", "only-allow", "open-cli", "oxlint", "patch-package",
     "playwright", "pm2", "prettier", "printf", "publint", "pwd", "remark", "rimraf", "rm", "sed", "sentry-cli",
     "sequelize", "sequelize-cli", "serve", "set", "simple-git-hooks", "size-limit", "sleep", "stylelint",
     "syncpack", "tail", "tap", "test", "tput", "true", "tslint", "tspm", "typedoc", "typeorm", "ultracite",
     "unset", "update-browserslist-db", "vitest", "wait-on", "which", "zip")
)  # fmt: skip
# Options of node, tsx, ts-node and bun that take the next word as their value.
_VALUED = frozenset(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file",
     "--tsconfig", "-P", "--project", "--inspect-port", "--title", "--preload")
)  # fmt: skip
# Options of bundlers that do not change where they write to.
_LAYOUT_KEPT = frozenset(
    ("--turbo", "--turbopack", "--webpack", "--no-lint", "--debug", "--profile", "--emptyOutDir", "--sourcemap")
)
# Options of tsc that do not change what is written where.
_QUIET_OPTIONS = frozenset(
    ("-p", "--project", "-b", "--build", "--force", "--verbose", "--pretty", "--noEmitOnError", "--skipLibCheck",
     "--incremental", "--diagnostics", "--listFiles", "--listEmittedFiles", "--sourceMap", "--declaration")
)  # fmt: skip


class Tool:
    """One run of a known tool.

    name      the program. builds: it writes files that others import.
    outputs   directories of the context it writes to; None: somewhere in its package.
    resolves  how it follows imports, and fails where one cannot be resolved; None: it does not.
    external  whether an import of this name is left alone (bundlers told so on the command line).
    dev_only  only devDependencies are followed, the others stay imports (tsup's default).
    config    the TypeScript configuration in force, if one was read; plain: no option on the command line changes it.
    script    the file that node, tsx or bun run. entries: files that a bundler (or prisma, as its schema) is given,
              relative to the context.
    """

    __slots__ = (
        "builds", "config", "dev_only", "entries", "external", "name", "outputs", "plain", "resolves", "script",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        *,
        builds: bool = False,
        outputs: tuple[str, ...] | None = None,
        resolves: Purpose | None = None,
        external: Callable[[str], bool] | None = None,
        dev_only: bool = False,
        config: TsConfig | None = None,
        script: str | None = None,
        entries: tuple[str, ...] = (),
        plain: bool = False,
    ) -> None:
        self.plain = plain
        self.name = name
        self.builds = builds
        self.outputs = outputs
        self.resolves: Purpose | None = resolves
        self.external = external
        self.dev_only = dev_only
        self.config = config
        self.script = script
        self.entries = entries

    def __repr__(self) -> str:
        return f"Tool({self.name!r}, builds={self.builds}, outputs={self.outputs}, resolves={self.resolves!r})"


def read_tools(workspace: Workspace, argv: Words, cwd: str) -> tuple[Tool, ...] | None:
    """The tool runs that a command line means, in order (``tsc -b`` is one per project); None for unknown programs."""
    name = program(argv)
    args = list(argv[1:])
    if name in ("tsc", "vue-tsc", "tsc-watch"):
        return _tsc(workspace, name, args, cwd)
    if name == "esbuild":
        return (_esbuild(args, cwd),)
    if name == "bun" and args[:1] == ["build"]:
        return (_bun(args[1:], cwd),)
    if name in _BUNDLERS:
        return (_bundler(name, args, cwd),)
    if name == "nest":
        builds = args[:1] == ["build"]
        plain = len([word for word in args if word is None or not word.startswith("-")]) == 1
        return (
            Tool(name, builds=builds, resolves="types" if builds and plain else None, plain=builds and len(args) == 1),
        )
    if name in _COMPILERS:
        return (_compiler(name, args, cwd),)
    if name in ("node", "bun", "deno"):
        return (Tool(name, resolves="node" if name == "node" else "bundle", script=_script(args, cwd)),)
    return (Tool(name),) if name in _HARMLESS else None


def program(argv: Words) -> str | None:
    """The base name of the program; ``node_modules/.bin/x`` and ``node_modules/typescript/bin/tsc`` give x and tsc."""
    if not argv or argv[0] is None:
        return None
    name = argv[0].rsplit("/", 1)[-1]
    return name.removesuffix(".cmd").removesuffix(".CMD")


def option(args: Words, *names: str) -> str | None:
    """The value of an option: ``--name value`` or ``--name=value`` (of the last one given)."""
    found: str | None = None
    for at, word in enumerate(args):
        if word is None:
            continue
        for name in names:
            if word == name and at + 1 < len(args):
                found = args[at + 1]
            elif word.startswith(name + "=") and name.startswith("--"):
                found = word[len(name) + 1 :]
    return found


def _tsc(workspace: Workspace, name: str, args: Words, cwd: str) -> tuple[Tool, ...] | None:
    if any(word is None for word in args):
        return None
    words = [word for word in args if word is not None]
    if any(word in ("--init", "--version", "-v", "--help", "-h", "--showConfig", "--clean") for word in words):
        return (Tool(name),)
    if any(word in ("-b", "--build", "-build") for word in words):
        return _projects(workspace, name, words, cwd)
    target = join(cwd, option(words, "-p", "--project", "-project") or ".")
    given = [word for word in words if word.endswith((".ts", ".tsx", ".mts", ".cts")) and not word.startswith("-")]
    config = None
    if target is not None and not given:
        config = load_tsconfig(workspace.context, target, workspace)
    return (_project(name, words, cwd, config),)


def _project(name: str, words: Sequence[str], cwd: str, config: TsConfig | None) -> Tool:
    emits = config.emits if config is not None else True
    if any(word.lower() == "--noemit" for word in words):
        emits = (option(words, "--noEmit") or "true").lower() == "false"
    outputs: tuple[str, ...] | None = config.outputs if config is not None else None
    chosen = option(words, "--outDir", "--outdir", "--declarationDir")
    if chosen is not None:
        place = join(cwd, chosen)
        outputs = (place,) if place is not None else None
    return Tool(name, builds=emits, outputs=outputs, resolves="types", config=config, plain=_is_plain(words))


def _projects(workspace: Workspace, name: str, words: Sequence[str], cwd: str) -> tuple[Tool, ...]:
    """The projects of a ``tsc -b``, references first."""
    roots = [word for word in words if not word.startswith("-")] or ["."]
    found: dict[str, TsConfig] = {}
    active: set[str] = set()

    def visit(path: str) -> None:
        config = load_tsconfig(workspace.context, path, workspace)
        if config is None or config.path in active:
            return
        active.add(config.path)
        for reference in config.references:
            visit(reference)
        found[config.path] = config

    for root in roots:
        target = join(cwd, root)
        if target is not None:
            visit(target)
    if not found:
        return (Tool(name, builds=True, resolves="types"),)
    return tuple(
        Tool(name, builds=config.emits, outputs=config.outputs, resolves="types", config=config, plain=_is_plain(words))
        for config in found.values()
    )


def _is_plain(words: Sequence[str]) -> bool:
    """Whether the options of a tsc command line change nothing that its configuration says."""
    options = [word for word in words if word.startswith("-")]
    return all(word in _QUIET_OPTIONS for word in options)


def _esbuild(args: Words, cwd: str) -> Tool:
    words = [word for word in args if word is not None]
    outdir, outfile = option(args, "--outdir"), option(args, "--outfile")
    place = join(cwd, outdir) if outdir is not None else None
    if outfile is not None:
        place = parent(join(cwd, outfile) or "")
    bundles = "--bundle" in words and len(words) == len(args)
    return Tool(
        "esbuild",
        builds=True,
        outputs=(place,) if place is not None else None,
        resolves="bundle" if bundles else None,
        entries=_operands(words, cwd),
        external=_externals(words, "--packages=external", "--external:"),
    )


def _bun(args: Words, cwd: str) -> Tool:
    words = [word for word in args if word is not None]
    outdir, outfile = option(args, "--outdir"), option(args, "--outfile")
    place = join(cwd, outdir) if outdir is not None else parent(join(cwd, outfile) or "") if outfile else None
    keeps = "--no-bundle" in words or option(args, "--packages") == "external" or len(words) != len(args)
    listed = [args[at + 1] for at, word in enumerate(args[:-1]) if word in ("-e", "--external")]
    patterns = [item for item in listed if item is not None]
    patterns += [word[len("--external=") :] for word in words if word.startswith("--external=")]
    return Tool(
        "bun build",
        builds=True,
        outputs=(place,) if place is not None else None,
        resolves=None if keeps else "bundle",
        entries=_operands([word for word in words if word not in listed], cwd),
        external=lambda name: any(_covers(pattern, name) for pattern in patterns),
    )


def _externals(words: Sequence[str], everything: str, prefix: str) -> Callable[[str], bool]:
    patterns = [word[len(prefix) :] for word in words if word.startswith(prefix)]
    return lambda name: everything in words or any(_covers(pattern, name) for pattern in patterns)


def _covers(pattern: str, name: str) -> bool:
    head, star, tail = pattern.strip("\"'").partition("*")
    return name.startswith(head) and name.endswith(tail) if star else name == head or name.startswith(head + "/")


def _bundler(name: str, args: Words, cwd: str) -> Tool:
    commands = _BUNDLERS[name]
    words = [word for word in args if word is not None]
    first = next((word for word in words if not word.startswith("-")), "")
    builds = commands is None or first in commands
    if name in ("webpack", "webpack-cli") and first in ("serve", "watch", "init", "info", "configtest"):
        builds = False
    server = "--ssr" in words
    chosen = option(args, "--outDir", "--output-path", "-o", "--out-dir", "--out")
    place = join(cwd, chosen) if chosen is not None and name in ("vite", "ncc") else None
    return Tool(
        name,
        builds=builds,
        outputs=(place,) if place is not None else None,
        resolves="bundle" if builds and not server else None,
        plain=builds and len(words) == len(args) and all(word == first or word in _LAYOUT_KEPT for word in words),
        entries=_operands(words[1:], cwd) if name in ("ncc", "parcel") else (),
    )


def _operands(words: Sequence[str], cwd: str) -> tuple[str, ...]:
    """The source files among the words of a bundler's command line."""
    found = [join(cwd, word) for word in words if not word.startswith("-") and word.endswith(SOURCE_ENDINGS)]
    return tuple(path for path in found if path is not None)


def _compiler(name: str, args: Words, cwd: str) -> Tool:
    words = [word for word in args if word is not None]
    if name in ("tsx", "ts-node"):
        return Tool(name, resolves="bundle", script=_script(args, cwd))
    if name == "prisma":
        schema = option(args, "--schema")
        place = join(cwd, schema) if schema is not None else None
        # ``migrate`` and ``db`` write no code.
        return Tool(name, builds="generate" in words, entries=(place,) if place is not None else ())
    place = None
    if name in ("swc", "babel"):
        chosen = option(args, "-d", "--out-dir")
        place = join(cwd, chosen) if chosen is not None else None
    builds = not (words and words[0] in ("dev", "serve", "start", "preview", "check", "typecheck", "lint", "clean"))
    builds = builds or name == "preconstruct"  # "dev" writes entry points that lead to the source
    outputs = (place,) if place is not None else None
    # tsup bundles devDependencies and leaves the others as imports.
    return Tool(name, builds=builds, outputs=outputs, resolves="bundle" if name == "tsup" else None, dev_only=True)


def _script(args: Words, cwd: str) -> str | None:
    """The file that an interpreter is given."""
    skip = False
    for word in args:
        if skip:
            skip = False
        elif word is None or word in ("-e", "-p", "--eval", "--print", "-v", "--version", "--test"):
            return None
        elif word.startswith("-"):
            skip = word in _VALUED
        elif word not in ("run", "watch"):
            return join(cwd, word)
    return None
