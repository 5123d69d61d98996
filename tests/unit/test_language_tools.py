"""What npm and conda put on PATH."""

from __future__ import annotations

import pytest

from dflint.model.languagetools import is_plain_conda, node_commands


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("npm install", set()),
        ("npm ci --omit=dev", set()),
        ("npm i express@4", set()),
        ("yarn", set()),
        ("yarn --frozen-lockfile", set()),
        ("npm --version", set()),
        ("npm config set strict-ssl false", set()),
        ("npm install -g grunt-cli bower@1.8", {"grunt", "bower"}),
        ("npm i -g @angular/cli@17 typescript", {"ng", "tsc", "tsserver"}),
        ("yarn global add gulp-cli", {"gulp"}),
        ("npm install -g some-toolbox", None),
        ("npm install -g ./tool.tgz", None),
        ("npm install -g", None),
        ("npm run build", None),
        ("npm link", None),
        ("npm", None),
    ],
)
def test_node_packages(line: str, commands: set[str] | None) -> None:
    prog, *values = line.split()
    assert node_commands(prog, values) == commands


def test_a_word_that_is_not_known() -> None:
    assert node_commands("npm", ["install", None]) is None
    assert not is_plain_conda(["install", None])


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("install -y python=3.11 pytorch -c pytorch", True),
        ("install conda-forge::numpy", True),
        ("config --set always_yes yes", True),
        ("clean -ya", True),
        ("install gitpython", False),
        ("install --file packages.txt", False),
        ("env update -f environment.yml", False),
        ("install", False),
    ],
)
def test_conda(line: str, plain: bool) -> None:
    assert is_plain_conda(line.split()) is plain
