"""The builder that the real-build tests use, or the reason why they are skipped.

`DFLINT_REALBUILD=1` asks for the full run: every builder of this machine, and base images that are missing are pulled
or, where no registry answers, made with fixtures/realbuild/make_bases.py. Without it only packages are downloaded, and
the first builder that has the base images does the work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import Buildah, Builder, Docker, find

ROOT = Path(__file__).resolve().parents[2]
BASES = ("node:22-bullseye-slim", "node:22-bookworm-slim")
FULL = os.environ.get("DFLINT_REALBUILD") == "1"
# Both package managers of the fixture must be reachable from inside a build: that is no fault of dflint.
PROBE = """\
FROM node:22-bullseye-slim
RUN apt-get update && apt-cache show libgl1 > /dev/null && npm view typescript@5.7.2 version
"""


def provide_bases() -> None:
    """Fetch or make the base images that a full run needs; what cannot be had is reported by `find`."""
    for builder in (Docker(), Buildah()):
        if builder.why_not() is None:
            missing = [image for image in BASES if not builder.has(image)]
            if all(builder.pull(image) for image in missing):
                continue
            script = ROOT / "fixtures/realbuild/make_bases.py"
            docker = ["--docker"] if isinstance(builder, Docker) else []
            keys = os.environ.get("COREPACK_INTEGRITY_KEYS")
            env = [f"--env=COREPACK_INTEGRITY_KEYS={keys}"] if keys is not None else []
            subprocess.run([sys.executable, str(script), *docker, *env, "bullseye", "bookworm"], check=False)


@pytest.fixture(scope="session", params=["docker", "buildah"])
def builder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    name = request.param
    if not FULL and name == "buildah" and not isinstance(find("docker", BASES), str):
        pytest.skip("docker builds them; DFLINT_REALBUILD=1 builds with buildah too")
    found = find(name, BASES)
    if isinstance(found, str) and FULL:
        provide_bases()
        found = find(name, BASES)
    if isinstance(found, str):
        hint = "" if FULL or "image" not in found else "; DFLINT_REALBUILD=1 fetches or makes it"
        pytest.skip(f"{found}{hint}")
    folder = tmp_path_factory.mktemp("probe")
    (folder / "Dockerfile").write_text(PROBE)
    # A second try, because a mirror's short absence would skip all the tests.
    if not any(found.build(folder, folder / "Dockerfile", cache=False).ok for _ in range(2)):
        pytest.skip(f"{name} reaches no mirrors of apt and npm packages from inside a build")
    yield found
    found.clean()
