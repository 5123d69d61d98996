"""Causes that the builder itself names: base images, files of the context, the Dockerfile's text, the "
"machine."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

_IMAGE = ("FROM", "COPY", "RUN", "ADD", "#", "")
_TRANSFER = ("COPY", "ADD", "RUN", "")

CAUSES = (
    Cause(
        "stage-missing",
        ("did you mean", "no stage or image found"),
        r"^(?P<name>[\w.-]+): (?:failed to resolve|pull access).*\(did you mean (?P<other>[\w.-]+)\?\)"
        r"|--from=(?P<name2>\S+): no stage or image found",
        "There is no stage named {name}, so the builder looks for an image of that name.",
        "Write the name of the stage as its FROM ... AS gives it.",
        rules=("undefined-stage",),
        codes=(125,),
    ),
    Cause(
        "stage-missing",
        ("invalid from flag value", "target stage"),
        r"invalid from flag value (?P<name>\S+?): |target stage \"?(?P<name2>[^\"\s]+)\"? could not be found",
        "There is no stage named {name}.",
        "Write the name of the stage as its FROM ... AS gives it.",
        rules=("undefined-stage",),
    ),
    Cause(
        "registry-rate-limit",
        ("toomanyrequests", "pull rate limit"),
        r"toomanyrequests|pull rate limit",
        "The registry refuses more downloads: its rate limit is reached.",
        "Log in to the registry before the build, use a mirror, or try again later.",
    ),
    Cause(
        "base-image-platform",
        ("no match for platform", "no matching manifest", "cannot be used on this platform"),
        r"no match for platform|no matching manifest for (?P<name>\S+)|cannot be used on this platform",
        "The base image does not exist for the platform {name} that is built for.",
        "Take a tag that has this platform, or build with --platform for one that the image has.",
    ),
    Cause(
        "base-image-schema",
        ("schema1", "schema version 1", "manifest.v1"),
        r"(?:schema ?1|schema version 1|manifest\.v1\+\w+).{0,80}(?:no longer|not supported|unsupported"
        r"|removed|deprecat)"
        r"|not implemented: media type .*manifest\.v1",
        "The base image was pushed in an old format (schema 1) that this builder does not read any more.",
        "Take a newer tag of the image, or pull and push it again with an older docker.",
    ),
    Cause(
        "base-image-missing",
        ("manifest", "not found", "name unknown", "repository does not exist"),
        r"manifest for (?P<name>\S+) not found|manifest unknown|name unknown|MANIFEST_UNKNOWN"
        r"|failed to resolve source metadata for (?P<name2>\S+): .*not found$"
        r"|^(?P<name3>[\w./-]+:[\w.-]+): not found$"
        r"|reading manifest \S+ in (?P<name4>\S+): ",
        "The registry has no image {name}: the tag does not exist, or not any more.",
        "Take a tag that the registry has, or another image.",
        rules=("missing-base-image", "end-of-life-base-image"),
        on=_IMAGE,
    ),
    Cause(
        "base-image-access",
        ("pull access denied", "access to the resource is denied", "insufficient_scope"),
        r"pull access denied(?: for (?P<name>[^\s,]+))?|access to the resource is denied|insufficient_scope",
        "The image {name} does not exist, or this machine may not read it.",
        "Check the name for a typing error (a stage of that name may be missing); for a private image log in first.",
        rules=("undefined-stage", "missing-base-image"),
        on=_IMAGE,
    ),
    Cause(
        "registry-login",
        ("unauthorized", "authentication required", "no basic auth credentials", "403 Forbidden"),
        r"unauthorized: |authentication required|no basic auth credentials|unexpected status.*403 Forbidden",
        "The registry does not know who asks: the login is missing, wrong or expired.",
        "Run docker login for this registry before the build.",
        on=("FROM", "COPY", "#", ""),
    ),
    Cause(
        "base-image-missing",
        "image not known",
        r"(?:build container: )?(?P<name>\S+): image not known",
        "The image {name} is not on this machine, and the build may not pull.",
        "Pull the image first, or build without --pull=never.",
        on=_IMAGE,
    ),
    Cause(
        "base-image-name",
        ("invalid reference format", "base name (", "failed to parse stage name"),
        r"invalid reference format|base name \((?P<name2>\S+)\) should not be blank"
        r"|failed to parse stage name \"(?P<name>[^\"]*)\"",
        "The name of the base image is not valid; a variable in it may be empty.",
        "Declare the ARG before the first FROM with a default, or pass --build-arg.",
        rules=("undefined-variable",),
    ),
    Cause(
        "copy-ignored",
        ("filtered out using", "excluded by", "no such file or directory"),
        r"glob \"(?:.*/)?(?P<name>[^\"/]+)\" copied \(\d+ filtered out using",
        "The file {name} is there, but .dockerignore keeps it out of the build context.",
        "Allow it in .dockerignore with a line that starts with '!', or remove the line that excludes it.",
        rules=("ignored-copy-source", "missing-copy-source"),
        codes=(125,),
    ),
    Cause(
        "copy-outside-context",
        ("forbidden path outside", "outside of the build context", "not within the build"),
        r"[Ff]orbidden path outside the build context: (?P<name>\S+)|outside of the build context"
        r"|not within the build",
        "The file {name} lies outside the build context; builders cannot see it.",
        "Build with a context that holds the file (docker build -f dir/Dockerfile .), or move the file.",
        rules=("missing-copy-source",),
    ),
    Cause(
        "copy-source-missing",
        ("not found", "no such file", "no source files", "does not exist", "no items matching", "file does not exist"),
        r"failed to calculate checksum of ref [^\s\"]*(?: \"(?P<name>[^\"]+)\": not found"
        r"|: \"(?P<name2>[^\"]+)\": not found)"
        r"|failed to calculate checksum.*lstat (?:.*buildkit-mount\d+)?/?(?P<name3>\S+): no such file"
        r"|(?:COPY|ADD) failed: (?:no source files were specified"
        r"|.*stat (?P<name4>\S+): (?:file does not exist|no such))"
        r"|copier: stat: \"/?(?P<name5>[^\"]+)\": no such file"
        r"|no items matching glob \"(?P<name6>[^\"]+)\" copied"
        r"|lstat (?P<name7>[^\s:]+): no such file or directory|^\"(?P<name8>/[^\"]+)\": not found"
        r"|failed to get fileinfo for (?P<name9>[^\s:]+)"
        r"|(?:COPY|ADD) failed: .*(?P<name10>no such file or directory|file not found)",
        "The source {name} of the {keyword} is not in the build context (or not in the stage it is copied from).",
        "Correct the path, which is relative to the build context and not to the Dockerfile; if the "
        "file is there, "
        ".dockerignore keeps it out; if a step should have made it, that step does not.",
        rules=("missing-copy-source", "ignored-copy-source"),
        on=_TRANSFER,
    ),
    Cause(
        "copy-destination",
        ("must be a directory and end with", "not a directory", "cannot copy to non-directory"),
        r"destination must be a directory and end with|cannot copy to non-directory: (?P<name>\S+)"
        r"|copying file.*not a directory",
        "Several sources are copied, so the destination has to be a directory.",
        "End the destination with a slash.",
        on=("COPY", "ADD"),
    ),
    Cause(
        "add-url",
        ("ADD failed: ", "failed to load cache key", "invalid response status", "invalid not-modified"),
        r"ADD failed: (?:failed to GET|.*Get) (?P<name>\S+)|invalid response status (?P<code>\d+)"
        r"|ADD failed: .*(?:http|status)",
        "The address that ADD downloads from does not answer with the file {name} {code}.",
        "Check the address; the file may have moved.",
        on=("ADD",),
    ),
    Cause(
        "buildkit-needed",
        (
            "--mount option requires BuildKit",
            "Unknown flag: mount",
            "Unknown flag: chmod",
            "--chmod option requires BuildKit",
            "Unknown flag: link",
            "Unknown flag: parents",
            "Unknown flag: security",
            "Unknown flag: network",
            "requires BuildKit",
        ),
        r"the (?P<name>--\w+) option requires BuildKit|[Uu]nknown flag: (?P<name2>mount|chmod|link"
        r"|parents|security|network)"
        r"|requires BuildKit",
        "{name} needs BuildKit, and this build ran with docker's classic builder.",
        "Build with DOCKER_BUILDKIT=1 or docker buildx build.",
    ),
    Cause(
        "builder-too-old",
        ("Unknown flag: platform", "experimental daemon features"),
        r"Unknown flag: (?P<name>platform)"
        r"|(?P<name2>\S+) is only supported on a Docker daemon with experimental",
        "This docker is too old for {name}, or has its experimental features switched off.",
        "Build with BuildKit (DOCKER_BUILDKIT=1) or a newer docker.",
    ),
    Cause(
        "unknown-flag",
        ("nknown flag: ", "nknown flag(s)"),
        r"[Uu]nknown flag(?:\(s\))?: (?P<name>\S+)",
        "The instruction has no flag {name} in this version of the builder.",
        "Correct the flag; a recent one needs a newer builder or a '# syntax=docker/dockerfile:1' line.",
        rules=("unknown-flag",),
    ),
    Cause(
        "unknown-instruction",
        ("nknown instruction", "unrecognized"),
        r"[Uu]nknown instruction: \"?(?P<name>[^\s\"]+)",
        "{name} is not an instruction: it is a typing error, or the line before lacks its continuation.",
        "Correct the word, end the line before with a backslash, or (for a heredoc) build with BuildKit.",
        rules=("unknown-instruction", "syntax-error"),
    ),
    Cause(
        "dockerfile-syntax",
        ("parse error", "ockerfile with name", "file with no instructions"),
        r"[Dd]ockerfile parse error (?:on )?line \d+: (?P<text>.*)|(?P<text2>file with no instructions)",
        "The Dockerfile cannot be read: {text}.",
        "Correct the line; 'dflint check' shows the exact place.",
        rules=("syntax-error", "unknown-instruction", "unknown-flag"),
        rank=1,
    ),
    Cause(
        "dockerfile-missing",
        ("Dockerfile", "dockerfile"),
        r"(?:failed to read dockerfile|unable to prepare context"
        r"|Cannot locate (?:specified )?Dockerfile|no Containerfile or Dockerfile).*",
        "The builder does not find the Dockerfile.",
        "Name it with -f, relative to the working directory, and pass the build context as the last argument.",
    ),
    Cause(
        "no-stage",
        "No build stage in current context",
        r"No build stage in current context",
        "The Dockerfile has an instruction before its first FROM.",
        "Move the instruction behind FROM; only ARG may stand before.",
        rules=("syntax-error",),
    ),
    Cause(
        "secret-missing",
        ("secret", "ssh"),
        r"secret (?:not found|\S+ not found|(?P<name2>\S+): not found)|could not parse ssh"
        r"|unset ssh forward|secret \S*(?P<name>\S+) (?:not set|required)",
        "The step needs the secret or ssh agent {name}, and the build was started without it.",
        "Pass it with --secret id=... or --ssh default.",
    ),
    Cause(
        "cache-key-denied",
        "failed to solve",
        r"failed to load cache key: (?P<text>.*)",
        "The builder cannot read what the instruction refers to: {text}.",
        "Check the address or path in the instruction.",
        rank=1,
    ),
    Cause(
        "disk-full",
        ("no space left on device", "No space left on device", "ENOSPC", "disk quota exceeded"),
        r"[Nn]o space left on device|ENOSPC: no space|[Dd]isk quota exceeded",
        "The disk of the machine that builds is full.",
        "Free space (docker system prune, docker builder prune) or give the builder more.",
    ),
    Cause(
        "user-unknown",
        ("unable to find user", "unable to find group", "no matching entries"),
        r"unable to find (?:user|group) (?P<name>[^\s:]+)|looking up (?P<name2>\S+): .*no matching entries",
        "The user or group {name} does not exist in the image at this point.",
        "Create it before this instruction (RUN useradd ...), or use its number.",
    ),
    Cause(
        "workdir-missing",
        "chdir to cwd",
        r"chdir to cwd \(\"(?P<name>[^\"]+)\"\).*: (?P<text>.*)",
        "The working directory {name} cannot be entered: {text}.",
        "Create it with WORKDIR while the user may write there, or change its owner.",
    ),
    Cause(
        "wrong-architecture",
        ("xec format error", "no such image for platform"),
        r"[Ee]xec format error",
        "A program is for another processor than the one that runs it, or is a script without a '#!' line.",
        "Build for the image's platform, install QEMU's emulation (binfmt), or download the file of "
        "the right architecture.",
    ),
    Cause(
        "start-no-such-file",
        ("no such file or directory: unknown", 'exec: "', "fork/exec", "bad interpreter"),
        r"exec:? \"?(?P<name>/[^\s\":]+)\"?: (?:stat .*|.*): no such file or directory"
        r"|fork/exec (?P<name2>\S+): no such file"
        r"|(?P<name3>\S+): bad interpreter: (?:No such file|.*\^M)"
        r"|exec (?P<name4>/\S+): no such file or directory",
        "{name} cannot be started: the file, or the interpreter that its first line names, is not in the image.",
        "Copy or install it before this step; if it is there, its lines end in CRLF or its '#!' line "
        "names a missing shell.",
    ),
    Cause(
        "start-not-found",
        "executable file not found in $PATH",
        r"exec: \"(?P<name>[^\"]+)\": executable file not found",
        "The command {name} is not installed at this point of the build.",
        "Install the package that has it in this stage, before this step.",
        rules=("missing-command", "missing-python-command"),
    ),
    Cause(
        "start-not-allowed",
        "permission denied",
        r"exec: \"(?P<name>[^\"]+)\": (?:stat .*)?permission denied",
        "{name} may not be executed: the file lacks the x permission.",
        "Add RUN chmod +x (or COPY --chmod=755), or set the bit in git (git update-index --chmod=+x).",
        codes=(126,),
    ),
    Cause(
        "daemon-gone",
        ("Cannot connect to the Docker daemon", "error during connect"),
        r"Cannot connect to the Docker daemon|error during connect: ",
        "The Docker daemon does not answer.",
        "Start it, or set DOCKER_HOST to where it runs.",
    ),
    Cause(
        "network-mode",
        "network bridge not found",
        r"network bridge not found",
        "The daemon has no bridge network for the step.",
        "Build with --network=host (network: host in compose).",
    ),
    Cause(
        "build-cancelled",
        ("operation was canceled", "context deadline exceeded", "Execution Timeout", "build timed out"),
        r"operation was canceled|context deadline exceeded|Execution Timeout|build timed out"
        r"|exceeded the maximum execution time",
        "The build was stopped from outside: it took longer than allowed, or somebody cancelled it.",
        "Raise the limit or make the step faster, for instance with a cache mount.",
        rank=1,
    ),
    Cause(
        "add-archive",
        ("Error processing tar file", "extracting archive", "archive/tar"),
        r"Error processing tar file\((?P<text>.*)\)|archive/tar: (?P<text2>.*)",
        "The builder cannot unpack the files: {text}.",
        "Check the archive; ADD unpacks local tar files by itself, addresses and other formats not.",
        rank=1,
    ),
    Cause(
        "too-many-layers",
        "max depth exceeded",
        r"max depth exceeded",
        "The image has more layers than the storage driver allows (125).",
        "Join RUN instructions with &&, or start the final stage from a smaller image.",
    ),
    Cause(
        "dockerfile-syntax",
        "failed to process",
        r"failed to process \"(?P<text>.*)$|(?P<text2>unexpected end of statement.*)",
        'A word of the instruction cannot be read: "{text}.',
        "Close the quote or the variable.",
        rules=("syntax-error",),
    ),
)
