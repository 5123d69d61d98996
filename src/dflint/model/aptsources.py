"""Which package sources apt has at a point of the build, and whether something may have added others unseen."""

from __future__ import annotations

from dflint.model.repositories import offers, repository_names
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord

# Official images whose Dockerfiles add a package source of their own.
IMAGES_WITH_SOURCES = frozenset(
    ("postgres", "nginx", "mysql", "mariadb", "mongo", "percona", "rabbitmq", "haproxy", "varnish", "influxdb",
     "telegraf", "chronograf", "kapacitor", "elasticsearch", "kibana", "logstash", "cassandra", "couchdb", "neo4j",
     "clickhouse", "crate", "httpd", "ros", "odoo", "sonarqube", "jenkins", "monica", "unit", "gazebo", "postgis",
     "pgvector", "timescaledb"))  # fmt: skip
_REPOSITORY_TOOLS = frozenset(("add-apt-repository", "apt-add-repository"))
_ADDERS = frozenset(("extrepo", "ansible", "ansible-playbook", "puppet",
                     "chef-client", "salt-call", "chroot", "eval", "dpkg-deb", "gdebi", "curl2bash"))  # fmt: skip
_PACKAGE_TOOLS = frozenset(("dpkg", "apt-get", "apt", "aptitude", "gdebi"))
_WRITERS = frozenset(("sed", "tee", "cp", "mv", "install", "ln", "curl", "wget", "tar", "rsync", "gpg", "unzip"))
# Ends of files that scripts read for their variables only.
_HARMLESS_FILES = ("/os-release", "/lsb-release", "/activate", "/profile", "/.bashrc", "/.profile", "/nvm.sh", "/env")
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", "."))
_DEBIAN_HOSTS = (".debian.org/", "/debian ", "/debian/ ", "/debian-security", "/debian-archive")
_UBUNTU_HOSTS = ("archive.ubuntu.com", "security.ubuntu.com", "ports.ubuntu.com", "old-releases.ubuntu.com")
_COMPONENTS = frozenset(("main", "contrib", "non-free", "non-free-firmware", "universe", "multiverse", "restricted"))


class AptState:
    """What apt can install from.

    foreign     why any name may exist; None if only the distribution's own sources and known repositories are there.
    patterns    what names the known repositories have that were added; see `dflint.model.repositories`.
    as_of       the day at which the repositories are judged; None: today.
    suites      further suites of the distribution that were enabled (``bookworm-backports``).
    components  further components (``contrib``, ``non-free``, ``non-free-firmware``).
    arches      foreign architectures added with dpkg.
    """

    __slots__ = ("arches", "as_of", "components", "foreign", "patterns", "suites")

    def __init__(self, as_of: str | None = None) -> None:
        self.as_of = as_of
        self.patterns: set[str] = set()
        self.foreign: str | None = None
        self.suites: set[str] = set()
        self.components: set[str] = set()
        self.arches: set[str] = set()

    def taint(self, why: str) -> None:
        """Note that other sources may be there; the first reason is kept."""
        if self.foreign is None:
            self.foreign = why

    def add(self, source: str) -> None:
        """Note a repository (its URL, or ``ppa:owner/name``)."""
        names = repository_names(source, self.as_of)
        if names is None:
            self.taint("a package source is added")
        else:
            self.patterns.update(names)

    def may_have(self, name: str) -> bool:
        """Whether a package may come from outside the distribution."""
        return self.foreign is not None or offers(self.patterns, name)

    @property
    def backports(self) -> bool:
        """Whether backports of the release are enabled."""
        return any("-backports" in suite for suite in self.suites)

    def foreign_suites(self, release: str) -> bool:
        """Whether suites of other releases were enabled."""
        own = {release, *(f"{release}-{pocket}" for pocket in ("updates", "security", "backports", "proposed"))}
        own.update((f"{release}/updates", "stable-backports"))
        return not self.suites <= own


def apt_state(step: Step, before: ShellCommand) -> AptState:
    """The sources when command ``before`` of a RUN step starts."""
    state = AptState(step.stage.build.config.as_of)
    image = step.stage.image
    if image is None:
        state.taint("the base image is not known")
        return state
    if image.name.rsplit("/", 1)[-1] in IMAGES_WITH_SOURCES:
        state.taint(f"the {image.name} image has package sources of its own")
    elif image.name.endswith("nvidia/cuda"):
        state.patterns.update(("cuda*", "lib*", "nv*", "tensorrt*", "python3-libnvinfer*"))
    for stage in step.stage.chain:
        for each in stage.steps:
            _account(state, each, before if each is step else None)
            if each is step:
                break
    return state


