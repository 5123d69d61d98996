"""What one command of a RUN, other than a package manager's install, does to the set of programs."""

from __future__ import annotations

from dflint.model import commandkinds as kinds
from dflint.model.provisions import ANYTHING, DEFAULT_PATH, FILES, LOOSE, OF_CONDA, PYTHON_FAMILY, TOOLS
from dflint.model.step import clean_path
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.model.provisions import Recorder
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

    Words = Sequence[str | None]


def account(record: Recorder, command: ShellCommand, step: Step) -> None:
    """Note what a command does."""
    prog = command.prog
    values = [word.expand(step.scope.shell) for word in command.args]
    for name, word in command.assigns:
        if name == "PATH":
            _changes_path(record, word.expand(step.scope.shell) if word is not None else None, step)
    if command.name is None:
        return
    called = command.name.value if command.name.value is not None else command.name.expand(step.scope.shell)
    if not called:
        record.doubt(ANYTHING, "a command's name is not known", step)
        return
    prog = prog or called.rsplit("/", 1)[-1]
    _written(record, command, prog, values, step)
    if prog in ("export", "alias", "declare"):
        _exports(record, prog, values, step)
    elif prog in ("python", "python3", "virtualenv", "uv", "pyvenv") and _venv(record, prog, values, step):
        pass
    elif prog in kinds.REMOVERS:
        _removes_packages(record, prog, values, step)
    elif prog == "rm":
        if any(value is None or "bin" in value for value in values):
            known = [value for value in values if value is not None and value[:1] != "-" and "*" not in value]
            vague = len(known) < sum(value is None or value[:1] != "-" for value in values)
            names = frozenset[str]() if vague else frozenset(value.rsplit("/", 1)[-1] for value in known)
            record.removed(names, "rm removes it", step)
    else:
        _runs(record, command, prog, called, values, step)
    if _adds_source(prog, [*values, *_targets(command, step)]):
        record.foreign = True


def _exports(record: Recorder, prog: str, values: Words, step: Step) -> None:
    for value in values:
        key, _, text = (value or "PATH=").partition("=")
        if prog == "alias":
            record.has((key,), "an alias has its name", step)
        elif key == "PATH":
            _changes_path(record, text or None, step)


def _adds_source(prog: str, values: Words) -> bool:
    """Whether a command adds a package source; sed mostly changes a mirror."""
    if prog in kinds.SOURCE_ADDERS or prog in kinds.READERS:
        return prog in kinds.SOURCE_ADDERS
    words = [value or "" for value in values]
    return any(part in word for word in words for part in kinds.SOURCES) and (
        prog != "sed" or any(part in word for word in words for part in ("deb ", "ppa"))
    )


def _targets(command: ShellCommand, step: Step) -> list[str | None]:
    """The files that a command's redirections write."""
    return [redirect.target.expand(step.scope.shell) for redirect in command.redirects if redirect.target is not None]


def may_bring(name: str, commands: Iterable[ShellCommand], step: Step) -> bool:
    """Whether commands that are not part of the step's own script may bring a program."""
    from dflint.model.provisions import Recorder

    record = Recorder(step.stage, None, walk=False)
    for command in commands:
        if command.prog in kinds.REMOVERS and any(value in ("install", "add", "in") for value in command.values()):
            return True
        account(record, command, step)
    return any(event.judge(name) is not None for event in record.events)


