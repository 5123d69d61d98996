"""What instructions accept: their names, usage, flags and the options of ``RUN --mount``.

Source: the Dockerfile reference (docs.docker.com/reference/dockerfile) and moby/buildkit,
frontend/dockerfile/instructions (parse.go, bflag.go, commands_runmount.go and its siblings).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dflint.syntax.nodes import Flag, MountOption
    from dflint.text import Span

# How each instruction is written, by its name in upper case.
USAGE: Mapping[str, str] = {
    "ADD": "ADD [flags] <source>... <destination>",
    "ARG": "ARG <name>[=<default>]...",
    "CMD": 'CMD ["executable", "argument"...] or CMD <command>',
    "COPY": "COPY [flags] <source>... <destination>",
    "ENTRYPOINT": 'ENTRYPOINT ["executable", "argument"...] or ENTRYPOINT <command>',
    "ENV": "ENV <name>=<value>...",
    "EXPOSE": "EXPOSE <port>[/<protocol>]...",
    "FROM": "FROM [--platform=<platform>] <image> [AS <name>]",
    "HEALTHCHECK": "HEALTHCHECK [flags] CMD <command> or HEALTHCHECK NONE",
    "LABEL": "LABEL <key>=<value>...",
    "MAINTAINER": "MAINTAINER <name>",
    "ONBUILD": "ONBUILD <instruction>",
    "RUN": 'RUN [flags] <command> or RUN [flags] ["executable", "argument"...]',
    "SHELL": 'SHELL ["executable", "argument"...]',
    "STOPSIGNAL": "STOPSIGNAL <signal>",
    "USER": "USER <user>[:<group>]",
    "VOLUME": 'VOLUME <path>... or VOLUME ["<path>"...]',
    "WORKDIR": "WORKDIR <path>",
}
INSTRUCTIONS: Sequence[str] = tuple(USAGE)

# Flags by instruction; the kind is "text" (one value), "texts" (may be repeated), "bool" or "duration" or "count".
FLAGS: Mapping[str, Mapping[str, str]] = {
    "ADD": {
        "keep-git-dir": "bool", "checksum": "text", "chown": "text", "chmod": "text", "link": "bool",
        "unpack": "bool", "exclude": "texts",
    },
    "COPY": {
        "from": "text", "chown": "text", "chmod": "text", "link": "bool", "parents": "bool", "exclude": "texts",
    },
    "FROM": {"platform": "text"},
    "HEALTHCHECK": {
        "interval": "duration", "timeout": "duration", "start-period": "duration", "start-interval": "duration",
        "retries": "count",
    },
    "RUN": {"device": "texts", "mount": "texts", "network": "text", "security": "text"},
}  # fmt: skip

MOUNT_TYPES: Sequence[str] = ("bind", "cache", "tmpfs", "secret", "ssh")
# Options that mean something for a type of mount. The builder refuses only what no type has, except where
# `_REFUSED` says otherwise.
MOUNT_OPTIONS: Mapping[str, Sequence[str]] = {
    "bind": (
        "type", "target", "dst", "destination", "source", "src", "from", "rw", "readwrite", "ro", "readonly",
    ),
    "cache": (
        "type", "id", "target", "dst", "destination", "ro", "readonly", "rw", "readwrite", "sharing", "from",
        "source", "src", "mode", "uid", "gid",
    ),
    "tmpfs": ("type", "target", "dst", "destination", "size"),
    "secret": (
        "type", "id", "source", "src", "target", "dst", "destination", "env", "required", "mode", "uid", "gid",
    ),
    "ssh": ("type", "id", "target", "dst", "destination", "required", "mode", "uid", "gid"),
}  # fmt: skip
_BARE_OPTIONS = ("ro", "readonly", "rw", "readwrite", "required")
_REFUSED = {
    "bind": ("mode", "uid", "gid", "sharing", "size", "required"),
    "cache": ("size", "required"),
    "tmpfs": ("mode", "uid", "gid", "sharing", "required"),
    "secret": ("from", "sharing", "size"),
    "ssh": ("sharing", "size"),
}
_CHOICES = {
    "network": ("default", "none", "host"),
    "security": ("sandbox", "insecure"),
    "sharing": ("shared", "private", "locked"),
}
# Units of a duration in nanoseconds; of two that could match, the longer one stands first.
_UNITS = {"ns": 1.0, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "h": 3.6e12, "m": 6e10, "s": 1e9}


def flag_errors(name: str, flags: Sequence[Flag]) -> Iterator[tuple[Span, str]]:
    """What the builder refuses in the flags of an instruction, unknown flags excepted: (span, message)."""
    known = FLAGS.get(name, {})
    seen = set()
    for flag in flags:
        kind = known.get(flag.name)
        if kind is None:
            continue
        if flag.name in seen and kind != "texts":
            yield flag.span, f"--{flag.name} is given twice"
        seen.add(flag.name)
        if flag.value is None:
            if kind != "bool":
                yield flag.span, f"--{flag.name} needs a value"
        elif flag.name == "mount":
            yield from _mount_errors(flag)
        else:
            message = _value_error(flag.name, kind, flag.value)
            if message:
                yield flag.value_span or flag.span, message


def _value_error(name: str, kind: str, value: str) -> str:
    """What is wrong with a flag's value; empty if nothing is."""
    if kind == "bool":
        if not value:
            return f"--{name} has an empty value"
        return "" if value.lower() in ("true", "false") else f"--{name} is true or false, not {value}"
    if kind == "duration":
        return _duration_error(name, value)
    if kind == "count":
        if value and not (value.lstrip("+-").isdigit() and value.isascii()):
            return f"--{name} needs a number, not {value}"
        return f"--{name} cannot be negative" if value.startswith("-") and value.strip("-0") else ""
    choices = _CHOICES.get(name)
    if choices and value not in choices and "$" not in value:
        return f"--{name} is {' or '.join(choices)}, not {value}"
    return ""


