"""How one image is built, as a compose or a bake file says it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Beginnings of a build context that is not a folder here (the documentation of ``docker build`` and of Compose).
_REMOTE = (
    "http://",
    "https://",
    "git://",
    "ssh://",
    "git@",
    "github.com/",
    "oci://",
    "docker-image://",
    "oci-layout://",
)


class ContextError(ValueError):
    """Something in a compose or bake file that cannot be used.

    message  what is wrong and what to do, in one line; path and line (one-based, or None) say where.
    """

    def __init__(self, message: str, path: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class BuildSpec:
    """One build of a compose service or a bake target.

    service              the service or target. path, line: where the file says so (one-based).
    dockerfile           path of the Dockerfile from the working directory; "" if it lies in a remote context.
    dockerfile_inline    the Dockerfile's text, where it stands in the file itself.
    context              folder of the build context; None if it is not a folder that can be known: see ``reason``.
    context_given        False if the file names no context and the project's folder is meant.
    args                 build arguments whose value is known; unknown_args: names of the others, whose value comes
                         from the environment of whoever builds.
    target               stage to build; None: the last.
    additional_contexts  named contexts: a folder's path, or a reference such as ``docker-image://`` as it is written.
    """

    __slots__ = (
        "additional_contexts", "args", "context", "context_given", "dockerfile", "dockerfile_inline", "line", "path",
        "reason", "service", "target", "unknown_args",
    )  # fmt: skip

    def __init__(
        self,
        service: str,
        path: str,
        line: int,
        dockerfile: str = "",
        context: str | None = None,
        reason: str = "",
        args: Mapping[str, str] | None = None,
        unknown_args: frozenset[str] = frozenset(),
        target: str | None = None,
        additional_contexts: Mapping[str, str] | None = None,
        dockerfile_inline: str | None = None,
        context_given: bool = True,
    ) -> None:
        self.service = service
        self.path = path
        self.line = line
        self.dockerfile = dockerfile
        self.context = context
        self.reason = reason
        self.args: Mapping[str, str] = args or {}
        self.unknown_args = unknown_args
        self.target = target
        self.additional_contexts: Mapping[str, str] = additional_contexts or {}
        self.dockerfile_inline = dockerfile_inline
        self.context_given = context_given

    def __repr__(self) -> str:
        return f"BuildSpec({self.service!r}, {self.dockerfile!r}, {self.context!r})"


class Project:
    """The builds of one compose or bake file, in file order, and what was passed over."""

    __slots__ = ("path", "services", "warnings")

    def __init__(self, path: str, services: tuple[BuildSpec, ...], warnings: tuple[ContextError, ...]) -> None:
        self.path = path
        self.services = services
        self.warnings = warnings


class Draft:
    """A build on its way through ``extends``, overrides and ``inherits``: None stands for a value nobody can know.

    scalars  ``context`` (joined to its file's folder), ``dockerfile``, ``dockerfile_inline``, ``target``.
    """

    __slots__ = ("args", "contexts", "line", "path", "scalars")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line
        self.scalars: dict[str, str | None] = {}
        self.args: dict[str, str | None] = {}
        self.contexts: dict[str, str | None] = {}

    def over(self, base: Draft | None) -> Draft:
        """This build laid over another: single values win, arguments and contexts are merged by name."""
        if base is not None:
            self.scalars = {**base.scalars, **self.scalars}
            self.args = {**base.args, **self.args}
            self.contexts = {**base.contexts, **self.contexts}
        return self

    def finish(self, service: str, folder: str) -> BuildSpec:
        """The build as it will run; ``folder`` is the context where none is given."""
        context = self.scalars.get("context", folder)
        dockerfile = self.scalars.get("dockerfile", "Dockerfile")
        inline = self.scalars.get("dockerfile_inline")
        reason = ""
        if context is None:
            reason = "the path of its build context depends on the environment"
        elif is_remote(context):
            reason = f"its build context is remote ({context})"
        elif inline is None and dockerfile is None:
            reason = "the path of its Dockerfile depends on the environment"
        local = context if not reason else None
        return BuildSpec(
            service,
            self.path,
            self.line,
            join_file(local, dockerfile or "Dockerfile") if local is not None and inline is None else "",
            local,
            reason,
            {name: value for name, value in self.args.items() if value is not None},
            frozenset(name for name, value in self.args.items() if value is None),
            self.scalars.get("target") or None,
            {name: value or "" for name, value in self.contexts.items()},
            inline,
            "context" in self.scalars,
        )


def is_remote(context: str) -> bool:
    """Whether a context is fetched from elsewhere."""
    return context.startswith(_REMOTE)


def join_file(folder: str, path: str) -> str:
    """A path given relative to a folder, from the working directory, shortened."""
    import os

    joined = os.path.normpath(os.path.join(folder, os.path.expanduser(path) if path.startswith("~/") else path))
    return joined.replace(os.sep, "/") if os.sep != "/" else joined


def read_bytes(path: str, limit: int) -> bytes:
    """A file's bytes. Raises ContextError if it cannot be read or is larger than ``limit``."""
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ContextError(f"cannot be read ({getattr(error, 'strerror', None) or error})", path) from None
    if len(data) > limit:
        raise ContextError(f"has more than {limit >> 20} MB, which no hand-written file has: not read", path)
    return data