def _runs(record: Recorder, command: ShellCommand, prog: str, name: str, values: Words, step: Step) -> None:
    """Programs that may install something, by what is known of them."""
    text = " ".join(value or "$" for value in values)
    why = f"{prog} may bring it"
    if prog in kinds.SHELLS or prog in ("source", "."):
        _shell(record, command, prog, values, step)
    elif prog in ("conda", "mamba", "micromamba") and _conda(record, why, values, step):
        pass
    elif (
        prog in kinds.INSTALLERS
        or (prog == "busybox" and "--install" in values)
        or (prog == "eval" and (None in values or "install" in text))
    ):
        record.doubt(ANYTHING, why, step)
    elif prog in kinds.FILE_WRITERS:
        record.doubt(FILES, why, step, text)
    elif prog in kinds.UNPACKERS:
        over = _extracts_over(record, values, step)
        record.doubt(FILES if over else LOOSE, "an archive is unpacked that may hold it", step, text)
    elif prog in ("make", "gmake", "ninja", "cmake", "meson", "checkinstall"):
        _make(record, prog, values, step)
    elif prog in kinds.LANGUAGES:
        _language(record, prog, values, step)
    elif prog in ("python", "python2", "python3", "node", "php", "perl", "ruby"):
        _interpreter(record, command, prog, values, step)
    elif "/" in name and not name.startswith(tuple(directory + "/" for directory in DEFAULT_PATH)):
        _own_script(record, name, step)
    elif prog not in kinds.INERT and prog not in kinds.LINKERS:
        unseen = any(part in prog for part in ("install", "setup", "bootstrap", "provision", "pkg"))
        record.doubt(ANYTHING if unseen else TOOLS, why, step, text, prog)


def _interpreter(record: Recorder, command: ShellCommand, prog: str, values: Words, step: Step) -> None:
    """``python setup.py install``, ``curl ... | php``: by the name of the script."""
    text = " ".join(value or "$" for value in values)
    why = f"{prog} may bring it"
    operands = [value for value in values if value is None or value[:1] != "-"]
    script = (operands[0] or "") if operands else ""
    if "-m" in values and script in ("pip", "ensurepip", "pipx", "poetry", "easy_install"):
        record.doubt(TOOLS, why, step, text + " pip pip3")
    elif any(part in script for part in ("install", "setup", "bootstrap", "get-pip", "composer")):
        level = TOOLS if script.endswith(("setup.py", "get-pip.py", "composer.phar")) else ANYTHING
        record.doubt(level, why, step, text + (" pip pip3" if "pip" in script else ""))
    elif command.pipe_from is not None and (not script or prog == "php"):
        record.doubt(LOOSE, why, step, text + " composer pip pip3")
    elif script:
        record.doubt(LOOSE, why, step)


def _language(record: Recorder, prog: str, values: Words, step: Step) -> None:
    words = [value for value in values if value is not None]
    if prog == "corepack":
        record.has(("yarn", "pnpm", "yarnpkg", "pnpx"), "corepack brings it", step)
        return
    text = " ".join(value or "$" for value in values)
    if prog in ("docker-php-ext-install", "pecl", "pear"):
        return
    if prog in ("npm", "yarn", "pnpm", "bun"):
        from dflint.model.languagetools import node_commands

        brought = node_commands(prog, values)
        if brought is not None and (brought or not _installs_globally(step)):
            record.has(brought, f"{prog} brings it", step, False)
            return
    if "--with-deps" in words or "install-deps" in words:
        record.doubt(LOOSE, f"{prog} may bring it", step, text)
        return
    record.doubt(TOOLS, f"{prog} may bring it", step, text)


def _installs_globally(step: Step) -> bool:
    """Whether a script of the project's own package.json installs packages for everybody, when it is installed."""
    context = step.stage.build.context
    text = context.read("package.json") if context is not None else None
    return text is not None and any(part in text for part in (" -g ", "--global", " global add "))


def _conda(record: Recorder, why: str, values: Words, step: Step) -> bool:
    """Note what an install of well-known conda packages may bring; False for any other call."""
    from dflint.model.languagetools import is_plain_conda

    if not is_plain_conda(values):
        return False
    record.doubt(LOOSE, why, step, OF_CONDA + " pip pip3 python python3")
    return True


def _make(record: Recorder, prog: str, values: Words, step: Step) -> None:
    targets = [value for value in values if value is None or (value[:1] != "-" and "=" not in value)]
    script = step.script
    text = step.stage.build.file.source.text[script.span.start : script.span.end] if script is not None else ""
    if None in targets or any(
        part in (target or "")
        for target in targets
        for part in ("dep", "setup", "bootstrap", "prereq", "tools", "init")
    ):
        record.doubt(ANYTHING, f"{prog} may install anything", step)
    elif any("install" in (target or "") for target in targets) or "--install" in values:
        record.doubt(FILES, f"{prog} install may bring it", step, text)
    elif prog in ("make", "gmake"):
        record.doubt(LOOSE, f"{prog} may bring it", step)