def _account(state: AptState, step: Step, before: ShellCommand | None) -> None:
    node = step.node
    if isinstance(node, Transfer):
        _transfer(state, node, step)
    elif isinstance(node, Env):
        if any(pair.key.text == "APT_CONFIG" for pair in node.pairs):
            state.taint("APT_CONFIG is set")
    elif isinstance(node, Run):
        if any("/etc/apt" in (flag.option("target", "dst", "destination") or "") for flag in node.flags):
            state.taint("a mount fills /etc/apt")
        commands = getattr(step.script, "commands", None)
        if commands is None or getattr(step.script, "has_errors", False):
            state.taint("a RUN is not understood")
            return
        for command in commands:
            if before is not None and command.span.start >= before.span.start:
                break
            _command(state, command, step)


def _transfer(state: AptState, node: Transfer, step: Step) -> None:
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known):
        state.taint(f"{node.name} has a destination that is not known")
        return
    path = dest.text.rstrip("/") or "/"
    if path.startswith("/etc/apt") or "/apt/" in path or path.endswith((".list", ".sources")):
        state.taint(f"{node.name} writes to {path}")
    elif fills(node, step, "/etc/apt"):
        state.taint(f"{node.name} fills {path}")


def fills(node: Transfer, step: Step, folder: str) -> bool:
    """Whether COPY or ADD writes, or may write, below a folder of the image such as ``/etc/apt``."""
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known):
        return True
    path = dest.text.rstrip("/") or "/"
    if path == folder or path.startswith(folder + "/"):
        return True
    return folder.startswith(path.rstrip("/") + "/") and not _context_without(node, step, path, folder)


def _context_without(node: Transfer, step: Step, dest: str, folder: str) -> bool:
    """Whether the copied folders certainly hold nothing for ``folder``."""
    context = step.stage.build.context
    if context is None or node.flag("from") is not None or node.name != "COPY":
        return all(_is_plain_file(word.text) for word in node.sources)
    inner = folder[len(dest) :].strip("/")
    for word in node.sources:
        root = word.text.strip("/").removeprefix("./")
        root = "" if root in (".", "") else root + "/"
        if context.exists(root + inner):
            return False
    return True


def _is_plain_file(source: str) -> bool:
    """Whether a source is by its name one file that is no archive."""
    name = source.rstrip("/").rsplit("/", 1)[-1]
    return "." in name.strip(".") and not any(part in name for part in (".tar", ".tgz", ".tbz", ".txz", "*", "$"))


def _command(state: AptState, command: ShellCommand, step: Step) -> None:
    prog = command.prog
    if command.name is None:
        return
    values = [word.expand(step.scope.shell) for word in command.args]
    for redirect in command.redirects:
        target = redirect.target.expand(step.scope.shell) if redirect.target is not None else ""
        if redirect.writes and target is not None and target.startswith("/etc/apt/sources"):
            _written(state, _texts(command.args, step) if command.prog in ("echo", "printf") else [None])
    name = command.name.value or ""
    if prog is None:
        state.taint("a command's name is not known")
    elif prog in _REPOSITORY_TOOLS:
        _repository_tool(state, _texts(command.args, step))
    elif prog in _ADDERS:
        state.taint(f"{prog} may add package sources")
    elif prog in _SHELLS:
        _shell(state, command, values, step)
    elif "/" in name and name.endswith((".sh", ".bash")):
        _local_script(state, name, step)
    elif prog in _PACKAGE_TOOLS:
        _package_tool(state, prog, values)
    elif prog in _WRITERS and any(value is not None and "/etc/apt/sources" in value for value in values):
        if prog == "sed":
            _edited(state, [value for value in values if value is not None])
        else:
            _written(state, _piped_text(command, step) if prog == "tee" else [None])


def _texts(words: Iterable[ShWord], step: Step) -> list[str | None]:
    """What the words say; where that is not known, a known repository's URL that they hold."""
    found: list[str | None] = []
    for word in words:
        value = word.expand(step.scope.shell)
        if value is None and word.text.count("://") == 1 and repository_names(word.text, None) is not None:
            url = next(part for part in word.text.split() if "://" in part)
            value = f"deb {url} unknown main"
        found.append(value)
    return found


