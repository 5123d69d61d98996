"""Start-up cost is a feature: ``dflint check FILE`` loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# What a run may load beside dflint itself and what Python loads anyway. Each is small; the json package, for instance,
# is not: it brings regular expressions along, which cost more than reading a Dockerfile.
ALLOWED = {"__future__", "bisect", "_bisect", "_json", "errno", "mmap", "time", "zlib"}
# What makes a run slow; named so that a failure says the obvious first.
HEAVY = {
    "argparse", "ast", "asyncio", "click", "collections", "concurrent", "contextlib", "dataclasses", "datetime",
    "difflib", "dockerfile_parse", "enum", "fnmatch", "functools", "hashlib", "importlib.metadata",
    "importlib.resources", "inspect", "json", "lark", "logging", "multiprocessing", "pathlib", "pathspec",
    "pygls", "re", "rich", "shutil", "subprocess", "tempfile", "tokenize", "tomllib", "traceback", "tree_sitter",
    "typing", "unicodedata", "urllib", "yaml",
}  # fmt: skip
SMALL = """\
# syntax=docker/dockerfile:1
FROM debian:bookworm-slim AS build
ARG VERSION=1.2
ENV APP=/srv/app
WORKDIR $APP
RUN apt-get update && apt-get install -y curl python3 && rm -rf /var/lib/apt/lists/*
COPY --chown=1000:1000 . .
FROM build
MAINTAINER Jane Doe
ADD config.json /etc/app/
EXPOSE 8080
CMD python3 main.py
"""


def loaded(*command: str, cwd: Path) -> set[str]:
    """The modules that a Python process loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    rows = [line.split("|") for line in done.stderr.split("\n") if line.startswith("import time:")]
    return {row[2].strip() for row in rows if len(row) == 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small")
    (path / "Dockerfile").write_text(SMALL)
    (path / "config.json").write_text("{}\n")
    (path / "main.py").write_text("print()\n")
    return path


def strange(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] != "dflint" and name not in ALLOWED}


def complaint(modules: set[str]) -> str:
    heavy = sorted(name for name in modules if name in HEAVY or name.split(".")[0] in HEAVY)
    return f"'dflint check FILE' must not load {', '.join(heavy or sorted(modules))}"


@pytest.mark.parametrize("format", ["text", "concise", "json", "lsp"])
def test_check_of_a_file_loads_only_what_it_needs(folder, format):
    program = f"import sys; from dflint.cli import main; sys.exit(main(['check', '--format={format}', 'Dockerfile']))"
    extra = loaded("-c", program, cwd=folder) - loaded("-c", "import sys", cwd=folder)
    assert "dflint.api" in extra
    assert not strange(extra), complaint(strange(extra))
    # What only JavaScript, other build tools or the graph need.
    parts = ("dflint.context.workspace", "dflint.context.projects", "dflint.model.node", "dflint.model.graphparts")
    assert not {name for name in extra if name.startswith(parts)}


def test_running_the_package_adds_only_what_python_needs_to_run_a_package(folder):
    (folder / "nothing.py").write_text("")
    extra = loaded("-m", "dflint", "check", "Dockerfile", cwd=folder) - loaded("-m", "nothing", cwd=folder)
    assert not strange(extra), complaint(strange(extra))


def test_the_console_script_adds_only_what_pip_put_into_it(folder):
    script = Path(sys.executable).parent / "dflint"
    if not script.exists():
        pytest.skip("dflint is not installed with its console script")
    # Older versions of pip write scripts that import re.
    (folder / "script.py").write_text("import re, sys\n" if "import re" in script.read_text() else "import sys\n")
    extra = loaded(str(script), "check", "Dockerfile", cwd=folder) - loaded("script.py", cwd=folder)
    assert not strange(extra), complaint(strange(extra))


def test_asking_for_help_may_load_click_but_not_the_engine(folder):
    assert not {name for name in loaded("-m", "dflint", "--help", cwd=folder) if name.startswith("dflint.engine")}


@pytest.mark.parametrize(
    "text",
    [
        'FROM scratch\nCOPY app /app\nCMD ["/app"]\n',
        'FROM registry.example.org/base:1\nCOPY . /srv\nUSER 1000\nENTRYPOINT ["/srv/start"]\n',
    ],
)
def test_a_file_that_needs_no_facts_does_not_open_them(text, tmp_path):
    (tmp_path / "Dockerfile").write_text(text)
    program = (
        "import sys; found = []\n"
        "sys.addaudithook(lambda event, args: found.append(str(args[0])) if event == 'open' else None)\n"
        "from dflint.cli import main; main(['check', 'Dockerfile'])\n"
        "sys.exit(any(path.endswith('knowledge.bin') for path in found) or 'Dockerfile' not in found)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
