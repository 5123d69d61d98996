"""The repair on monorepos that differ from the example: it must come from what the files say, not from their names.

Each variant changes a copy of the example, is repaired with one command and then built and run for real. Only in the
full run (`DFLINT_REALBUILD=1`): every variant is two more builds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import Builder
from test_erp import FIXTURE, TEMPLATE, assert_serves, build, contents, dflint

pytestmark = [
    pytest.mark.realbuild,
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("DFLINT_REALBUILD") != "1", reason="variants are built with DFLINT_REALBUILD=1"),
]


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def other_names(root: Path) -> None:
    """Another folder, another package name, another stage name, no banners."""
    (root / "packages").mkdir()
    shutil.move(root / "shared/infrastructure", root / "packages/core")
    for name in contents(root):
        edit(root / name, lambda text: text.replace("shared/infrastructure", "packages/core"))
        edit(root / name, lambda text: text.replace('"shared/', '"packages/'))
        edit(root / name, lambda text: text.replace("@vextrus/shared-infrastructure", "@acme/core"))
    edit(root / TEMPLATE, lambda text: re.sub(r"# ===.*\n", "", text).replace("deps", "installed"))


def whole_folders(root: Path) -> None:
    """The builder and the image take everything at once."""

    def change(text: str) -> str:
        text = re.sub(r"# Node modules and.*\n(.*\n)*?(?=WORKDIR)", "COPY --from=deps /app ./\nCOPY . .\n", text)
        return re.sub(r"(COPY --from=builder .*\n)+", "COPY --from=builder /app ./\n", text)

    edit(root / TEMPLATE, change)


def inherited_compiler_options(root: Path) -> None:
    """The shared package's tsconfig.json extends one at the root."""
    path = root / "shared/infrastructure/tsconfig.json"
    config = json.loads(path.read_text())
    own = {name: config["compilerOptions"].pop(name) for name in ("outDir", "rootDir")}
    (root / "tsconfig.base.json").write_text(json.dumps({"compilerOptions": config["compilerOptions"]}))
    path.write_text(json.dumps({**config, "extends": "../../tsconfig.base.json", "compilerOptions": own}))


def python_in_a_package_script(root: Path) -> None:
    """`python` is called by finance's build script, so a step of the Dockerfile calls it without naming it."""
    install = "apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*"
    edit(root / TEMPLATE, lambda text: text.replace("AS base\n", f"AS base\nRUN apt-get update && {install}\n"))
    edit(root / TEMPLATE, lambda text: text.replace("RUN python -c", "RUN python3 -c"))
    script = "tsc -p tsconfig.json && python -c 'import json'"
    edit(root / "services/finance/package.json", lambda text: text.replace("tsc -p tsconfig.json", script))


VARIANTS = [other_names, whole_folders, inherited_compiler_options, python_in_a_package_script, "bookworm", "trixie"]


@pytest.mark.parametrize("service", ["finance", "document-generator"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_repaired(
    builder: Builder, tmp_path: Path, variant: str | Callable[[Path], None], service: str
) -> None:
    root = Path(shutil.copytree(FIXTURE, tmp_path / "erp"))
    if isinstance(variant, str):
        release = variant
        edit(root / TEMPLATE, lambda text: text.replace("bullseye", release))
    else:
        variant(root)
    dflint(root, "fix", "--write", "docker-compose.yml")
    after = contents(root)
    dflint(root, "fix", "--write", "docker-compose.yml")
    assert contents(root) == after
    assert_serves(builder, build(builder, root, TEMPLATE, service), service)
