"""Dockerfile syntax: a lossless, total reading that follows BuildKit's own."""

from dflint.syntax.parser import parse

__all__ = ["parse"]
