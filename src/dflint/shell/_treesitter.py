"""The only place that knows how tree-sitter is loaded. Another backend needs ``ShellParser`` and ``TreeNode``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Protocol
else:
    Protocol = object


class TreeNode(Protocol):
    """A node of a syntax tree, as tree-sitter names its parts; offsets count bytes."""

    type: str
    start_byte: int
    end_byte: int
    is_missing: bool
    is_named: bool
    has_error: bool
    children: Sequence[TreeNode]

    def child_by_field_name(self, name: str, /) -> TreeNode | None:
        """The first child with this field name."""


class ShellParser(Protocol):
    """Parses shell text of ASCII characters (so that bytes are characters)."""

    def parse(self, text: str) -> TreeNode | None:
        """The root of the tree of a text; None if there is none."""


class _TreeSitter:
    """tree-sitter with its bash grammar."""

    __slots__ = ("_parser",)

    def __init__(self) -> None:
        core, grammar = _load("tree_sitter"), _load("tree_sitter_bash")
        self._parser = core.Parser(core.Language(grammar.language()))

    def parse(self, text: str) -> TreeNode | None:
        tree = self._parser.parse(text.encode("ascii", "replace"))
        root: TreeNode | None = tree.root_node if tree is not None else None
        return root


_backends: list[ShellParser | None] = []


def backend() -> ShellParser | None:
    """The parser, loaded on first use; None where tree-sitter is not installed."""
    if not _backends:
        try:
            _backends.append(_TreeSitter())
        except (ImportError, AttributeError, TypeError, ValueError):
            _backends.append(None)
    return _backends[0]


def _load(package: str) -> ModuleType:
    """The compiled module of a binding, without the package's ``__init__`` where that is possible.

    The packages' own code imports typing and importlib.resources, which takes longer than all the parsing of an
    ordinary file.
    """
    import sys
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    name = package + "._binding"
    if name in sys.modules:
        return sys.modules[name]
    if package not in sys.modules:
        outer = PathFinder.find_spec(package)
        places = outer.submodule_search_locations if outer is not None else None
        spec = PathFinder.find_spec(name, places) if places is not None else None
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    from importlib import import_module

    return import_module(package)
