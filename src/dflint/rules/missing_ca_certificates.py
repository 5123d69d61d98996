"""Rule missing-ca-certificates."""

from __future__ import annotations

from dflint.engine import rule
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Stage, Step
    from dflint.model.packages import Install
    from dflint.shell import Command, ShWord

# Options that do without the system's certificates.
_OPTIONS = {
    "curl": ("-k", "--insecure", "--cacert", "--capath", "--ca-native", "-K", "--config", "-x", "--proxy"),
    "wget": ("--no-check-certificate", "--ca-certificate", "--ca-directory", "--config", "-e", "--execute"),
    "git": ("-c", "--config", "--config-env"),
}
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "WGETRC",
              "CURL_HOME", "https_proxy", "HTTPS_PROXY", "APT_CONFIG")  # fmt: skip
# Parts of words that have to do with certificates or with switching their check off.
_SIGNS = ("/etc/ssl", "ca-cert", "ca-bundle", "sslverify", "certifi", "ssl_verify", "curlrc", "wgetrc", "gitconfig")
_PLACES = ("/", "/etc", "/usr", "/usr/local", "/usr/share", "/root")
# Packages of Ubuntu that bring no certificates even through what they need (without recommended ones).
_UBUNTU = frozenset(
    ("curl", "wget", "git", "build-essential", "unzip", "zip", "gnupg", "gnupg2", "procps", "jq", "gcc", "g++", "make",
     "cmake", "xz-utils", "bzip2", "tar", "file", "less", "sudo", "vim", "nano", "python3", "python3-dev", "libssl-dev",
     "libpq-dev", "libffi-dev", "libc6-dev", "pkg-config", "tzdata", "locales", "openssh-client", "rsync", "tini",
     "gosu", "lsb-release", "dirmngr", "patch", "autoconf", "automake", "libtool", "zlib1g-dev", "iproute2", "netbase")
)  # fmt: skip


@rule("missing-ca-certificates")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Downloads over https in stages whose base image has no certificates and where nothing brings them."""
    if "https://" not in ctx.source.text:
        return
    for stage in ctx.build.stages:
        if _bare(stage):
            found = _first(ctx, stage)
            if found is not None:
                yield found


def _bare(stage: Stage) -> bool:
    """Whether the base image certainly has no certificates."""
    image = stage.image
    if image is None or image.manager != "apt":
        return False
    if image.distro == "ubuntu":
        return image.name == "ubuntu"
    return image.closed and image.packages is not None and "ca-certificates" not in image.packages


def _first(ctx: RuleContext, stage: Stage) -> Finding | None:
    """The first download of the stage that fails; the repair helps those after it as well."""
    installs: list[Install] = []
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Transfer):
                if _may_copy(step, step.node):
                    return None
                continue
            if not isinstance(step.node, Run):
                continue
            if not isinstance(step.script, Script) or step.script.has_errors or any(_mounts(step)):
                return None
            own = {install.command: install for install in step.installs}
            for command in step.script.commands:
                install = own.get(command)
                if install is not None:
                    installs.append(install)
                elif _doubtful(command, step):
                    return None
                elif _downloads(command, step):
                    certain = each is stage and not command.guarded and not command.conditional
                    return _finding(ctx, step, command) if certain and _lacking(stage, command, installs) else None
    return None


def _mounts(step: Step) -> Iterator[bool]:
    for flag in step.node.flags:
        target = flag.option("target", "dst", "destination") or ""
        yield any(sign in target for sign in _SIGNS) or target.rstrip("/") in _PLACES or "ssl" in target


def _may_copy(step: Step, node: Transfer) -> bool:
    """Whether a COPY or ADD may bring certificates or a tool's settings."""
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known):
        return True
    path = dest.text.rstrip("/") or "/"
    if any(sign in text.lower() for sign in _SIGNS for text in (path, *[word.text for word in node.sources])):
        return True
    return path in _PLACES and (node.flag("from") is not None or path != "/")


def _doubtful(command: Command, step: Step) -> bool:
    """Whether a command may bring certificates, or keep a tool from checking them."""
    from dflint.model.aptlists import APT, may_call_apt

    texts = " ".join([word.text for word in command.words]).lower()
    if any(sign in texts for sign in _SIGNS) or command.prog is None or command.prog in ("export", "update-ca-trust"):
        return command.name is not None or any(name in _VARIABLES for name, _ in command.assigns)
    if command.prog in APT:
        return any(word.value in ("build-dep", "satisfy", "upgrade", "dist-upgrade", "-f") for word in command.args)
    return may_call_apt(command.prog, command, step)


def _downloads(command: Command, step: Step) -> bool:
    """Whether a command fetches something over https and checks the server's certificate."""
    prog = command.prog or ""
    options = _OPTIONS.get(prog)
    if options is None or command.has_flag(*options):
        return False
    if any(name in _VARIABLES for name, _ in command.assigns) or any(map(step.scope.declared, _VARIABLES)):
        return False
    if prog == "git" and not any(word.value in ("clone", "ls-remote") for word in command.args[:3]):
        return False
    return any(_is_https(word, step) for word in command.args)


def _is_https(word: ShWord, step: Step) -> bool:
    text = word.expand(step.scope.shell) or word.text.strip("\"'")
    host = text.removeprefix("https://").partition("/")[0]
    return text.startswith("https://") and "localhost" not in host and not host.startswith("127.")


def _lacking(stage: Stage, command: Command, installs: list[Install]) -> bool:
    """Whether none of the installs brought certificates, and one of them brought the program that is called."""
    names: set[str] = set()
    for install in installs:
        if install.unknown or install.manager != "apt" or any(spec.local or spec.pattern for spec in install.specs):
            return False
        wanted = {spec.name for spec in install.specs if spec.installs}
        if not _without(stage, install, wanted):
            return False
        if not install.command.guarded and not install.command.conditional:
            names |= wanted
    return command.prog in names


def _without(stage: Stage, install: Install, names: set[str]) -> bool:
    from dflint.model.brought import added_packages, recommends

    added = added_packages(stage, names, recommends=recommends(install))
    if added is not None:
        return "ca-certificates" not in added
    image = stage.image
    return image is not None and image.distro == "ubuntu" and not recommends(install) and names <= _UBUNTU


def _finding(ctx: RuleContext, step: Step, command: Command) -> Finding:
    from dflint.rules._install import install_package

    assert command.name is not None
    url = next(word for word in command.args if _is_https(word, step))
    fix = install_package(ctx, step, "ca-certificates", command=command)
    return ctx.finding(url.span, fixes=[fix], program=command.prog)
