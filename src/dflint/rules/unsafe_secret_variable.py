"""Rule unsafe-secret-variable."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Arg, Env, Pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.syntax.nodes import Word

_LAST = frozenset(
    ("APIKEY", "CREDENTIAL", "CREDENTIALS", "PASSPHRASE", "PASSWD", "PASSWORD", "PSWD", "PWORD", "SECRET", "SECRETS",
     "TOKEN"))  # fmt: skip
_ENDS = ("_API_KEY", "_ACCESS_KEY", "_SECRET_KEY", "_PRIVATE_KEY", "_MASTER_KEY", "_ENCRYPTION_KEY",
         "_AUTH_KEY", "_DEPLOY_KEY", "_SSH_KEY", "_SECRET_KEY_BASE", "_SECRET_ACCESS_KEY")  # fmt: skip
_PUBLISHED = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_")
_HARMLESS = frozenset(("", "true", "false", "yes", "no", "on", "off", "none", "null", "dummy", "unused", "placeholder"))


@rule("unsafe-secret-variable")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names whose last word says secret, with a value that may be one."""
    for node in ctx.instructions(Pairs):
        if not isinstance(node, Arg | Env):
            continue
        for pair in node.pairs:
            name = pair.key.text
            if is_secret(name) and not _harmless(pair.value, isinstance(node, Arg)):
                yield ctx.finding(pair.key.span, "arg" if isinstance(node, Arg) else "env", name=name)


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    upper = name.upper()
    if upper.startswith(_PUBLISHED) or "_ALLOW_" in upper or upper.startswith("ALLOW_"):
        return False
    return upper.rsplit("_", 1)[-1] in _LAST or ("_" + upper).endswith(_ENDS)


def _harmless(value: Word | None, is_arg: bool) -> bool:
    if value is None:
        return not is_arg
    text = value.text.strip("\"'").lower()
    return (text in _HARMLESS and not (is_arg and text == "")) or text.isdigit() or text.startswith(("/", "file:"))
