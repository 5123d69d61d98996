"""The Dockerfiles that are measured: a corpus given by the user, else synthetic ones."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
from pathlib import Path

# tally is asked about so many files at once when looking for those it cannot parse.
BATCH = 200
BASES = (
    "debian:bookworm-slim", "python:3.12-slim-bookworm", "node:22-alpine", "golang:1.23", "ubuntu:24.04", "alpine:3.20",
)  # fmt: skip
PARTS = (
    "RUN apt-get update && apt-get install -y --no-install-recommends \\\n    curl \\\n    git \\\n"
    "    ca-certificates \\\n && rm -rf /var/lib/apt/lists/*\n",
    "RUN apt-get install -y python\n",
    "RUN set -eux; \\\n    # fetch the tool\n    curl -fsSL https://example.org/tool.tar.gz | tar -xz -C /opt; \\\n"
    "    if [ -d /opt/tool ]; then ln -s /opt/tool/bin/tool /usr/local/bin/tool; fi\n",
    "COPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n",
    "ENV APP_HOME=/srv/app \\\n    PATH=/srv/app/bin:$PATH\nWORKDIR $APP_HOME\n",
    'ARG VERSION=1.0\nLABEL version=$VERSION maintainer="Jane Doe"\n',
    "COPY --chown=1000:1000 . .\n",
    # The blank line is for hadolint, which cannot read an instruction right after the end of a here-document.
    "RUN <<EOF\nset -e\necho building\nmake -j$(nproc)\nEOF\n\n",
    "EXPOSE 8080\nUSER 1000\n",
    "HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/health || exit 1\n",
    "# A comment that says why\nADD config /etc/app/\n",
    "RUN pip install --no-cache-dir -r requirements.txt && python -m compileall .\n",
)


def texts(corpus: Path | None, count: int) -> list[str]:
    """Up to ``count`` Dockerfiles: from a folder, from a ``.jsonl.gz`` with a ``content`` key, or made up."""
    if corpus is None:
        return [synthetic(random.Random(seed)) for seed in range(count)]
    if corpus.is_dir():
        files = sorted(path for path in corpus.rglob("*") if path.is_file())
        return [path.read_bytes().decode("utf-8", "surrogateescape") for path in files[:count]]
    found: list[str] = []
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        for line in stream:
            if len(found) >= count:
                break
            found.append(json.loads(line)["content"])
    return found


def synthetic(chance: random.Random, lines: int = 40) -> str:
    """A Dockerfile of about so many lines."""
    parts = [f"FROM {chance.choice(BASES)} AS build\n"]
    while sum(part.count("\n") for part in parts) < lines:
        parts.append(chance.choice(PARTS))
    return "".join([*parts, f"FROM {chance.choice(BASES)}\nCOPY --from=build /srv /srv\n", 'CMD ["/srv/app"]\n'])


def write_files(folder: Path, contents: list[str]) -> list[Path]:
    """The texts as Dockerfiles, each in a repository of its own, so that none is judged by the others' folders."""
    paths = []
    for number, text in enumerate(contents):
        path = folder / f"{number:05}" / "Dockerfile"
        (path.parent / ".git").mkdir(parents=True, exist_ok=True)
        data = text.encode("utf-8", "surrogateescape")
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
        paths.append(path)
    return paths


def tally_reads(command: list[str], files: list[Path]) -> list[Path]:
    """The files that tally can parse. One that it cannot ends its whole run, so it would measure nothing."""
    good: list[Path] = []
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        while batch and (bad := _first_bad(command, batch)) is not None:
            batch.remove(bad)
        good += batch
    return good


def _first_bad(command: list[str], files: list[Path]) -> Path | None:
    arguments = [*command, *map(str, files)]
    done = subprocess.run(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode == 0:
        return None
    named = [path for path in files if str(path) in done.stderr]
    if not named:
        raise RuntimeError(f"tally failed without naming a file: {done.stderr[:300]}")
    return named[0]