def _changes_path(record: Recorder, value: str | None, step: Step) -> None:
    if value is None:
        record.doubt(LOOSE, "the script changes PATH", step)
        return
    record.path(value, step)


def _removes_packages(record: Recorder, prog: str, values: Words, step: Step) -> None:
    verbs = (
        "remove",
        "purge",
        "autoremove",
        "del",
        "erase",
        "rm",
        "-r",
        "-P",
        "-e",
        "--purge",
        "--remove",
        "--auto-remove",
    )
    if prog in ("yum", "dnf") and any((value or "group").startswith("group") for value in values):
        record.doubt(ANYTHING, "a group of packages may bring it", step)
    elif any(value in verbs for value in values):
        record.removed(frozenset(), f"{prog} may remove it", step)
    elif prog in ("dpkg", "rpm") and any(
        value is None or value.startswith(("-i", "--install", "-U", "-F", "http")) for value in values
    ):
        record.doubt(FILES, f"{prog} may bring it", step, " ".join(value or "$" for value in values))
        record.foreign = True


def _shell(record: Recorder, command: ShellCommand, prog: str, values: Words, step: Step) -> None:
    """A shell that reads a script: from its input, or a file of the image."""
    operands = [value for value in values if value is None or value[:1] not in ("-", "+")]
    if "-c" in values or "--version" in values:
        if command.outer is None and "-c" in values:
            record.doubt(ANYTHING, f"{prog} runs a script that is not known", step)
        return
    source = command.pipe_from
    if (not operands or "-s" in values) and source is not None:
        urls = " ".join(word.expand(step.scope.shell) or word.text for word in source.args)
        _piped(record, urls, step)
    elif not operands:
        if any(redirect.target is not None for redirect in command.redirects):
            record.doubt(ANYTHING, f"{prog} runs a script from its input", step)
    elif operands[0] is None:
        record.doubt(ANYTHING, f"{prog} runs a script that is not known", step)
    elif prog in ("source", ".") and operands[0].endswith(kinds.PLAIN_SOURCES):
        why = f"{operands[0]} may change PATH"
        record.doubt(ANYTHING if "conda" in operands[0] else LOOSE, why, step)
        if operands[0].endswith("activate"):
            record.has(PYTHON_FAMILY, why, step, False)
    else:
        _own_script(record, operands[0], step)


def _piped(record: Recorder, urls: str, step: Step) -> None:
    """``curl URL | sh``."""
    if "nodesource.com/setup" in urls:
        digits = urls.partition("nodesource.com/setup_")[2].partition(".")[0]
        record.nodesource = int(digits) if digits.isdigit() else 99
        record.foreign = True
        record.has(kinds.OF_NODESOURCE, "nodesource's script may bring it", step, False)
    elif any(host in urls for host in kinds.TOOL_INSTALLERS):
        record.doubt(LOOSE, "an installer may bring it", step, urls + " pip pip3" if "pip" in urls else urls)
    else:
        record.doubt(ANYTHING, "an installer may bring it", step)
        record.foreign = True


def _own_script(record: Recorder, path: str, step: Step) -> None:
    """A file that is run: followed if it is a shell script of the context, else it may do anything."""
    base = path.rsplit("/", 1)[-1]
    if base in kinds.BUILD_SCRIPTS or any(part in base.lower() for part in ("conda", "miniforge", "mambaforge")):
        record.doubt(LOOSE, f"{path} may bring it", step)
        return
    if "/bin/" in path and not path.startswith("."):
        known = base in kinds.INERT or base.startswith(("python", "pip")) or "/node_modules/" in path
        record.doubt(TOOLS if known else LOOSE, f"{path} may bring it", step)
        return
    from dflint.model.copied import copied_text

    text = copied_text(step, path)
    script = None
    if text is not None and (not text.startswith("#!") or "sh" in text.split("\n", 1)[0]):
        from dflint.shell import parse_script

        script = parse_script(text, 0, len(text), dialect="bash")
    if not isinstance(script, Script) or script.has_errors:
        record.doubt(ANYTHING, f"{path} may bring it", step)
        return
    if any(
        inner.prog in kinds.REMOVERS or inner.prog in kinds.SHELLS or "/" in (inner.prog or "/")
        for inner in script.commands
    ):
        # Its installs are not read: what it brings is not known.
        record.doubt(ANYTHING, f"{path} may bring it", step)
        return
    for inner in script.commands:
        if inner.prog is None or inner.name is None or inner.name.value is None:
            record.doubt(LOOSE, f"{path} may bring it", step)
        elif "/" in inner.name.value and not inner.name.value.startswith(DEFAULT_PATH):
            record.doubt(ANYTHING, f"{path} may bring it", step)
        else:
            account(record, inner, step)


