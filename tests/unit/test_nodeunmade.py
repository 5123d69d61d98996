"""Started files that only a build which no step runs would make."""

from __future__ import annotations

import pytest

from dflint.context import MemoryContext
from dflint.model import Build
from dflint.model.nodeunmade import unmade
from dflint.rules._workspace import needs_of
from dflint.syntax import parse
from dflint.text import Source

FILES = {
    "package.json": '{"name": "x", "scripts": {"build": "tsc -p .", "start": "node dist/main.js"}}',
    "package-lock.json": "{}",
    "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}',
    ".dockerignore": "node_modules\ndist\n",
    "src/main.ts": "console.log(1);\n",
}
HEAD = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"
START = 'CMD ["node", "dist/main.js"]\n'


def found(text: str, files: dict[str, str]) -> list[str]:
    needs = needs_of(Build(parse(Source(text)), None, MemoryContext(files)))
    assert needs is not None
    return [f"{each.file} by {each.script} of {each.manifest}" for each in unmade(needs)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (HEAD + START, 1),
        (HEAD + 'CMD ["npm", "start"]\n', 1),
        (HEAD + "CMD node dist/main\n", 1),
        (HEAD + "RUN npm run build\n" + START, 0),
        (HEAD + "RUN make\n" + START, 0),
        (HEAD + "CMD npm run build && node dist/main.js\n", 0),
        (HEAD + 'CMD ["node", "server.js"]\n', 0),
        (HEAD + 'ENTRYPOINT ["/start.sh"]\n' + START, 0),
        (HEAD.replace("node:22", "registry.example.org/base:1") + START, 0),
    ],
)
def test_the_own_build(text: str, count: int) -> None:
    assert len(found(text, FILES)) == count


def test_what_may_be_built_outside() -> None:
    assert found(HEAD + START, FILES) == ["/app/dist/main.js by build of package.json"]
    assert found(HEAD + START, {**FILES, ".dockerignore": "node_modules\n"}) == []
    assert found(HEAD + START, {**FILES, "package.json": '{"name": "x"}'}) == []
