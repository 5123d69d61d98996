"""dflint: a Dockerfile linter and fixer that tells whether the image will build and run."""

from __future__ import annotations

__version__ = "0.1.0"
