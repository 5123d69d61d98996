"""Causes in the output of Node's package managers and compilers."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

_WORKSPACE = ("unbuilt-workspace-package", "missing-runtime-module")

CAUSES = (
    Cause(
        "node-lock-missing",
        ("npm ci", "shrinkwrap", "package-lock"),
        r"can only install with an existing package-lock"
        r"|cipm can only install packages with an existing"
        r"|The `npm ci` command can only install with an existing",
        "npm ci needs package-lock.json, and it is not in the image.",
        "COPY package-lock.json before this step (is it in .dockerignore?), or run npm install.",
        rules=("missing-copy-source", "ignored-copy-source"),
    ),
    Cause(
        "node-lock-outdated",
        ("in sync", "OUTDATED_LOCKFILE", "needs to be updated", "would have been modified", "lockfile", "YN0028"),
        r"package\.json and package-lock\.json.* are not in sync"
        r"|package\.json and npm-shrinkwrap.*not in sync"
        r"|can only install packages when your package\.json|ERR_PNPM_OUTDATED_LOCKFILE"
        r"|Your lockfile needs to be updated|lockfile would have been modified|YN0028"
        r"|lockfile had changes, but lockfile is frozen",
        "The lock file does not fit package.json.",
        "Run the install outside the build, commit the lock file, and COPY both (of every workspace package).",
    ),
    Cause(
        "node-lock-missing",
        ("ERR_PNPM_NO_LOCKFILE", "NO_LOCKFILE", "ERR_PNPM_FROZEN"),
        r"ERR_PNPM_NO_LOCKFILE|ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE",
        "pnpm is to use the lock file as it is, and pnpm-lock.yaml is not in the image or is outdated.",
        "COPY pnpm-lock.yaml before this step, or make it anew and commit it.",
        rules=("missing-copy-source", "ignored-copy-source"),
    ),
    Cause(
        "node-manifest-missing",
        ("ENOENT", "ERR_PNPM_NO_PKG_MANIFEST", "Couldn't find a package.json", "no such file or directory, open"),
        r"(?:open|lstat|stat) '(?P<name>[^']*package\.json)'"
        r"|ERR_PNPM_NO_PKG_MANIFEST.*in (?P<name2>\S+)"
        r"|Couldn't find a package\.json file in \"(?P<name3>[^\"]+)\"",
        "There is no {name} at this point of the build.",
        "COPY package.json before this step, into the directory that WORKDIR says.",
    ),
    Cause(
        "workspace-package-missing",
        (
            "WORKSPACE_PKG_NOT_FOUND",
            "no package named",
            "In workspace",
            "Workspace not found",
            "No workspaces found",
            "workspace:",
        ),
        r"ERR_PNPM_WORKSPACE_PKG_NOT_FOUND.*?\"?(?P<name>@?[\w./-]+)@workspace"
        r"|(?:\"(?P<name2>@?[\w./-]+)@workspace:\S*\" is in the dependencies)"
        r"|(?P<name3>@?[\w./-]+)@workspace:\S*: Workspace not found|No workspaces found"
        r"|Unsupported URL Type \"workspace:\""
        r"|no package named \"(?P<name4>[^\"]+)\" is present in the workspace",
        "The workspace package {name} is not in the image at this point.",
        "COPY the package.json of every workspace package (and pnpm-workspace.yaml) before the install.",
        rules=_WORKSPACE,
    ),
    Cause(
        "workspace-package-unbuilt",
        ("TS2307", "TS7016", "TS6053"),
        r"error TS(?:2307|7016): .*?module '(?P<name>[^']+)'|error TS6053: File '(?P<name2>[^']+)' not found",
        "The TypeScript compiler does not find {name} or its types: a workspace package that is not "
        "built yet, or a dependency "
        "that is not installed.",
        "Build the packages it depends on first (pnpm --filter 'NAME...' build, tsc -b, turbo), or "
        "install dev dependencies.",
        rules=_WORKSPACE,
    ),
    Cause(
        "typescript-error",
        "error TS",
        r"error (?P<name>TS\d+): (?P<text>.*)",
        "The TypeScript compiler refuses the source: {text}",
        "Correct the source, or check that the same versions are installed as outside the build (lock file).",
        rank=1,
    ),
    Cause(
        "node-module-missing",
        (
            "Cannot find module",
            "ERR_MODULE_NOT_FOUND",
            "Module not found",
            "Can't resolve",
            "Cannot find package",
            'Could not resolve "',
            "failed to resolve import",
        ),
        r"Cannot find (?:module|package) '(?P<name>[^']+)'|Can't resolve '(?P<name2>[^']+)'"
        r"|Could not resolve \"(?P<name3>[^\"]+)\"|failed to resolve import \"(?P<name4>[^\"]+)\""
        r"|ERR_MODULE_NOT_FOUND",
        "Node does not find the module {name}.",
        "Install it (dev dependencies are left out with NODE_ENV=production or --omit=dev), copy the "
        "file, or build the workspace package first.",
        rules=_WORKSPACE,
    ),
    Cause(
        "node-peer-conflict",
        "ERESOLVE",
        r"ERESOLVE",
        "npm cannot fit the peer dependencies together.",
        "Correct the versions that the lines name, or install with --legacy-peer-deps as outside the build.",
    ),
    Cause(
        "node-package-missing",
        (
            "E404",
            "ERR_PNPM_FETCH_404",
            "ETARGET",
            "notarget",
            "Couldn't find any versions for",
            "Couldn't find package",
            "Not found",
        ),
        r"E?404 +'(?P<name>[^']+)' is not in|notarget No matching version found for (?P<name2>\S+?)\.?$"
        r"|ERR_PNPM_FETCH_404|Couldn't find (?:package|any versions for) \"(?P<name3>[^\"]+)\"|E404"
        r"|404 Not Found[^\w]+\S*/(?P<name4>@?[\w%.-]+)$|ETARGET",
        "The registry has no such package or version: {name}. A private or workspace package looks like that too.",
        "Check the name; give the build the .npmrc of the private registry as a secret; keep workspace "
        "packages in the workspace.",
    ),
    Cause(
        "node-engine",
        (
            "Unsupported engine",
            "EBADENGINE",
            "is incompatible with this module",
            "ERR_PNPM_UNSUPPORTED_ENGINE",
            "EBADPLATFORM",
            "requires Node",
            "requires a Node",
            "Node.js version",
            "requires at least Node",
            "does not support Node",
        ),
        r"The engine \"(?P<name>[^\"]+)\" is incompatible.*?Expected version \"(?P<version>[^\"]+)\""
        r"|ERR_PNPM_UNSUPPORTED_ENGINE|npm ERR! code EBADENGINE|npm error code EBADENGINE"
        r"|code EBADPLATFORM"
        r"|npm(?: ERR!)? .*does not support Node\.js v?(?P<version2>[\d.]+)|requires (?:a "
        r"|at least )?(?P<name2>Node)(?:\.js)? (?:version )?(?P<version3>v?[\d.]+)"
        r"|This version of pnpm requires at least Node\.js (?P<version4>\S+)",
        "A package needs another version of {name} ({version}) than the base image has.",
        "Take a base image with that version of Node, or another version of the package.",
    ),
    Cause(
        "node-openssl",
        "ERR_OSSL_EVP_UNSUPPORTED",
        r"ERR_OSSL_EVP_UNSUPPORTED",
        "The bundler (an old webpack) uses a hash that OpenSSL 3 in Node 17 and later refuses.",
        "Update the bundler, or set NODE_OPTIONS=--openssl-legacy-provider, or build on Node 16.",
    ),
    Cause(
        "node-gyp-python",
        ("Can't find Python", "Could not find any Python", "find Python", "python2"),
        r"Can't find Python executable \"?(?P<name>[^\",]+)|Could not find any Python installation"
        r"|gyp ERR! find Python",
        "node-gyp compiles an addon and needs Python, which is not installed.",
        "Install python3 make g++ in the build stage (Alpine: apk add python3 make g++), or a version "
        "of the addon with a prebuilt file.",
        rules=("missing-native-build-tools", "missing-python-command"),
    ),
    Cause(
        "node-gyp-make",
        ("not found: make", "`make` failed", "gyp ERR! stack Error: not found: "),
        r"not found: (?P<name>make|g\+\+|gcc|cc|c\+\+)",
        "node-gyp compiles an addon and needs {name}, which is not installed.",
        "Install build-essential and python3 in the build stage (Alpine: build-base python3).",
        rules=("missing-native-build-tools", "missing-command"),
    ),
    Cause(
        "node-gyp-failed",
        ("gyp ERR!", "node-pre-gyp", "node-gyp"),
        r"gyp ERR! (?:stack Error|build error|configure error)|node-pre-gyp ERR! (?:build error|not ok)"
        r"|gyp ERR! not ok",
        "A native addon of Node could not be compiled.",
        "Take a version of the package for this version of Node (old ones do not compile on new "
        "Nodes); it needs python3, make and g++.",
        rules=("missing-native-build-tools",),
        rank=1,
    ),
    Cause(
        "node-script-missing",
        ("Missing script", "missing script", "ERR_PNPM_NO_SCRIPT", "Couldn't find a script named", 'Command "'),
        r"[Mm]issing script: ?[\"']?(?P<name>[\w:.-]+)"
        r"|ERR_PNPM_NO_SCRIPT\s+Missing script: (?P<name2>\S+)|script named \"(?P<name3>[^\"]+)\""
        r"|error Command \"(?P<name4>[^\"]+)\" not found",
        "package.json has no script or command {name}.",
        "Write the script's name as package.json has it, and check that the right package.json is copied.",
    ),
    Cause(
        "pnpm-no-modules",
        ("ERR_PNPM_ABORTED_REMOVE_MODULES_DIR", "ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL", "ERR_PNPM_UNEXPECTED_STORE"),
        r"ERR_PNPM_ABORTED_REMOVE_MODULES_DIR|ERR_PNPM_UNEXPECTED_STORE",
        "pnpm wants to remove node_modules and cannot ask.",
        "Set CI=true, and keep node_modules out of the context with .dockerignore.",
    ),
    Cause(
        "corepack",
        ("Cannot find matching keyid", "corepack", "Corepack"),
        r"Cannot find matching keyid|corepack.*(?:Error|error)|Internal Error: .*signature",
        "This version of corepack does not know the key that signs the package manager.",
        "Update it first (npm install -g corepack@latest), or install the package manager with npm.",
    ),
    Cause(
        "eslint",
        ("ESLint", "problems ("),
        r"\d+ problems? \((?P<text>\d+ errors?)",
        "The linter of the project stops the build ({text}).",
        "Correct the source; the build should perhaps not lint.",
        rank=1,
    ),
    Cause(
        "bower-root",
        "ESUDO",
        r"ESUDO",
        "bower refuses to run as root.",
        "Pass --allow-root, or run it as another user.",
    ),
    Cause(
        "pnpm-error",
        "ERR_PNPM_",
        r"ERR_PNPM_(?P<name>\w+)\s*(?P<text>.*)",
        "pnpm stopped: {text} ({name}).",
        "Its own message says what to change; run the same command outside the build.",
        rank=1,
    ),
    Cause(
        "yarn-error",
        ("YN0", "error An unexpected error", "error Couldn't", 'error "'),
        r"(?P<name>YN0\d+): .*?(?P<text>\w.*)|error (?P<text2>An unexpected error occurred: .*|Couldn't .*)",
        "yarn stopped: {text}",
        "Its own message says what to change; run the same command outside the build.",
        rank=2,
    ),
    Cause(
        "npm-script-failed",
        ("npm ERR!", "npm error", "ELIFECYCLE", "lifecycle"),
        r"Failed at the (?P<name>\S+ \S+) script|npm (?:ERR!|error) (?:command failed|code ELIFECYCLE)"
        r"|ELIFECYCLE|npm (?:ERR!|error) (?P<text>code \w+)",
        "A script that npm runs failed ({name}).",
        "The reason stands above npm's own lines.",
        rank=2,
    ),
    Cause(
        "node-git-missing",
        "you have git installed",
        r"if you have git installed",
        "npm needs git for a dependency, and it is not installed.",
        "Install git in this stage before the step.",
        rules=("missing-command",),
    ),
    Cause(
        "npm-failed",
        ("npm ERR!", "npm error", "error Command failed with exit code"),
        r"npm (?:ERR!|error) (?P<text>(?:Test failed|not ok).*)|npm ERR! (?P<text2>\S*[eE]rror\b.*)"
        r"|error Command failed with exit code",
        "npm or yarn stopped: a script or an installation failed.",
        "The reason stands above its own lines.",
        rank=2,
    ),
)
