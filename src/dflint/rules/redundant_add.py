"""Rule redundant-add."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context
    from dflint.engine import RuleContext
    from dflint.findings import Finding

_ADD_ONLY = ("checksum", "keep-git-dir", "unpack")
# Endings of files that are never archives, whatever else they are.
_PLAIN = (
    ".c", ".cfg", ".conf", ".cpp", ".crt", ".css", ".csv", ".env", ".erb", ".go", ".h", ".html", ".ini", ".java", ".js",
    ".json", ".jsx", ".list", ".lock", ".md", ".mjs", ".mod", ".pem", ".php", ".pl", ".properties", ".ps1", ".pub",
    ".py", ".r", ".rb", ".repo", ".rs", ".scss", ".sh", ".sql", ".sum", ".toml", ".ts", ".tsx", ".txt", ".vue", ".xml",
    ".yaml", ".yml", ".bash", ".template", ".tpl", ".service", ".gradle", ".kts", ".kt", ".scala", ".sbt", ".cs",
    ".csproj", ".sln", ".proto", ".npmrc", ".dockerignore", ".gitignore",
)  # fmt: skip
_PLAIN_NAMES = frozenset(
    ("Gemfile", "Makefile", "Procfile", "Rakefile", "Pipfile", "Cargo.toml", "Dockerfile", "LICENSE", "crontab",
     "gradlew", "mvnw", "sources.list", "entrypoint", "docker-entrypoint"))  # fmt: skip


@rule("redundant-add")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """ADD with local sources only, each certainly no archive."""
    for node in ctx.instructions(Add):
        sources = node.sources
        if node.heredocs or not sources or any(flag.name in _ADD_ONLY for flag in node.flags):
            continue
        if all(_is_plain(word.text, ctx.build.context) for word in sources):
            keyword = "copy" if node.keyword.text.islower() else "COPY"
            fix = ctx.fix("Use COPY", ctx.edit.replace(node.keyword.span, keyword), changes=True)
            yield ctx.finding(node.keyword.span, fixes=[fix], source=sources[0].text)


def _is_plain(source: str, context: Context | None) -> bool:
    if any(char in source for char in "*?[$\"'") or "://" in source or source.startswith("git@"):
        return False
    path = source.removeprefix("./").strip("/")
    if path in ("", ".") or source.endswith("/"):
        return True
    name = path.rsplit("/", 1)[-1]
    if name.lower().endswith(_PLAIN) or name in _PLAIN_NAMES:
        return True
    return context is not None and context.is_dir(path)
