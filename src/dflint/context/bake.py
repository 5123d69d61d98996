"""Builds of a bake file, in HCL or JSON. Facts: Docker's bake file reference."""

from __future__ import annotations

import os

from dflint.context.hcl import UNKNOWN, Block, Unknown, as_text, parse_hcl, parse_template
from dflint.context.spec import BuildSpec, ContextError, Draft, Project, is_remote, join_file, read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dflint.context.hcl import Expression, Scope, Value

__all__ = ["BuildSpec", "is_bake_name", "load"]

SIZE_LIMIT = 4 << 20
_MAX_MATRIX = 500
_MAX_INHERITED = 50
_SCALARS = {
    "context": "context", "dockerfile": "dockerfile", "dockerfile-inline": "dockerfile_inline", "target": "target",
}  # fmt: skip


def is_bake_name(name: str) -> bool:
    """Whether a file name is a bake file's: ``docker-bake*.hcl`` or ``docker-bake*.json``."""
    lower = name.lower()
    return lower.startswith("docker-bake") and lower.endswith((".hcl", ".json"))


def load(path: str, env: Mapping[str, str] | None = None) -> Project:
    """The builds that a bake file describes.

    Args:
        path: the file; paths in it are taken relative to its folder, where bake is usually run.
        env: the environment, which overrides the defaults of variables; the process's own if None.

    Returns:
        The project: a BuildSpec per target (per combination of a matrix), in file order. Targets that only serve
        others to inherit from are left out.

    Raises:
        ContextError: the file cannot be read or is no bake file.
    """
    text = read_bytes(path, SIZE_LIMIT).decode("utf-8", "surrogateescape")
    root = _from_json(text, path) if path.lower().endswith(".json") else parse_hcl(text, path)
    return _Bake(path, root, os.environ if env is None else env).project()


class _Bake:
    def __init__(self, path: str, root: Block, env: Mapping[str, str]) -> None:
        self.path = path
        self.folder = join_file(os.path.dirname(path), ".")
        self.root = root
        self.env = env
        self.warnings: list[ContextError] = []
        self.values: dict[str, Value] = {}
        self.targets: dict[str, list[Block]] = {}
        self.variables: dict[str, Block] = {}
        for block in root.blocks:
            label = block.labels[0] if block.labels else ""
            if block.kind == "target" and label:
                self.targets.setdefault(label, []).append(block)
            elif block.kind == "variable" and label:
                self.variables[label] = block

    # -- variables ------------------------------------------------------------------------------------------------

    def lookup(self, name: str) -> Value:
        """The value of a variable or top-level attribute."""
        if name not in self.values:
            self.values[name] = UNKNOWN  # what a variable that refers to itself sees
            self.values[name] = self._variable(name)
        return self.values[name]

    def _variable(self, name: str) -> Value:
        block = self.variables.get(name)
        if block is None:
            found = self.root.attributes.get(name)
            return UNKNOWN if found is None else found[1](self.lookup)
        default = block.attributes.get("default")
        value = UNKNOWN if default is None else default[1](self.lookup)
        given = self.env.get(name)
        if given is None:
            return value
        if isinstance(value, bool):
            return {"true": True, "1": True, "false": False, "0": False}.get(given.lower(), UNKNOWN)
        if isinstance(value, (list, dict)):
            return UNKNOWN
        if isinstance(value, (int, float)):
            try:
                return float(given)
            except ValueError:
                return UNKNOWN
        return given

    # -- targets --------------------------------------------------------------------------------------------------

    def project(self) -> Project:
        """All builds."""
        groups = [block for block in self.root.blocks if block.kind == "group"]
        grouped = {name for block in groups for name in self._names(block, "targets", self.lookup)}
        targets = [block for blocks in self.targets.values() for block in blocks]
        bases = {name for block in targets for name in self._names(block, "inherits", self.lookup)}
        specs: list[BuildSpec] = []
        for name, blocks in self.targets.items():
            if name in grouped or not (name in bases or name.startswith("_")):
                for full, scope in self._each(name):
                    specs.append(self._draft(blocks, scope, (name,)).finish(full, self.folder))
        return Project(self.path, tuple(specs), tuple(self.warnings))

    def _names(self, block: Block, attribute: str, scope: Scope) -> list[str]:
        found = block.attributes.get(attribute)
        value = found[1](scope) if found is not None else None
        return [name for name in map(as_text, value) if name] if isinstance(value, list) else []

    def _each(self, name: str) -> Iterator[tuple[str, Scope]]:
        """The builds of a target: one, or one per combination of its matrix, each with its name and variables."""
        blocks = self.targets[name]
        matrix = next((block.attributes["matrix"] for block in blocks if "matrix" in block.attributes), None)
        if matrix is None:
            yield name, self.lookup
            return
        line, expression = matrix
        axes = expression(self.lookup)
        if not isinstance(axes, dict) or not all(isinstance(axis, list) for axis in axes.values()):
            self.warnings.append(ContextError(f"the matrix of target '{name}' is not understood", self.path, line))
            return
        combinations: list[dict[str, Value]] = [{}]
        for key, axis in axes.items():
            values = axis if isinstance(axis, list) else []
            if len(combinations) * len(values) > _MAX_MATRIX:
                self.warnings.append(ContextError(f"the matrix of target '{name}' is too large", self.path, line))
                return
            combinations = [{**done, key: value} for done in combinations for value in values]
        named = next((block.attributes["name"][1] for block in blocks if "name" in block.attributes), None)
        for number, combination in enumerate(combinations, 1):
            scope = self._scope(combination)
            yield (as_text(named(scope)) if named is not None else None) or f"{name}-{number}", scope

    def _scope(self, own: Mapping[str, Value]) -> Scope:
        return lambda name: own[name] if name in own else self.lookup(name)

    def _draft(self, blocks: list[Block], scope: Scope, stack: tuple[str, ...]) -> Draft:
        draft: Draft | None = None
        for block in blocks:
            base: Draft | None = None
            for name in self._names(block, "inherits", scope):
                if name in stack or len(stack) > _MAX_INHERITED or name not in self.targets:
                    reason = "runs in a circle" if name in self.targets else "is not defined in this file"
                    self.warnings.append(
                        ContextError(f"'{name}', which target '{stack[0]}' inherits, {reason}", self.path, block.line)
                    )
                    continue
                base = self._draft(self.targets[name], self.lookup, (*stack, name)).over(base)
            own = self._own(block, scope).over(base)
            draft = own if draft is None else own.over(draft)
            draft.line = blocks[0].line
        assert draft is not None
        return draft

    def _own(self, block: Block, scope: Scope) -> Draft:
        draft = Draft(self.path, block.line)
        for name, key in _SCALARS.items():
            found = block.attributes.get(name)
            value = found[1](scope) if found is not None else None
            if value is not None:
                text = as_text(value)
                draft.scalars[key] = self._folder(text) if key == "context" else text
        for name, value in self._map(block, "args", scope):
            if value is not None:
                draft.args[name] = as_text(value)
        for name, value in self._map(block, "contexts", scope):
            text = as_text(value)
            draft.contexts[name] = text if text is None or ":" in text else join_file(self.folder, text)
        return draft

    def _map(self, block: Block, attribute: str, scope: Scope) -> Iterator[tuple[str, Value]]:
        found = block.attributes.get(attribute)
        value = found[1](scope) if found is not None else None
        if isinstance(value, dict):
            yield from value.items()
        elif isinstance(value, Unknown) and found is not None:
            message = f"'{attribute}' of target '{block.labels[0]}' is not understood: taken as empty"
            self.warnings.append(ContextError(message, self.path, found[0]))

    def _folder(self, text: str | None) -> str | None:
        if text is None or is_remote(text):
            return text
        return join_file(self.folder, text.removeprefix("cwd://") or ".")


