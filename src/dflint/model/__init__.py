"""The static build model: stages, scopes, shells, commands, packages and files, step by step."""

from __future__ import annotations

from dflint.model.build import Build, BuildConfig
from dflint.model.stage import Stage
from dflint.model.step import Step

__all__ = ["Build", "BuildConfig", "Stage", "Step"]
