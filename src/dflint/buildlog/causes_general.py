"""Causes that any program may have: options, files, configurations, tests."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    Cause(
        "configure-error",
        ("configure: error", "CMake Error", "configure.ac"),
        r"configure: error: (?P<text>.*)|CMake Error (?P<text2>.*)|configure\.ac:\d+: error: (?P<text3>.*)",
        "The configuration of a C project failed: {text}.",
        "Install what it names (a -dev package or a tool) in this stage.",
        rules=("missing-native-build-tools",),
        rank=1,
    ),
    Cause(
        "r-package",
        (
            "dependency '",
            "dependencies '",
            "there is no package called",
            "is not available (for R",
            "installation of package",
        ),
        r"there is no package called [\u2018'](?P<name>[^\u2019']+)"
        r"|package [\u2018'](?P<name2>[^\u2019']+)[\u2019'] is not available"
        r"|installation of package [\u2018'](?P<name3>[^\u2019']+)[\u2019'] had non-zero",
        "The R package {name} could not be installed.",
        "Install the system libraries it needs before, or take a snapshot of CRAN of the image's date.",
    ),
    Cause(
        "haskell-resolver",
        ("Could not resolve dependencies", "stack.yaml", "cabal:"),
        r"cabal: (?P<text>.*)|Could not parse .*stack\.yaml",
        "cabal or stack cannot resolve the packages: {text}.",
        "Pin the versions or the resolver for the image's GHC.",
        rank=1,
    ),
    Cause(
        "compile-error",
        ("error: ", "undefined reference"),
        r"^(?P<name>[\w./+-]+\.(?:c|cc|cpp|cxx|h|hpp|java|kt|scala|swift|cs|rs|ts"
        r"|vue)):(?:\d+:)*(?:\d+)?:? (?:fatal )?error: (?P<text>.*)"
        r"|undefined reference to [`'](?P<text2>[^'`]+)",
        "The compiler refuses the source: {text}.",
        "The source does not fit this compiler or these headers: pin the version of the source, or of the base image.",
        rank=1,
    ),
    Cause(
        "file-missing",
        (
            "No such file or directory",
            "no such file or directory",
            "cannot stat",
            "cannot access",
            "can't open",
            "ENOENT",
            "not found or is not",
            "does not exist",
            "FileNotFoundError",
            "Could not find file",
        ),
        r"(?:cannot (?:stat|access|open|remove|find|touch|create [\w ]+)|can't (?:open|read|stat|create"
        r"|remove|rename)|unable to (?:open|read|stat)|cp: |mv: |cat: |sed: |ls: |tar: |chmod: |ln: "
        r"|rm: |source: |\.: ).*?[\u2018'\"`]?(?P<name>[\w./*@%+~-]*[\w/*])[\u2019'\"]?: (?:[Nn]o such "
        r"file|nonexistent|[Nn]ot found)"
        r"|ENOENT: no such file or directory, \w+ '(?P<name2>[^']+)'|(?:No such file or directory"
        r"|FileNotFoundError).*?: b?'(?P<name3>[^']+)'"
        r"|(?P<name4>/[\w./@+-]+): No such file or directory"
        r"|(?P<name5>[\w./@+-]+): No such file or directory|[Cc]an't open (?:file )?'(?P<name6>[^']+)'"
        r"|\b(?P<name7>/[\w./@+-]+) does not exist|Could not find file '(?P<name8>[^']+)'",
        "The file {name} does not exist at this point of the build.",
        "Check the path against WORKDIR and what is copied before this step; a download or a command "
        "before may have failed.",
        rank=1,
    ),
    Cause(
        "file-exists",
        "File exists",
        r"[\u2018'\"]?(?P<name>[\w./@+-]+)[\u2019'\"]?: File exists",
        "{name} exists already.",
        "Use mkdir -p or ln -sf.",
        rank=1,
    ),
    Cause(
        "option-unknown",
        (
            "nrecognized option",
            "nvalid option",
            "nknown option",
            "llegal option",
            "nrecognized argument",
            "no such command",
            "Unknown command",
            "unknown command",
            "nknown flag",
            "unrecognized arguments",
            "No such option",
        ),
        r"(?:^|/)(?P<name>[\w.+-]+): (?:unrecognized|invalid|unknown"
        r"|illegal) option(?: --)? ?'?(?P<text>[^\s']*)|(?P<text2>(?:[Uu]nknown|[Uu]nrecognized"
        r"|no such) (?:command|option|flag|argument|arguments)s?:? ?.*)",
        "{name} does not know what it is called with: {text}.",
        "Correct the option; other versions and BusyBox have others.",
        rank=1,
    ),
    Cause(
        "tests-failed",
        ("failed", "FAILED", "Tests:", "FAILURES"),
        r"^=+ .*\d+ failed.* =+$|^FAILED \(|Tests:\s+\d+ failed|^FAIL\s+\S+|^--- FAIL|FAILURES!"
        r"|\d+ (?:examples|tests|specs), [1-9]\d* failures?",
        "Tests that the build runs failed.",
        "Correct the source or the tests; they may need something that a build does not have (network, database).",
        rank=1,
    ),
    Cause(
        "make-failed",
        ("make: ***", "make[", "ninja: ", "gmake"),
        r"make(?:\[\d+\])?: \*\*\* No rule to make target [`'](?P<name>[^`']+)"
        r"|make(?:\[\d+\])?: \*\*\* (?P<text>.*)|ninja: (?P<text2>.*)",
        "make stopped: {text} {name}.",
        "The reason stands above; a file that make needs may not be copied.",
        rank=2,
    ),
    Cause(
        "project-file-missing",
        ("could not find", "does not contain", "is required", "does not appear to contain", "Could not find"),
        r"could not find [`'\"]?(?P<name>Cargo\.toml|project Gopkg\.toml)"
        r"|'(?P<name2>configure\.ac)' or 'configure\.in' is required"
        r"|source directory \"(?P<name3>[^\"]+)\" does not (?:appear to )?(?:contain|exist)",
        "The project's file is not here: {name}.",
        "COPY the project before this step, and check WORKDIR.",
    ),
    Cause(
        "file-missing",
        ("no such file or directory", "No such file or directory"),
        r"^(?:stat|open|lstat) (?P<name>[^\s:]+): no such file|couldn't read file \"(?P<name2>[^\"]+)\"",
        "The file {name} does not exist at this point of the build.",
        "Check the path against WORKDIR and what is copied before this step.",
        rank=1,
    ),
    Cause(
        "configure-error",
        ("Configuring incomplete", "CMake Error", "FAILED", "not met:"),
        r"Configuring incomplete, errors occurred|^Package requirements \((?P<name>[^)]+)\) were not met",
        "The configuration of a C project failed ({name}).",
        "Install what the lines above name (a -dev package or a tool) in this stage.",
        rank=2,
    ),
    Cause(
        "tests-failed",
        ("FAIL", "Result: FAIL"),
        r"^FAIL(?:\s|$)|^Result: FAIL|Testing \[FAIL\]",
        "Tests that the build runs failed.",
        "Correct the source or the tests; they may need something that a build does not have (network, database).",
        rank=2,
    ),
)
