"""Node-level verbs that make edits. Rules never do offset arithmetic: they name a node and say what to do with it."""

from __future__ import annotations

from dflint.edits.editor import Editor

__all__ = ["Editor"]