# -- JSON ---------------------------------------------------------------------------------------------------------


def _from_json(text: str, path: str) -> Block:
    """The same blocks from the JSON form, whose strings are templates."""
    import json

    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ContextError(f"is not valid JSON: {error.msg}", path, error.lineno) from None
    except (ValueError, RecursionError):
        raise ContextError("is not valid JSON", path) from None
    if not isinstance(data, dict):
        raise ContextError("is no bake file: it has to be an object with a key 'target'", path, 1)
    root = Block("", (), 1)
    for kind, value in data.items():
        if kind in ("group", "target", "variable"):
            for each in value if isinstance(value, list) else [value]:
                for label, body in each.items() if isinstance(each, dict) else ():
                    root.blocks += _json_blocks(kind, label, body, text, path)
        else:
            root.attributes[kind] = (1, _literal(value, path))
    return root


def _json_blocks(kind: str, label: str, body: object, text: str, path: str) -> list[Block]:
    blocks = []
    line = text.count("\n", 0, max(text.find(f'"{label}"', max(text.find(f'"{kind}"'), 0)), 0)) + 1
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, dict):
            block = Block(kind, (label,), line)
            block.attributes = {str(name): (line, _literal(value, path)) for name, value in each.items()}
            blocks.append(block)
    return blocks


def _literal(value: object, path: str) -> Expression:
    """A JSON value as an expression."""
    if isinstance(value, str):
        return parse_template(value, path)
    if isinstance(value, list):
        items = [_literal(item, path) for item in value]
        return lambda scope: [item(scope) for item in items]
    if isinstance(value, dict):
        pairs = {str(name): _literal(item, path) for name, item in value.items()}
        return lambda scope: {name: item(scope) for name, item in pairs.items()}
    constant: Value = value if isinstance(value, (bool, int, float)) else None
    return lambda scope: constant