def _duration_error(name: str, value: str) -> str:
    """What is wrong with a duration as Go reads it (``1h30m``, ``1.5s``); the least is one millisecond."""
    if not value or value.lstrip("+-") == "0":
        return ""
    rest = value[1:] if value[0] in "+-" else value
    nanoseconds = 0.0
    while rest:
        size = 0
        while size < len(rest) and (rest[size] in "0123456789."):
            size += 1
        unit = next((unit for unit in _UNITS if rest.startswith(unit, size)), "")
        number = rest[:size]
        if not unit or not number.strip(".") or number.count(".") > 1:
            return f"--{name} needs a duration such as 30s or 1m30s, not {value}"
        nanoseconds += float(number) * _UNITS[unit]
        rest = rest[size + len(unit) :]
    if nanoseconds and (nanoseconds < 1e6 or value[0] == "-"):
        return f"--{name} cannot be less than one millisecond"
    return ""


def _mount_errors(flag: Flag) -> Iterator[tuple[Span, str]]:
    span = flag.value_span or flag.span
    if not flag.options:
        yield span, "--mount needs options such as type=cache,target=<path>"
        return
    kind = (flag.option("type") or "bind").lower()
    for option in flag.options:
        message = _option_error(option, kind)
        if message:
            yield option.span, message
    if kind == "secret":
        given = {option.key.lower() for option in flag.options}
        if not given & {"id", "source", "src", "target", "dst", "destination"}:
            yield span, "a secret mount needs an id, a source or a target"
        elif "id" in given and given & {"source", "src"}:
            yield span, "a secret mount takes an id or a source, not both"


def _option_error(option: MountOption, kind: str) -> str:
    """What the builder refuses about one option of a mount; empty if nothing."""
    key = option.key.lower()
    value = option.value
    if not any(key in options for options in MOUNT_OPTIONS.values()):
        return f"{option.key or 'an empty text'} is not an option of --mount"
    if key in _REFUSED.get(kind, ()):
        return f"a {kind} mount does not take {key}"
    if value is None:
        return "" if key in _BARE_OPTIONS else f"{key} needs a value"
    if "$" in value:
        return ""
    if key == "type":
        return "" if value.lower() in MOUNT_TYPES else f"{value} is not a type of mount"
    if key == "sharing":
        return "" if value.lower() in _CHOICES["sharing"] else f"sharing is shared, private or locked, not {value}"
    if key in _BARE_OPTIONS:
        allowed = ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
        return "" if value in allowed else f"{key} is true or false, not {value}"
    if key in ("mode", "uid", "gid"):
        digits = "01234567" if key == "mode" else "0123456789"
        return "" if value and not value.strip(digits) else f"{key} needs a{'n octal' if key == 'mode' else ''} number"
    return ""
