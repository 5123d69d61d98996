"""Runs rules over a Dockerfile: registry, rule context, suppressions, runner."""

from __future__ import annotations

from dflint.engine.context import RuleContext
from dflint.engine.registry import rule

__all__ = ["RuleContext", "rule"]
