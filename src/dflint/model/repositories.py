"""Well-known third-party apt repositories: which packages they may bring, so that other names can still be judged."""

from __future__ import annotations

# Part of the URL -> patterns of the names that the repository has or may have. Others may have anything.
_URLS = {
    "deb.nodesource.com": ("node*", "npm"),
    "download.docker.com/linux": ("docker*", "containerd*"),
    "get.docker.com": ("docker*", "containerd*"),
    "apt.dockerproject.org": ("docker*",),
    "get.docker.io/ubuntu": ("lxc-docker*",),
    "dl.yarnpkg.com/debian": ("yarn*",),
    "nightly.yarnpkg.com/debian": ("yarn*",),
    "dl.google.com/linux/chrome": ("google-chrome*",),
    "dl-ssl.google.com/linux": ("google-*",),
    "packages.cloud.google.com/apt": ("google-*", "kube*", "cri-tools", "gcsfuse*", "gke-*", "docker-credential-gcr"),
    "pkgs.k8s.io": ("kube*", "cri-*"),
    "cli.github.com/packages": ("gh",),
    "apt.llvm.org": ("clang*", "llvm*", "lld*", "lib*", "python*", "mlir*", "flang*", "bolt*", "wasi*"),
    "apt.releases.hashicorp.com": ("terraform*", "vault*", "consul*", "packer*", "nomad*", "boundary*", "waypoint*"),
    "repo.mongodb.org/apt": ("mongo*",),
    "downloads-distro.mongodb.org": ("mongo*",),
    "artifacts.elastic.co/packages": ("elastic*", "kibana*", "logstash*", "*beat*", "apm-*", "heartbeat*"),
    "packages.elastic.co": ("elastic*", "kibana*", "logstash*", "*beat*"),
    "packages.elasticsearch.org": ("elastic*", "kibana*", "logstash*"),
    "pkg.jenkins.io": ("jenkins*",),
    "pkg.jenkins-ci.org": ("jenkins*",),
    "repo.scala-sbt.org": ("sbt*",),
    "dl.bintray.com/sbt": ("sbt*",),
    "repos.azul.com/azulrepo": ("zulu*",),
    "packages.adoptium.net": ("temurin*", "adoptium*"),
    "apt.corretto.aws": ("java-*",),
    "nginx.org/packages": ("nginx*",),
    "dl.winehq.org/wine-builds": ("wine*", "lib*"),
    "packages.sury.org/php": ("php*", "lib*", "apache*"),
    "packages.microsoft.com": (
        "dotnet*", "aspnet*", "netstandard*", "ms*", "powershell*", "azure*", "code*", "moby*", "procdump*", "az*",
        "blobfuse*", "mdatp*", "unixodbc*", "odbc*", "lib*", "intune*", "sql*", "packages-microsoft*", "service*",
        "microsoft*",
    ),
}  # fmt: skip
_PPAS = {
    "deadsnakes/": ("python*", "libpython*", "idle*"),
    "fkrull/deadsnakes": ("python*", "libpython*", "idle*"),
    "ondrej/php": ("php*", "lib*", "dh-php*", "pkg-php*", "apache*"),
    "git-core/": ("git*",),
    "ubuntu-toolchain-r/": (
        "gcc*",
        "g++*",
        "cpp*",
        "gfortran*",
        "lib*",
        "gnat*",
        "gdc*",
        "gccgo*",
        "binutils*",
        "gdb*",
    ),
    "openjdk-r/": ("openjdk*", "java*", "ca-certificates-java"),
    "linuxuprising/java": ("oracle-java*",),
    "chris-lea/node.js": ("node*", "npm", "rlwrap"),
    "nginx/": ("nginx*", "libnginx*"),
    "longsleep/golang-backports": ("golang*",),
    "gophers/archive": ("golang*",),
    "mozillateam/": ("firefox*", "thunderbird*"),
    "neovim-ppa/": ("neovim*", "lib*", "lua*", "python*"),
    "brightbox/ruby-ng": ("ruby*", "lib*", "bundler", "rubygems*"),
    "ansible/ansible": ("ansible*", "python*", "sshpass"),
    "stebbins/handbrake-releases": ("handbrake*", "lib*"),
}
#: The archive with the Oracle JDK installers; all its packages were deleted on that day.
_WEBUPD8 = "webupd8team/java"
_WEBUPD8_END = "2019-04-16"


def repository_names(source: str, as_of: str | None) -> tuple[str, ...] | None:
    """The patterns of the names that a repository has.

    Args:
        source: its URL, or ``ppa:owner/name``.
        as_of: the day at which it is judged; today when None.

    Returns:
        None for a repository that is not known: it may have any name.
    """
    ppa = _ppa(source)
    if ppa is not None:
        if ppa.startswith(_WEBUPD8):
            return ("oracle-java*",) if as_of is not None and as_of < _WEBUPD8_END else ()
        return next((names for key, names in _PPAS.items() if ppa.startswith(key)), None)
    return next((names for key, names in _URLS.items() if key in source), None)


def _ppa(source: str) -> str | None:
    if source.startswith("ppa:"):
        return source[4:].removeprefix("ubuntu/") + "/"
    for host in ("ppa.launchpad.net/", "ppa.launchpadcontent.net/"):
        if host in source:
            return source.partition(host)[2] + "/"
    return None


def offers(patterns: set[str], name: str) -> bool:
    """Whether a name fits one of the patterns."""
    return any(_fits(pattern, name) for pattern in patterns)


def _fits(pattern: str, name: str) -> bool:
    """Stars at the ends only: fnmatch would load the re module for this."""
    word = pattern.strip("*")
    if pattern.startswith("*"):
        return word in name if pattern.endswith("*") else name.endswith(word)
    return name.startswith(word) if pattern.endswith("*") else name == word