def _repository_tool(state: AptState, values: list[str | None]) -> None:
    """``add-apt-repository ppa:owner/name``, ``... "deb URL suite component"``, ``... universe``."""
    if any(value in ("-r", "--remove") for value in values):
        state.taint("a package source is removed")
    for value in values:
        if value is None:
            state.taint("a package source is added that is not known")
        elif value.startswith("ppa:"):
            state.add(value)
        elif value in _COMPONENTS:
            state.components.add(value)
        elif value.startswith("deb "):
            _source_line(state, value)
        elif not value.startswith("-"):
            state.taint("a package source is added")


def _package_tool(state: AptState, prog: str, values: list[str | None]) -> None:
    """A local package may add sources when it is installed; dpkg also enables architectures."""
    if prog == "dpkg" and "--add-architecture" in values:
        at = values.index("--add-architecture")
        state.arches.update(value for value in values[at + 1 : at + 2] if value)
    elif any(value is not None and value.endswith(".deb") for value in values) or (
        prog == "dpkg" and any(value is None or value in ("-i", "--install") for value in values)
    ):
        state.taint("a package file is installed, which may add sources")


def _piped_text(command: ShellCommand, step: Step) -> list[str | None]:
    """The arguments of the echo or printf that is piped into a tee."""
    source = command.pipe_from
    if source is None or source.prog not in ("echo", "printf"):
        return [None]
    return _texts(source.args, step)


def _shell(state: AptState, command: ShellCommand, values: list[str | None], step: Step) -> None:
    prog = command.prog
    operands = [value for value in values if value is None or not value.startswith("-")]
    if not operands:
        source = command.pipe_from
        urls = [word.text for word in source.args if "://" in word.text] if source is not None else []
        if len(urls) == 1 and source is not None and source.prog in ("curl", "wget"):
            state.add(urls[0])  # the repository's own script, such as NodeSource's setup_20.x
        else:
            state.taint(f"{prog} runs a script from its input")
    elif operands[0] is None:
        state.taint(f"{prog} runs a script that is not known")
    else:
        _local_script(state, operands[0], step)


def _local_script(state: AptState, path: str, step: Step) -> None:
    """A script of the image: harmless only if its text can be read and says nothing of apt or downloads."""
    from dflint.model.copied import copied_text

    if path.endswith(_HARMLESS_FILES):
        return
    text = copied_text(step, path)
    if text is None or any(word in text for word in ("apt", "curl", "wget", "dpkg", "sources.list")):
        state.taint(f"{path} may add package sources")


def _written(state: AptState, values: Iterable[str | None]) -> None:
    """A command writes these words below /etc/apt."""
    for value in values:
        if value is None:
            state.taint("a package source is written that is not known")
            return
        for line in value.replace("\\n", "\n").split("\n"):
            _source_line(state, line)


def _source_line(state: AptState, line: str) -> None:
    """A line of a source file in the one-line style; the other style (``URIs:``) is not read further."""
    words = [word for word in line.split() if not word.startswith("[") and not word.endswith("]")]
    if words[:1] and words[0].lower() in ("types:", "uris:", "suites:"):
        state.taint("a package source is added")
        return
    if words[:1] != ["deb"]:
        return
    url = words[1] if len(words) > 2 else ""
    if repository_names(url, None) is not None:
        state.add(url)
        return
    if not _own_mirror(url):
        state.taint("a package source is added")
        return
    state.suites.add(words[2].rstrip("/"))
    state.components.update(words[3:])


def _own_mirror(url: str) -> bool:
    """Whether the URL is one of the distribution's own."""
    if any(host in url for host in _UBUNTU_HOSTS):
        return True
    if not any(host in url + " " for host in _DEBIAN_HOSTS) and "debian" not in url:
        return False
    return url.startswith(("http://deb.debian.org", "https://deb.debian.org", "http://security.debian.org",
                           "http://httpredir.debian.org", "http://ftp.", "https://ftp.", "http://archive.debian.org",
                           "http://http.debian.net", "http://cdn.debian.net"))  # fmt: skip


def _edited(state: AptState, values: list[str]) -> None:
    """sed changes the source files: components and mirrors are understood, anything else may bring other suites."""
    script = " ".join(value for value in values if not value.startswith("/etc/"))
    components = {name for name in ("contrib", "non-free", "non-free-firmware") if name in script}
    if components:
        state.components.update(components)
    known = ("debian.org", "ubuntu.com", "http", "mirror", "deb-src", "universe", "multiverse")
    understood = components or any(part in script for part in known)
    if not understood or "backports" in script or "deb " in script:
        state.taint("the package sources are edited")
