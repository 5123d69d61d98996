"""Builds of a compose file.

Read are ``build`` of the services with ``extends``, ``include``, the override file that Compose takes by itself,
``.env`` and the environment; nothing else of the file is looked at. Facts: the Compose specification.
"""

from __future__ import annotations

import os

from dflint.context.interpolate import interpolate, read_dotenv
from dflint.context.spec import BuildSpec, ContextError, Draft, Project, is_remote, join_file, read_bytes
from dflint.context.yamltree import Map, Scalar, Seq, parse_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dflint.context.yamltree import Node

__all__ = ["BuildSpec", "ComposeProject", "is_compose_name", "load"]

ComposeProject = Project

SIZE_LIMIT = 4 << 20
_MAX_FILES = 100
_DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
)  # fmt: skip
_SCALARS = ("context", "dockerfile", "dockerfile_inline", "target")


def is_compose_name(name: str) -> bool:
    """Whether a file name is a compose file's: ``compose*.y(a)ml`` or ``docker-compose*.y(a)ml``."""
    lower = name.lower()
    return lower.startswith(("compose", "docker-compose")) and lower.endswith((".yml", ".yaml"))


def load(path: str, env: Mapping[str, str] | None = None) -> ComposeProject:
    """The builds that a compose file describes.

    Args:
        path: the file. ``compose.override.yaml`` and its kin beside a file with a default name are merged, as Compose
            does it. env: the environment; the process's own if None.

    Returns:
        The project: one BuildSpec per service with ``build``, in file order, and warnings about what was passed over.

    Raises:
        ContextError: the file cannot be read or is no compose file.
    """
    loader = _Loader(os.environ if env is None else env)
    file = loader.open(path)
    folder, name = os.path.split(path)
    if name in _DEFAULT_NAMES:
        for other in _OVERRIDES:
            beside = os.path.join(folder, other)
            if os.path.isfile(beside):
                file.documents += loader.open(beside).documents
                break
    return Project(path, tuple(loader.services(file)), tuple(loader.warnings))


class _Document:
    """One YAML document: its services, and the file it stands in."""

    __slots__ = ("path", "root", "services")

    def __init__(self, path: str, root: Map) -> None:
        self.path = path
        self.root = root
        services = root.get("services")
        self.services: Map | None = services if isinstance(services, Map) else None


class _File:
    """A compose file with its folder, its variables and the documents that are laid over each other."""

    __slots__ = ("documents", "env", "folder", "path")

    def __init__(self, path: str, folder: str, env: Mapping[str, str], documents: list[_Document]) -> None:
        self.path = path
        self.folder = folder
        self.env = env
        self.documents = documents


