"""Causes in the output of Python's tools."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    Cause(
        "python-externally-managed",
        "externally-managed-environment",
        r"externally-managed-environment",
        "pip refuses: this Python belongs to the distribution (PEP 668), since Debian 12 and Ubuntu 23.04.",
        "Install into a virtual environment (python3 -m venv /venv), or pass --break-system-packages.",
        rules=("externally-managed-python",),
    ),
    Cause(
        "python-ensurepip-missing",
        ("ensurepip is not", "No module named ensurepip", "No module named 'ensurepip'"),
        r"ensurepip is not\s*available|No module named '?ensurepip|ensurepip is not",
        "python3 -m venv cannot make an environment: Debian keeps ensurepip in python3-venv.",
        "Install python3-venv in this stage.",
        rules=("missing-ensurepip",),
    ),
    Cause(
        "pip-option",
        "no such option",
        r"no such option: (?P<name>--[\w-]+)",
        "pip of this base image does not know {name}.",
        "Remove the option or update pip (--break-system-packages needs pip 23).",
        rules=("externally-managed-python",),
    ),
    Cause(
        "python-version",
        ("requires a different Python", "Requires-Python", "requires Python", "Python version", "requires python"),
        r"Package '(?P<name>[^']+)' requires a different Python: (?P<version>.*)|(?:package"
        r"|Package) (?P<name2>\S+) requires a different"
        r"|(?P<name3>\S+) requires Python '?(?P<version2>[<>=!~]+\s?[\d.,<>=!]+)"
        r"|requires at least Python (?P<version3>[\d.]+)"
        r"|^(?:ERROR: )?(?P<name4>[\w.-]+) requires python (?P<version4>[\d.<>=]+)"
        r"|This version of pip requires|Unsupported Python version"
        r"|[Cc]urrent Python version \((?P<version5>[\d.]+)\) is not allowed",
        "{name} does not run on the image's version of Python ({version}).",
        "Take a base image with a Python that it allows, or a version of the package for this Python.",
    ),
    Cause(
        "pip-old-python",
        ("SyntaxError", "python_version", "f-string"),
        r"bootstrap\.pypa\.io|This script does not work on Python (?P<version>[\d.]+)",
        "The script get-pip.py is for newer versions of Python than the image has ({version}).",
        "Use bootstrap.pypa.io/pip/VERSION/get-pip.py, or a newer base image.",
    ),
    Cause(
        "pip-no-distribution",
        ("No matching distribution found", "Could not find a version that satisfies"),
        r"No matching distribution found for (?P<name>[^\s(]+)"
        r"|Could not find a version that satisfies the requirement (?P<name2>[^\s(]+)",
        "pip finds no version of {name} for this Python and platform.",
        "Check name and version; a pinned version may be removed, or need another Python (or, on "
        "Alpine, be built from source).",
        rank=1,  # a connection that failed before is the better cause
    ),
    Cause(
        "pip-conflict",
        (
            "ResolutionImpossible",
            "conflicting dependencies",
            "SolverProblemError",
            "version solving failed",
            "UnsatisfiableError",
            "ResolvePackageNotFound",
            "PackagesNotFoundError",
            "LibMambaUnsatisfiable",
        ),
        r"ResolutionImpossible|conflicting dependencies|SolverProblemError|version solving failed"
        r"|UnsatisfiableError|ResolvePackageNotFound|PackagesNotFoundError|LibMambaUnsatisfiable",
        "The required versions of Python packages contradict each other or do not exist for this platform.",
        "Loosen the pins that the lines name, or make the lock file on this platform.",
    ),
    Cause(
        "pip-requirements-missing",
        (
            "Could not open requirements file",
            "does not appear to be a Python project",
            "is not installable",
            "Directory '",
            "Invalid requirement",
            "setup.py' not found",
        ),
        r"Could not open requirements file: .*: '(?P<name>[^']+)'"
        r"|Directory '(?P<name2>[^']+)' is not installable"
        r"|(?P<name3>\S+) does not appear to be a Python project"
        r"|Invalid requirement: '?(?P<name4>[^'\s]+)",
        "pip does not find {name} at this point of the build.",
        "COPY it before this step, to the directory that WORKDIR and the path say.",
    ),
    Cause(
        "pg-config-missing",
        ("pg_config", "mysql_config", "mysqlclient"),
        r"(?P<name>pg_config) executable not found|(?P<name2>mysql_config): not found"
        r"|(?P<name3>mysql_config) not found|Can not find valid pkg-config name",
        "The package is built from source and needs {name}, which is in a -dev package.",
        "Install libpq-dev (PostgreSQL) or default-libmysqlclient-dev (MySQL) and gcc, or take the "
        "binary package (psycopg2-binary).",
        rules=("missing-native-build-tools",),
    ),
    Cause(
        "compiler-missing",
        ("gcc", "cc'", "g++", "c++", "C compiler", "compiler", "rustc", "Rust"),
        r"(?:unable to execute|command|error: linker)\s*[\u2018'\"`]?(?P<name>[\w.+-]*(?:gcc|cc|g\+\+"
        r"|c\+\+))[\u2019'\"]?(?::? failed: No such file|: No such file| not found)"
        r"|exec: \"(?P<name2>gcc|cc|g\+\+|clang)\": executable file not found"
        r"|C compiler (?P<name3>\S*(?:gcc|cc|clang)) (?:is not found|cannot create)"
        r"|no acceptable C compiler found"
        r"|(?P<name4>[\w-]*(?:gcc|g\+\+|cc)): (?:[Cc]ommand )?not found|make: (?P<name5>cc|gcc|g\+\+"
        r"|c\+\+): |(?:Cargo, the )?Rust (?:package manager|compiler).*not (?:installed|found)"
        r"|can't find Rust compiler|No CMAKE_\w+_COMPILER could be found|Unknown compiler\(s\)"
        r"|Could not find compiler set in environment variable CC"
        r"|The C(?:XX)? compiler identification is unknown|Failed to find C compiler"
        r"|C\+\+ compiler not found|You have to install (?:a compiler|gcc)|missing: gcc",
        "A package is compiled during the installation, and the image has no compiler ({name}).",
        "Install build-essential (Alpine: build-base; RPM: gcc gcc-c++ make), best in a build stage, "
        "or take a version with a prebuilt wheel.",
        rules=("missing-native-build-tools", "missing-command"),
    ),
    Cause(
        "header-missing",
        (".h: No such file", ".h' file not found", "Python.h", "fatal error"),
        r"fatal error: '?(?P<name>[\w/.+-]+\.h(?:pp)?)'?(?:: No such file| file not found)"
        r"|(?P<name2>[\w/]+\.h): No such file or directory",
        "A C source needs the header {name}, which is in a -dev package that is not installed.",
        "Install the -dev package that has it (Python.h: python3-dev; linux/*.h on Alpine: "
        "linux-headers; others: libNAME-dev).",
        rules=("missing-native-build-tools",),
    ),
    Cause(
        "c-library-missing",
        (
            "cannot find -l",
            "ibrary not found",
            "not found or too old",
            "No package '",
            "Could NOT find",
            "pkg-config",
            "was not found in the pkg-config",
        ),
        r"cannot find -l(?P<name>[\w+-]+)|No package '(?P<name2>[^']+)' found"
        r"|Package '?(?P<name3>[\w.+-]+)'?,? (?:required by .*|was) not found in the pkg-config"
        r"|Could NOT find (?P<name4>\w+)"
        r"|(?P<name5>\w+) library not found|(?P<name6>pkg-config) (?:script could not be found"
        r"|is (?:required|missing))|headers or library files could not be found for (?P<name7>\w+)"
        r"|Please make sure the (?P<name8>\w+) .* (?:is|are) installed"
        r"|Could not find (?P<name9>[\w.-]+) \(missing:",
        "The library {name} that is linked or looked for is not installed.",
        "Install its -dev package in this stage.",
        rules=("missing-native-build-tools",),
    ),
    Cause(
        "python-import",
        "cannot import name",
        r"cannot import name '?(?P<name>[\w.]+)'?(?: from '(?P<text>[\w.]+)')?",
        "A Python module {text} does not have {name}: it is another version than the importing package expects.",
        "Pin the two packages to versions that fit together (a lock file does).",
    ),
    Cause(
        "python-module-missing",
        ("No module named", "ModuleNotFoundError", "ImportError"),
        r"No module named '?(?P<name>[\w.-]+)'?",
        "Python does not find the module {name}.",
        "Install it before this step with the same Python; a setup.py that imports what it needs must "
        "have it installed first.",
        rules=("missing-python-module",),
    ),
    Cause(
        "python-syntax",
        ("SyntaxError: ", "TabError", "use_2to3"),
        r"SyntaxError: (?P<text>.*)|error in \S+ setup command: (?P<text2>use_2to3 is invalid.*)",
        "A Python file is not valid for this version of Python: {text}.",
        "Pin the package to a version for this Python (Python 2 needs old versions), or use a newer base image.",
    ),
    Cause(
        "pip-uninstall-distutils",
        ("distutils installed project", "Cannot uninstall"),
        r"Cannot uninstall '?(?P<name>[^'\s.]+)'?|distutils installed project",
        "pip cannot replace {name}, which the distribution installed.",
        "Use a virtual environment, or pip install --ignore-installed {name}.",
    ),
    Cause(
        "pip-lock",
        ("Pipfile.lock", "poetry.lock", "uv.lock", "lock file"),
        r"Pipfile\.lock \(\S+\) out of date|(?:pyproject\.toml changed significantly"
        r"|poetry\.lock is not up to date|poetry\.lock.*significantly)"
        r"|[Ll]ockfile at `?uv\.lock`? needs to be updated|Pipfile\.lock not found",
        "The lock file does not fit the project file.",
        "Make it anew (pipenv lock, poetry lock, uv lock) and commit it.",
    ),
    Cause(
        "pip-build-failed",
        (
            "Failed building wheel",
            "failed with error code",
            "metadata-generation-failed",
            "subprocess-exited-with-error",
            "egg_info",
            "exited with exit status",
            "Could not build wheels",
            "Command errored out",
        ),
        r"Failed building wheel for (?P<name>\S+)|Could not build wheels for (?P<name2>[^,\s]+)"
        r"|Command \"?python setup\.py egg_info\"? failed.* in \S*/(?P<name3>[\w.-]+)/?$"
        r"|metadata-generation-failed|subprocess-exited-with-error"
        r"|failed with error code \d+ in \S*?/(?P<name4>[\w.-]+)/?$|Command errored out with exit status",
        "The Python package {name} could not be built from source.",
        "The reason stands in the lines before; often a newer version has a wheel, or a compiler or "
        "-dev package is missing.",
        rules=("missing-native-build-tools",),
        rank=1,
    ),
    Cause(
        "python-error",
        "Error: ",
        r"^(?!.*CalledProcessError)(?P<name>(?:[A-Za-z_][\w]*\.)*[A-Z]\w*(?:Error|Exception)): (?P<text>.+)",
        "A program stopped with {name}: {text}.",
        "Look at the lines before: the program itself says what it misses.",
        rank=1,
    ),
    Cause(
        "python-wheel-platform",
        "is not a supported wheel",
        r"(?P<name>\S+) is not a supported wheel on this platform",
        "The wheel {name} is for another Python or platform.",
        "Take the wheel for the image's Python and architecture, or let pip choose it.",
    ),
    Cause(
        "pip-no-distribution",
        ("No distributions at all found for", "Could not find any downloads", "Couldn't find a setup script"),
        r"No distributions at all found for (?P<name>[^\s(]+)"
        r"|any downloads that satisfy the requirement (?P<name2>[^\s(]+)"
        r"|Couldn't find a setup script in (?P<name3>\S+)",
        "This old installer of Python packages finds nothing for {name}.",
        "Use a newer pip, which speaks to today's index.",
    ),
    Cause(
        "pip-conflict",
        ("distribution was not found and is required", "VersionConflict", "is installed but"),
        r"The '(?P<name>[^']+)' distribution was not found|VersionConflict: (?P<text>.*)"
        r"|error: (?P<name2>\S+ \S+) is installed but",
        "The installed Python packages do not fit together: {name}{text}.",
        "Pin versions that fit, and install with pip rather than setup.py.",
    ),
    Cause(
        "pip-requirements-missing",
        'File "setup.py"',
        r"File \"(?P<name>setup\.py)\"(?: or \"setup.cfg\")? not found",
        "There is no {name} at this point of the build.",
        "COPY the project before this step, to the directory that WORKDIR says.",
    ),
    Cause(
        "python-not-installed",
        "could be found to install Python",
        r"could be found to install Python",
        "The Python version that the project's lock file asks for is not installed.",
        "Take a base image with that version of Python.",
    ),
)
