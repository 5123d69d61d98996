"""Causes in the output of the tools of Go, Rust, Java and .NET."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    # Go
    Cause(
        "go-version",
        (
            "requires go >=",
            "requires newer Go",
            "invalid go version",
            "note: module requires Go",
            "unknown directive: toolchain",
            "go.mod file indicates go",
        ),
        r"requires go >= (?P<version>[\d.]+)|invalid go version '(?P<version2>[^']+)'"
        r"|note: module requires Go (?P<version3>[\d.]+)"
        r"|requires newer Go version (?:go)?(?P<version4>[\d.]+)|file indicates go (?P<version5>[\d.]+)"
        r"|unknown directive: (?P<version6>toolchain)",
        "The module needs Go {version}, and the base image has an older one.",
        "Build FROM a golang image of that version.",
    ),
    Cause(
        "go-module-missing",
        (
            "cannot find main module",
            "go.mod file not found",
            "no required module provides",
            "missing go.sum entry",
            "updates to go.mod needed",
            "updates to go.sum needed",
            "inconsistent vendoring",
            "checksum mismatch",
        ),
        r"missing go\.sum entry.*?(?:for (?:module providing package )?(?P<name>\S+))?$"
        r"|cannot find main module|go\.mod file not found"
        r"|no required module provides package (?P<name2>\S+?);?(?:\s|$)"
        r"|(?P<name3>updates to go\.\w+ needed)|inconsistent vendoring",
        "The Go module's files do not fit: go.mod or go.sum is missing or outdated ({name}).",
        "COPY go.mod and go.sum before this step, and run go mod tidy outside the build.",
        rules=("missing-copy-source", "ignored-copy-source"),
    ),
    Cause(
        "go-package-missing",
        (
            "cannot find package",
            "is not in GOROOT",
            "is not in std",
            "cannot find module",
            "no Go files",
            "unrecognized import path",
            "unknown revision",
            "go get: ",
            "invalid version",
        ),
        r"cannot find package \"(?P<name>[^\"]+)\"|package (?P<name2>\S+) is not in (?:GOROOT|std)"
        r"|unrecognized import path \"(?P<name3>[^\"]+)\""
        r"|no (?:buildable )?Go (?:source )?files in (?P<name4>\S+)|(?P<name5>\S+): unknown revision"
        r"|cannot find module providing package (?P<name6>\S+)|(?P<name7>\S+): invalid version"
        r"|package (?P<name8>\S+): cannot",
        "Go does not find the package {name}: the source is not copied, the import path is gone, or "
        "the base image's Go is too old for it.",
        "Copy the source to where go.mod (or GOPATH) expects it; pin a version of the dependency that exists.",
    ),
    Cause(
        "go-get-outside",
        "is no longer supported outside a module",
        r"go get.*is no longer supported outside a module",
        "go get does not install programs any more (since Go 1.18).",
        "Use go install PACKAGE@VERSION.",
    ),
    Cause(
        "go-error",
        (".go:", "go: "),
        r"^(?P<name>\S+\.go:\d+(?::\d+)?): (?P<text>.*)|^go: (?P<text2>.+)",
        "Go cannot build the program: {text}.",
        "Correct the source, or pin the dependency that changed (go.mod).",
        rank=1,
    ),
    # Rust
    Cause(
        "rust-lock",
        ("needs to be updated but --locked", "lock file version", "Cargo.lock"),
        r"needs to be updated but --(?:locked|frozen)"
        r"|lock file version [`'\"]?(?P<version>\d+)[`'\"]? (?:was found|requires)",
        "Cargo.lock does not fit Cargo.toml, or is of a newer format than this cargo reads.",
        "Run cargo update --workspace outside the build and commit Cargo.lock, or use a newer rust image.",
    ),
    Cause(
        "rust-version",
        ("requires rustc", "feature `edition", "edition2024", "is required", "rustc "),
        r"requires rustc (?P<version>[\d.]+)|feature `(?P<version2>edition\d+)` is required|(?:package"
        r"|cannot be built because it) .*requires rustc (?P<version3>[\d.]+)"
        r"|rustc (?P<version4>[\d.]+) is not supported",
        "A crate needs a newer Rust ({version}) than the base image has.",
        "Build FROM a newer rust image, or pin the crate to an older version.",
    ),
    Cause(
        "rust-linker",
        ("linker `", "linking with", "ould not find directory of OpenSSL", "openssl-sys"),
        r"linker `(?P<name>[^`]+)` not found"
        r"|Could not find directory of OpenSSL(?P<name2>) installation|linking with `\S+` failed",
        "The Rust program cannot be linked: {name} a linker or a C library is missing.",
        "Install gcc (musl-dev on Alpine) and, for openssl-sys, pkg-config and libssl-dev.",
        rules=("missing-native-build-tools",),
    ),
    Cause(
        "rust-error",
        ("error[E", "error: could not compile", "error: failed to"),
        r"error: could not compile `(?P<name>[^`]+)`|error\[(?P<name2>E\d+)\]: (?P<text>.*)"
        r"|^error: (?P<text2>failed to .*)",
        "Cargo cannot build {name}: {text}",
        "The compiler's first error says why; a crate may need another version of Rust.",
        rank=1,
    ),
    # Java and .NET
    Cause(
        "maven-dependency",
        (
            "Could not resolve dependencies",
            "Could not find artifact",
            "Non-resolvable",
            "Could not transfer artifact",
            "could not be resolved",
        ),
        r"Could not find artifact (?P<name>\S+)|Could not transfer artifact (?P<name2>\S+)"
        r"|Could not resolve dependencies for project (?P<name3>\S+)"
        r"|Plugin (?P<name4>\S+) or one of its dependencies could not be resolved",
        "Maven cannot get {name}.",
        "Check the repositories and the version; a module of the same project has to be built before (mvn -am).",
    ),
    Cause(
        "maven-pom-missing",
        ("there is no POM", "MissingProjectException"),
        r"there is no POM in this directory \((?P<name>[^)]+)\)|MissingProject",
        "There is no pom.xml in {name}.",
        "COPY pom.xml before this step, into the directory that WORKDIR says.",
    ),
    Cause(
        "java-version",
        (
            "invalid target release",
            "release version",
            "UnsupportedClassVersionError",
            "Unsupported class file major version",
            "Source option",
            "invalid source release",
            "requires at least Java",
            "compiled by a more recent",
        ),
        r"invalid (?:target|source) release: (?P<version>\S+)"
        r"|release version (?P<version2>\S+) not supported"
        r"|Unsupported class file major version (?P<version3>\d+)|UnsupportedClassVersionError"
        r"|Source option (?P<version4>\d+) is no longer supported|compiled by a more recent version",
        "The image's Java does not fit the project (it needs {version}).",
        "Take a base image with the Java that the project is built for.",
    ),
    Cause(
        "gradle-dependency",
        ("Could not resolve all", "Could not resolve ", "Could not find ", "Plugin [id"),
        r"> Could not (?:resolve|find) (?!all)(?P<name>[\w.-]+:[\w.:-]+)|Plugin \[id: '(?P<name2>[^']+)'",
        "Gradle cannot get {name}.",
        "Check the repositories and the version.",
    ),
    Cause(
        "gradle-wrapper",
        ("GradleWrapperMain", "gradle-wrapper"),
        r"GradleWrapperMain",
        "gradle/wrapper/gradle-wrapper.jar is not in the image.",
        "COPY the gradle directory; check .gitignore and .dockerignore for *.jar.",
        rules=("ignored-copy-source",),
    ),
    Cause(
        "java-build",
        (
            "BUILD FAILURE",
            "BUILD FAILED",
            "Compilation failure",
            "COMPILATION ERROR",
            "What went wrong",
            "[ERROR] Failed",
        ),
        r"\[ERROR\] (?P<text>Failed to execute goal .*)|COMPILATION ERROR|Compilation failure"
        r"|BUILD FAIL|^\* What went wrong",
        "Maven or Gradle could not build the project. {text}",
        "The lines above name the file or the test that failed.",
        rank=2,
    ),
    Cause(
        "dotnet-error",
        ("error NU", "error MSB", "error CS", "error NETSDK", "MSBUILD : error"),
        r"error (?P<name>(?:NU|MSB|CS|NETSDK)\d+): (?P<text>.*)|MSBUILD : (?P<text2>error .*)",
        ".NET cannot build the project: {text}",
        "A project or package that it names must be copied before, or the SDK of the base image is too old.",
    ),
    Cause(
        "maven-dependency",
        (
            "UnresolvableModelException",
            "unresolved dependency",
            "Could not retrieve sbt",
            "retrieving required libraries",
        ),
        r"UnresolvableModelException|unresolved dependency: (?P<name>[^\s:]+)"
        r"|(?P<name2>Could not retrieve sbt \S+)|Error retrieving required libraries",
        "The build tool cannot get a dependency: {name}.",
        "Check the repositories: http:// addresses and old hosts (JCenter, Bintray) are closed. Parent "
        "projects must be copied too.",
    ),
    Cause(
        "java-build",
        "[ERROR] ",
        r"\[Help \d\] http://\S+/(?P<name>\w+Exception)|\[ERROR\]\s+mvn <",
        "Maven could not build the project ({name}).",
        "The lines above name the file, the module or the test that failed.",
        rank=2,
    ),
    Cause(
        "go-platform",
        "unsupported GOOS/GOARCH",
        r"unsupported GOOS/GOARCH pair (?P<name>\S+)",
        "Go cannot build for {name}; a variable may be empty.",
        "Set GOOS and GOARCH; TARGETOS and TARGETARCH must be declared with ARG in the stage.",
    ),
)
