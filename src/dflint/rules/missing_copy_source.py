"""Rule missing-copy-source."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest, context_sources, outside_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context
    from dflint.engine import RuleContext
    from dflint.findings import Finding

# Folders and endings of files that are commonly made by a build outside of the image.
_MADE = frozenset(
    ("bin", "build", "coverage", "dist", "lib", "node_modules", "obj", "out", "output", "publish", "release",
     "releases", "target", "vendor", "artifacts", "tmp", "bundle", "bazel-bin", "_build", "storybook-static",
     "public", "static", "generated", "gen", "certs", "secrets", "ssl", "keys", "cache", "data", "pkg"))  # fmt: skip
_MADE_ENDS = (
    ".jar", ".war", ".ear", ".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".whl", ".deb", ".rpm", ".apk",
    ".exe", ".so", ".dll", ".key", ".pem", ".crt", ".cer", ".p12", ".env", ".bin", ".wasm", ".phar", ".pub", ".iso",
    ".img",
)  # fmt: skip


@rule("missing-copy-source")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Plain sources that are nowhere in a context that is certain."""
    context = ctx.build.context
    if context is None or not ctx.context_certain:
        return
    for _, word, path in context_sources(ctx):
        if context.exists(path) or _may_be_made(context, path) or outside_source(ctx, word) is not None:
            continue  # what lies beside the context is the matter of wrong-build-context
        similar = _similar(context, path)
        if similar is None:
            yield ctx.finding(word.span, source=word.text)
        else:
            fix = None
            if ctx.file.text(word) == word.text and word.text.endswith(path):
                replacement = word.text[: len(word.text) - len(path)] + similar
                fix = ctx.fix(f"Copy {similar}", ctx.edit.replace(word.span, replacement), safety="unsafe")
            yield ctx.finding(word.span, "closest", fixes=[fix], source=word.text, closest=similar)


def _may_be_made(context: Context, path: str) -> bool:
    parts = path.split("/")
    if any(part in _MADE for part in parts) or path.endswith(_MADE_ENDS) or parts[-1].startswith(".env"):
        return True
    return ("." not in parts[-1] and len(parts) == 1 and not _similar(context, path)) or context.git_ignored(path)


def _similar(context: Context, path: str) -> str | None:
    """A file of the same folder whose name differs in case or by one letter."""
    folder, _, name = path.rpartition("/")
    if folder and not context.is_dir(folder):
        return None
    names = context.listdir(folder)
    same = [each for each in names if each.lower() == name.lower()]
    found = same[0] if len(same) == 1 else closest(name, names) if len(name) > 4 else None
    if found is None or (context.is_dir(f"{folder}/{found}" if folder else found) and "." in name):
        return None
    return f"{folder}/{found}" if folder else found
