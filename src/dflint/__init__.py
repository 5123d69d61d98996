"""dflint: a Dockerfile linter and fixer that tells whether the image will build and run.

``dflint.lint(text)``, ``dflint.fix(text)`` and ``dflint.parse(text)`` are the Python interface; see ``dflint.api``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.api import fix, lint, parse

__version__ = "0.1.0"
__all__ = ["__version__", "fix", "lint", "parse"]


def __getattr__(name: str) -> object:
    if name in ("fix", "lint", "parse"):
        # Loaded on first use: whoever only wants the version or one module does not pay for the engine. ``fix`` is also
        # the name of a subpackage, so the import machinery may have set that attribute; ``api`` puts the function back.
        from dflint import api

        return getattr(api, name)
    raise AttributeError(f"module 'dflint' has no attribute {name!r}")
