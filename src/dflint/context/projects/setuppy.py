"""What a setup.py opens on its way, read off its syntax: nothing is run.

Only what happens in every run counts: statements of the module, and of its functions that do nothing but read a file.
"""

from __future__ import annotations

from dflint.context.projects.project import remembered, seen_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from dflint.context import Context

_OPENERS = frozenset(("open", "codecs.open", "io.open"))


def opened_files(context: Context, path: str) -> list[str]:
    """The files of the context that a setup.py reads whatever happens, beside it or below its folder."""

    def read() -> list[str]:
        import ast

        try:
            tree = ast.parse(context.read(path) or "")
        except (SyntaxError, ValueError, RecursionError):
            return []
        folder = path.rpartition("/")[0]
        found = [seen_from(folder, name) for name in _Reader(tree).names()]
        return list(dict.fromkeys(each for each in found if each))

    return remembered(context, "setup.py", path, read)


class _Reader:
    """The names of the files that a module opens."""

    def __init__(self, tree: ast.Module) -> None:
        import ast

        self.ast = ast
        self.tree = tree
        # Functions that open the file that their first argument names.
        self.readers = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.args.args and self._reads(node, node.args.args[0].arg)
        }
        # Names that stand for the folder of the file.
        self.folders = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign) and _is_folder(ast.unparse(node.value))
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def names(self) -> Iterator[str]:
        """The names as the module writes them, relative to its folder."""
        for node in self.tree.body:
            for call in self._calls(node):
                function = self.ast.unparse(call.func)
                if call.args and (function in self.readers or (function in _OPENERS and self._for_reading(call))):
                    name = self._name(call.args[0])
                    if name is not None and not name.startswith("/"):
                        yield name

    def _calls(self, node: ast.AST) -> Iterator[ast.Call]:
        """The calls that a statement makes for certain."""
        ast = self.ast
        certain = (ast.Assign, ast.AnnAssign, ast.Expr, ast.With, ast.Return)
        inner = (ast.expr, ast.withitem, ast.keyword)
        doubtful = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.DictComp, ast.SetComp)
        if not isinstance(node, (*certain, *inner)) or isinstance(node, doubtful):
            return
        if isinstance(node, ast.Call):
            yield node
        for child in ast.iter_child_nodes(node):
            yield from self._calls(child)

    def _reads(self, function: ast.FunctionDef, argument: str) -> bool:
        ast = self.ast
        if any(isinstance(node, (ast.Try, ast.If, ast.For, ast.While)) for node in ast.walk(function)):
            return False
        names = {ast.unparse(call.args[0]) for node in function.body for call in self._calls(node)
                 if call.args and ast.unparse(call.func) in _OPENERS and self._for_reading(call)}  # fmt: skip
        return any(name == argument or name.endswith(f", {argument})") for name in names)

    def _for_reading(self, call: ast.Call) -> bool:
        modes = [*call.args[1:2], *[word.value for word in call.keywords if word.arg == "mode"]]
        return all(isinstance(mode, self.ast.Constant) and str(mode.value).startswith("r") for mode in modes)

    def _name(self, node: ast.expr) -> str | None:
        """The path that an expression stands for: a text, or one that is joined to the module's folder."""
        ast = self.ast
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("path.join") or len(node.args) < 2:
            return None
        first = ast.unparse(node.args[0])
        parts = [arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if (first in self.folders or _is_folder(first)) and len(parts) == len(node.args) - 1:
            return "/".join(parts)
        return None


def _is_folder(text: str) -> bool:
    """Whether an expression is the folder of the module."""
    plain = text.replace("os.path.", "").replace("path.", "")
    return plain in (
        "dirname(__file__)", "abspath(dirname(__file__))", "dirname(abspath(__file__))", "dirname(realpath(__file__))",
        "realpath(dirname(__file__))",
    )  # fmt: skip