def _written(record: Recorder, command: ShellCommand, prog: str, values: Words, step: Step) -> None:
    """Files that a command makes, by the words that name them."""
    names: set[str] = set()
    for redirect in command.redirects:
        target = redirect.target.expand(step.scope.shell) if redirect.target is not None else ""
        if target and "/" in target and redirect.writes:
            names.add(target.rsplit("/", 1)[-1])
    if prog in kinds.LINKERS or prog == "update-alternatives":
        _linked(record, prog, values, names, step)
    elif prog in ("curl", "wget", "aria2c"):
        for at, value in enumerate(values):
            if value in ("-o", "-O", "--output", "--output-document") and at + 1 < len(values):
                names.add((values[at + 1] or "").rsplit("/", 1)[-1])
            elif value is not None and value.startswith(("--output=", "--output-document=", "-o", "-O")):
                names.add(value.rsplit("/", 1)[-1])
            elif value is not None and "://" in value:
                names.add(value.rstrip("/").rsplit("/", 1)[-1])
    record.has(names - {""}, f"{prog} makes it", step, not command.conditional)


def _linked(record: Recorder, prog: str, values: Words, names: set[str], step: Step) -> None:
    """Targets of links, copies and moves."""
    operands = [value for value in values if value is None or value[:1] != "-"]
    for at, value in enumerate(operands):
        if value is not None and "/" in value and (at > 0 or prog not in ("ln", "cp", "mv")):
            names.add(value.rstrip("/").rsplit("/", 1)[-1])
    if len(operands) < 2 or prog == "chmod":
        return
    last = operands[-1]
    if prog == "ln" and last is not None:
        names.add(last.rsplit("/", 1)[-1])
    if last is None or any(value is None or "*" in value for value in operands):
        record.doubt(FILES, f"{prog} may bring it", step, " ".join(value or "$" for value in operands))
    elif last.rstrip("/") in record.on_path or not last.startswith("/"):
        names.update(value.rsplit("/", 1)[-1] for value in operands[:-1] if value)
    if last is not None and last.startswith("/") and record.covers(clean_path(last)) and prog != "ln":
        record.doubt(FILES, f"{prog} fills {last}", step, " ".join(value or "$" for value in operands))


def _venv(record: Recorder, prog: str, values: Words, step: Step) -> bool:
    """Note a virtual environment; True if the command makes one."""
    operands = [value for value in values if value is None or not value.startswith("-")]
    if prog == "uv":
        makes = operands[:1] == ["venv"]
        operands = operands[1:] or [".venv"]
    elif prog in ("virtualenv", "pyvenv"):
        makes = True
    else:
        makes = "-m" in values and bool(operands) and operands[0] in kinds.VENV_MODULES
        operands = operands[1:]
    if not makes:
        return False
    if not operands or operands[-1] is None:
        record.doubt(FILES, "a virtual environment is made at a place that is not known", step)
        return True
    target = operands[-1]
    if not target.startswith("/") and isinstance(step.workdir, Known):
        target = step.workdir.text + "/" + target
    record.venv(clean_path(target), step)
    return True


def _extracts_over(record: Recorder, values: Words, step: Step) -> bool:
    """Whether an archive is unpacked over a directory of PATH."""
    target: str | None = None
    for at, value in enumerate(values):
        if value in ("-C", "--directory", "-d"):
            target = values[at + 1] if at + 1 < len(values) else None
            if target is None:
                return True
        elif value is not None and value.startswith(("--directory=", "-C/")):
            target = value.split("=", 1)[-1].removeprefix("-C")
    if target is None:
        return False
    return record.covers(clean_path(target)) if target.startswith("/") else False
