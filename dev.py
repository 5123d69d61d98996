#!/usr/bin/env python3
"""Everything a checkout needs, with nothing but Python and git: makes .venv, installs into it, runs one thing.

python3 dev.py demo          dflint check and the fix preview on the example monorepo
python3 dev.py test [ARGS]   the tests; ARGS go to pytest
python3 dev.py lint          ruff, mypy, layers, generated files
python3 dev.py run ARGS      dflint itself
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python")
EXAMPLE = os.path.join(ROOT, "fixtures", "repos", "erp")


def fail(message):
    """Say what is wrong and stop."""
    sys.exit("dev.py: " + message)


def use_newer_python():
    """Start again with a newer interpreter if this one is too old."""
    if sys.version_info >= (3, 10):
        return
    for minor in range(14, 9, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager's shim may exist for versions that are not chosen here.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            sys.exit(subprocess.call([found, os.path.abspath(__file__), *sys.argv[1:]]))
    fail(f"needs Python 3.10 or newer, this is {sys.version.split()[0]}")


def run(*command, **options):
    """Run a command in the checkout; returns its exit status."""
    sys.stdout.flush()
    return subprocess.call(list(command), stdin=subprocess.DEVNULL, **{"cwd": ROOT, **options})


def ensure(extra):
    """Have .venv with dflint and an extra's packages installed, made anew when pyproject.toml has changed."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as stream:
        wanted = hashlib.sha256(stream.read() + sys.version.encode()).hexdigest()
    stamp = os.path.join(VENV, "installed-" + (extra or "base"))
    if os.path.exists(stamp) and os.path.exists(PYTHON):
        with open(stamp) as stream:
            if stream.read() == wanted:
                return
    print("dev.py: installing into .venv ...", flush=True)
    installer = make_venv()
    target = "." + (f"[{extra}]" if extra else "")
    quiet = ["--quiet", "--disable-pip-version-check"]
    if run(*installer, "install", *quiet, "--editable", target):
        fail("pip could not install dflint; it needs a package index")
    with open(stamp, "w") as stream:
        stream.write(wanted)


def make_venv():
    """Make .venv if there is none; returns the command that runs pip for it."""
    if not os.path.exists(PYTHON) and run(sys.executable, "-m", "venv", VENV, stdout=subprocess.DEVNULL):
        # Distributions may package ensurepip apart; a pip outside can fill the environment just as well.
        shutil.rmtree(VENV, ignore_errors=True)
        if run(sys.executable, "-m", "venv", "--without-pip", VENV):
            fail("cannot make a virtual environment; install the package python3-venv")
    if run(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return [PYTHON, "-m", "pip"]
    if run(sys.executable, "-m", "pip", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    return fail("there is no pip; install the package python3-venv or python3-pip")


def demo():
    """Show what dflint finds in the example monorepo and how it would repair it."""
    ensure("")
    dflint = os.path.join(BIN, "dflint")
    print("In fixtures/repos/erp:")
    for command in ("check", "fix"):
        print(f"\n$ dflint {command} docker-compose.yml", flush=True)
        if run(dflint, command, "docker-compose.yml", cwd=EXAMPLE) > 1:  # 1 is what there is to show: findings
            return 2
    return 0


def test(arguments):
    """Run the tests; all of them, on all processors, if nothing else is asked for."""
    ensure("dev")
    return run(PYTHON, "-m", "pytest", *(arguments or ["-n", "auto", "--dist", "loadfile"]))


def lint():
    """Run every check that is not a test; all of them, also after one has failed."""
    ensure("dev")
    checks = (
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
        [PYTHON, "-m", "mypy"],
        [os.path.join(BIN, "lint-imports"), "--no-cache"],
        [PYTHON, "-m", "dflint.devtools", "catalog", "--check"],
        [PYTHON, "-m", "dflint.devtools.grammar", "--check"],
    )
    status = 0
    for check in checks:
        shown = " ".join([os.path.basename(check[0]), *check[1:]])
        print("$ " + shown, flush=True)
        if run(*check):
            print("dev.py: failed: " + shown, flush=True)
            status = 1
    return status


def main(arguments):
    """Run one command; returns the exit status."""
    use_newer_python()
    command, rest = (arguments or [""])[0], arguments[1:]
    if command == "demo" and not rest:
        return demo()
    if command == "test":
        return test(rest)
    if command == "lint" and not rest:
        return lint()
    if command == "run":
        ensure("")
        return subprocess.call([os.path.join(BIN, "dflint"), *rest])
    print(__doc__.strip())
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