class _Loader:
    """Reads each file once and follows ``extends`` and ``include``."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.warnings: list[ContextError] = []
        self.files: dict[tuple[str, str], _File] = {}
        self.drafts: dict[tuple[str, str, str], Draft | None] = {}

    def warn(self, message: str, path: str, line: int) -> None:
        self.warnings.append(ContextError(message, path, line))

    # -- files ----------------------------------------------------------------------------------------------------

    def open(self, path: str, folder: str | None = None, env: Mapping[str, str] | None = None) -> _File:
        """Read a file; ``folder`` is the project directory, its own by default. Raises ContextError."""
        place = folder if folder is not None else os.path.dirname(path)
        key = (os.path.abspath(path), os.path.abspath(place))
        file = self.files.get(key)
        if file is None:
            if len(self.files) >= _MAX_FILES:
                raise ContextError(f"takes in more than {_MAX_FILES} files: not followed", path)
            documents = [self._document(path, node) for node in parse_yaml(read_bytes(path, SIZE_LIMIT), path)]
            variables = env if env is not None else self._variables(place, self.env)
            file = self.files[key] = _File(path, place, variables, [each for each in documents if each is not None])
        return file

    def _document(self, path: str, node: Node) -> _Document | None:
        if isinstance(node, Scalar) and node.string() is None:
            return None  # an empty document
        if not isinstance(node, Map):
            raise ContextError("is no compose file: it has to be a mapping with a key 'services'", path, node.line)
        document = _Document(path, node)
        services = node.get("services")
        if services is not None and document.services is None and not _is_null(services):
            self.warn("'services' has to be a mapping of names to services", path, services.line)
        for mapping in (node, document.services):
            for key in mapping.duplicates() if mapping is not None else ():
                self.warn(f"the key '{key.text}' is written twice, which Compose refuses: remove one", path, key.line)
        return document

    def _variables(self, folder: str, outer: Mapping[str, str], names: tuple[str, ...] = (".env",)) -> dict[str, str]:
        """The outer variables and, below them, those of the ``.env`` files."""
        found: dict[str, str] = {}
        for name in names:
            try:
                data = read_bytes(join_file(folder, name), SIZE_LIMIT)
            except ContextError:
                continue
            found.update(read_dotenv(data.decode("utf-8", "surrogateescape"), outer))
        return {**found, **outer}

    # -- services -------------------------------------------------------------------------------------------------

    def services(self, file: _File) -> Iterator[BuildSpec]:
        """All builds of a file and of those it includes; of two services of one name the first counts."""
        seen: set[str] = set()
        for each in self._with_included(file):
            for name in dict.fromkeys(
                name for doc in each.documents if doc.services for name in doc.services.entries()
            ):
                draft = self.draft(each, name, ())
                if name not in seen and draft is not None:
                    seen.add(name)
                    yield draft.finish(name, join_file(each.folder, "."))

    def _with_included(self, file: _File) -> list[_File]:
        found = [file]
        for each in found:
            for document in each.documents:
                include = document.root.get("include")
                for item in include.items if isinstance(include, Seq) else ():
                    included = self._included(each, document, item)
                    if included is not None and included not in found:
                        found.append(included)
        return found

    def _included(self, file: _File, document: _Document, item: Node) -> _File | None:
        """The file that one item of ``include`` means; several paths of one item are laid over each other."""
        options = item if isinstance(item, Map) else None
        paths = self._strings(file, document, options.get("path") if options is not None else item)
        local = [join_file(file.folder, path) for path in paths if not is_remote(path)]
        if not local:
            self.warn("an 'include' without a path that is known here is passed over", document.path, item.line)
            return None
        folders = self._strings(file, document, options.get("project_directory")) if options is not None else []
        folder = join_file(file.folder, folders[0]) if folders else os.path.dirname(local[0])
        names = self._strings(file, document, options.get("env_file")) if options is not None else []
        env = self._variables(file.folder, file.env, tuple(names)) if names else self._variables(folder, file.env)
        try:
            first = self.open(local[0], folder, env)
            for path in local[1:]:
                first.documents += [doc for doc in self.open(path, folder, env).documents if doc not in first.documents]
        except ContextError as error:
            self.warn(f"'include' is passed over: {error}", document.path, item.line)
            return None
        return first

    def draft(self, file: _File, name: str, stack: tuple[tuple[str, str], ...]) -> Draft | None:
        """The build of a service with what it extends; None if it has none."""
        key = (file.path, file.folder, name)
        if key not in self.drafts:
            self.drafts[key] = self._layers(file, name, (*stack, (file.path, name)))
        return self.drafts[key]

    def _layers(self, file: _File, name: str, stack: tuple[tuple[str, str], ...]) -> Draft | None:
        draft: Draft | None = None
        for document in file.documents:
            entry = document.services.entries().get(name) if document.services is not None else None
            if entry is None or _is_null(entry[1]):
                continue
            line, service = entry
            if not isinstance(service, Map):
                self.warn(f"service '{name}' has to be a mapping: passed over", document.path, line)
                continue
            base = self._extended(file, document, name, service.get("extends"), stack)
            own = self._own(file, document, service.get("build"), line)
            if own is None:
                own = _copy(base, document.path, line)
            elif base is not None:
                own.over(base)
            if own is not None:
                replaced = getattr(service.get("build"), "tag", None) == "!override"
                own.line, own.path = (draft.line, draft.path) if draft is not None else (own.line, own.path)
                draft = own if replaced else own.over(draft)
            if getattr(service.get("build"), "tag", None) == "!reset":
                draft = None
        return draft

    def _extended(
        self, file: _File, document: _Document, name: str, node: Node | None, stack: tuple[tuple[str, str], ...]
    ) -> Draft | None:
        if node is None or _is_null(node):
            return None
        base = node.get("service") if isinstance(node, Map) else node
        other = node.get("file") if isinstance(node, Map) else None
        service = self._text(file, document, base)
        path = self._text(file, document, other) if other is not None else ""
        if not service or path is None or is_remote(path):
            self.warn(f"'extends' of service '{name}' names nothing that is known here", document.path, node.line)
            return None
        try:
            source = self.open(join_file(file.folder, path), None, file.env) if path else file
        except ContextError as error:
            self.warn(f"'extends' of service '{name}' is passed over: {error}", document.path, node.line)
            return None
        if (source.path, service) in stack or len(stack) > _MAX_FILES:
            self.warn(f"'extends' of service '{name}' runs in a circle: passed over", document.path, node.line)
            return None
        if not any(doc.services is not None and service in doc.services.entries() for doc in source.documents):
            self.warn(f"there is no service '{service}' for '{name}' to extend", document.path, node.line)
            return None
        return self.draft(source, service, stack)

    # -- one build ------------------------------------------------------------------------------------------------

    def _own(self, file: _File, document: _Document, node: Node | None, line: int) -> Draft | None:
        """What ``build`` of one service says by itself."""
        if node is None or _is_null(node) or node.tag == "!reset":
            return None
        draft = Draft(document.path, line)
        if isinstance(node, Scalar):
            draft.scalars["context"] = self._folder(file, document, node)
        elif isinstance(node, Map):
            self._fill(file, document, node, draft)
        else:
            self.warn("'build' has to be a path or a mapping: passed over", document.path, node.line)
            return None
        return draft

    def _fill(self, file: _File, document: _Document, build: Map, draft: Draft) -> None:
        for name in _SCALARS:
            node = build.get(name)
            if node is None or _is_null(node):
                continue
            if not isinstance(node, Scalar):
                self.warn(f"'{name}' of a build has to be a string: passed over", document.path, node.line)
            elif name == "context":
                draft.scalars[name] = self._folder(file, document, node)
            else:
                draft.scalars[name] = self._text(file, document, node)
        for name, value in self._pairs(file, document, build.get("args")):
            draft.args[name] = file.env.get(name) if value is _FROM_ENVIRONMENT else value
        for name, value in self._pairs(file, document, build.get("additional_contexts")):
            plain = value is None or ":" in value
            draft.contexts[name] = value if plain or value is None else join_file(file.folder, value)

    def _folder(self, file: _File, document: _Document, node: Scalar) -> str | None:
        text = self._text(file, document, node)
        return text if text is None or is_remote(text) else join_file(file.folder, text or ".")

    def _pairs(self, file: _File, document: _Document, node: Node | None) -> Iterator[tuple[str, str | None]]:
        """Names and values of a mapping or of a list of ``name=value``."""
        if isinstance(node, Map):
            for name, (_, value) in node.entries().items():
                if isinstance(value, Scalar):
                    yield name, _FROM_ENVIRONMENT if value.string() is None else self._text(file, document, value)
                else:
                    self.warn(f"the value of '{name}' has to be a string: passed over", document.path, value.line)
        elif isinstance(node, Seq):
            for item in node.items:
                raw = item.string() if isinstance(item, Scalar) else None
                if raw is None:
                    self.warn("expected 'name=value': passed over", document.path, item.line)
                    continue
                name, sign, _ = raw.partition("=")
                text = self._text(file, document, item) if sign else _FROM_ENVIRONMENT
                yield name, text.partition("=")[2] if text is not None and sign else text
        elif node is not None and not _is_null(node):
            self.warn("expected a mapping or a list: passed over", document.path, node.line)

    def _text(self, file: _File, document: _Document, node: Node | None) -> str | None:
        """A scalar with its variables replaced; None if it is not known."""
        raw = node.string() if isinstance(node, Scalar) and not node.is_date() else None
        if raw is None or node is None:
            return None
        template = interpolate(raw, file.env)
        if template.problem:
            self.warn(template.problem, document.path, node.line)
        return template.text

    def _strings(self, file: _File, document: _Document, node: Node | None) -> list[str]:
        items = node.items if isinstance(node, Seq) else [node]
        return [text for text in (self._text(file, document, item) for item in items) if text]


_FROM_ENVIRONMENT = "\0environment"  # stands for a value that is taken from the environment; no real value has a NUL


def _copy(draft: Draft | None, path: str, line: int) -> Draft | None:
    return None if draft is None else Draft(path, line).over(draft)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.string() is None
