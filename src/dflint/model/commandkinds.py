"""Names of commands by what they do to the set of programs of an image."""

from __future__ import annotations

#: Programs that install interpreters or whole tool trees by rules of their own.
INSTALLERS = frozenset(
    ("alternatives", "ansible", "ansible-playbook", "ansible-pull", "apt-fast", "asdf", "brew", "chef-client",
     "chef-solo", "conda", "debootstrap", "emerge", "gdebi", "guix", "mamba", "micromamba", "mise", "nix", "nix-env",
     "nixos-rebuild", "opkg", "pacman", "pacstrap", "pixi", "pkg", "pkgin", "puppet", "pyenv", "rosdep", "rye",
     "salt-call", "snap", "spack", "swupd", "tdnf", "tazpkg", "xbps-install", "yay", "install_packages",
     "clean-install", "apt-install", "opam", "cinst", "choco", "scl", "eopkg", "urpmi", "slackpkg", "installpkg")
)  # fmt: skip
#: Programs that put files of their own choice into directories of PATH.
FILE_WRITERS = frozenset(
    ("dpkg", "rpm", "cpio", "rsync", "stow", "bsdtar", "update-alternatives", "dpkg-deb", "checkinstall",
     "pyenv-installer", "nvm", "n", "fnm", "sdk")
)  # fmt: skip
#: Package managers of languages; with these words they put tools on PATH.
LANGUAGES = frozenset(
    ("npm", "npx", "yarn", "pnpm", "bun", "pip", "pip2", "pip3", "pipx", "pipenv", "poetry", "pdm", "uv", "hatch",
     "flit", "easy_install", "gem", "bundle", "bundler", "cargo", "rustup", "rustup-init", "go", "composer", "cpan",
     "cpanm", "luarocks", "cabal", "stack", "mix", "rebar3", "dotnet", "corepack", "raco", "nimble", "pub", "dart",
     "deno", "julia", "R", "Rscript", "pecl", "pear", "lein", "sbt", "mvn", "gradle", "ant", "tlmgr", "virtualenv",
     "install-php-extensions", "docker-php-ext-install", "playwright", "volta", "jpm", "bower", "grunt", "gulp",
     "coursier", "cs", "rbenv", "dep", "glide", "govendor", "gvm", "helm", "krew", "kubectl", "terraform", "gcloud",
     "az", "aws", "pre-commit", "nodeenv", "elm", "meteor", "lerna", "turbo", "nx", "code-server")
)  # fmt: skip
SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
LINKERS = frozenset(("ln", "cp", "mv", "install", "link", "chmod", "tee", "touch", "chown", "setcap"))
UNPACKERS = frozenset(("tar", "unzip", "7z", "7za", "7zr", "unrar", "gunzip", "gzip", "xz", "unxz", "bunzip2", "ar"))
REMOVERS = frozenset(("apt-get", "apt", "aptitude", "apk", "dnf", "yum", "microdnf", "zypper", "dpkg", "rpm"))
VENV_MODULES = frozenset(("venv", "virtualenv"))
#: Files that scripts read for their variables only.
PLAIN_SOURCES = (
    "/os-release", "/lsb-release", "/activate", "/profile", "/.bashrc", "/.profile", "/nvm.sh", "/env",
    "/environment", "/.bash_profile", "/envvars", "/cargo/env", "/.env", "/setup.bash", "/setup.sh",
    "/sdkman-init.sh", "/.zshrc", "/.nvm/nvm.sh",
)  # fmt: skip
#: Scripts that configure or build a source tree in place.
BUILD_SCRIPTS = (
    "configure", "config", "Configure", "autogen.sh", "gradlew", "mvnw", "buildconf", "bootstrap.sh", "b2",
    "manage.py", "rebar", "rebar3", "mach", "waf", "build.sh", "compile.sh", "test.sh", "sbt",
)  # fmt: skip
#: Hosts of installers that bring one tool into a folder of the user, and nothing of the system.
TOOL_INSTALLERS = (
    "rustup.rs", "python-poetry", "deno.land", "bun.sh", "astral.sh", "get.pnpm.io", "yarnpkg.com",
    "getcomposer.org", "nvm-sh/nvm", "creationix/nvm", "get-helm", "golangci", "install.meteor.com",
    "bootstrap.pypa.io", "get-pip", "fly.io", "volta.sh", "starship.rs", "taskfile.dev", "claude.ai", "sdkman.io",
    "mise.run", "turso", "k3d", "kustomize", "goreleaser", "tfenv", "tflint", "trivy", "syft", "grype", "hadolint",
    "semgrep", "sentry.io", "codecov", "haskellstack", "get-ghcup", "sh.vector.dev", "dlang.org", "elm",
    "foundry.paradigm", "ollama", "railway", "infracost", "dagger", "cpanmin.us", "oh-my-zsh", "ohmyzsh",
    "opencode.ai", "pixi.sh",
)  # fmt: skip
#: What the packages that nodesource's script installs bring, on one release or another.
OF_NODESOURCE = ("curl", "gpg", "gpg-agent", "lsb_release", "python3", "openssl")
SOURCE_ADDERS = ("add-apt-repository", "apt-add-repository", "yum-config-manager", "dnf-config-manager")
READERS = ("rm", "cat", "ls", "grep", "test", "[", "chmod", "dpkg")
SOURCES = ("/etc/apt/sources", "sources.list", "/etc/yum.repos", "/etc/apk/repositories", ".repo")
#: Commands of images and shells that bring no program.
INERT = frozenset(
    (":", ".", "[", "[[", "true", "false", "echo", "printf", "cd", "pushd", "popd", "pwd", "set", "unset", "shift",
     "exit", "return", "break", "continue", "read", "local", "declare", "typeset", "readonly", "trap", "wait",
     "umask", "ulimit", "test", "let", "shopt", "type", "command", "hash", "getopts", "exec", "times", "jobs",
     "kill", "bg", "fg", "apt-get", "apt", "aptitude", "apk", "dnf", "yum", "microdnf", "zypper", "apt-mark",
     "apt-cache", "apt-key", "apt-config", "dpkg-query", "dpkg-divert", "dpkg-reconfigure", "dpkg-architecture",
     "debconf-set-selections", "debconf", "update-ca-certificates", "update-ca-trust", "update-locale", "locale-gen",
     "localedef", "locale", "mkdir", "rmdir", "rm", "unlink", "chgrp", "ls", "cat", "head", "tail", "wc", "sort",
     "uniq", "tr", "cut", "paste", "grep", "egrep", "fgrep", "sed", "awk", "gawk", "mawk", "perl", "find", "xargs",
     "du", "df", "sleep", "date", "env", "which", "whereis", "id", "whoami", "who", "groups", "uname", "arch",
     "nproc", "hostname", "getent", "stat", "file", "readlink", "realpath", "basename", "dirname", "mktemp", "seq",
     "expr", "bc", "diff", "cmp", "comm", "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum", "base64", "od",
     "xxd", "strings", "strip", "ldd", "ldconfig", "objdump", "readelf", "nm", "ar", "ranlib", "gcc", "g++", "cc",
     "c++", "clang", "clang++", "ld", "as", "useradd", "adduser", "usermod", "userdel", "deluser", "groupadd",
     "addgroup", "groupmod", "groupdel", "delgroup", "passwd", "chpasswd", "chsh", "visudo", "su", "sudo", "setfacl",
     "getcap", "chage", "newusers", "gpasswd", "git", "svn", "hg", "ssh", "ssh-keygen", "ssh-keyscan", "ssh-add",
     "ssh-agent", "scp", "gpg", "gpgconf", "dirmngr", "openssl", "keytool", "crontab", "cron", "service",
     "systemctl", "rc-service", "rc-update", "rc-status", "sysctl", "supervisord", "supervisorctl", "nginx",
     "a2enmod", "a2ensite", "a2dissite", "a2dismod", "a2enconf", "apachectl", "phpenmod", "phpdismod",
     "docker-php-ext-enable", "docker-php-ext-configure", "docker-php-source", "phpize", "curl", "wget", "aria2c",
     "node", "node-gyp", "tsc", "python", "python2", "python3", "php", "ruby", "java", "javac", "jq", "yq", "patch",
     "autoconf", "autoreconf", "automake", "aclocal", "libtoolize", "cmake", "ninja", "meson", "make", "gmake",
     "qmake", "envsubst", "dos2unix", "unix2dos", "iconv", "fc-cache", "mkfontscale", "ps", "top", "pgrep", "pkill",
     "killall", "ip", "ping", "nc", "netstat", "ss", "ifconfig", "route", "mount", "umount", "sync", "mkfifo",
     "mknod", "truncate", "dd", "yes", "tee", "zcat", "bzcat", "xzcat", "bzip2", "zip", "split", "fold", "fmt", "nl",
     "rev", "tac", "column", "less", "more", "man", "psql", "createdb", "createuser", "pg_ctl", "initdb",
     "pg_ctlcluster", "pg_createcluster", "mysql", "mysqld", "mysqld_safe", "mysqladmin", "mysql_install_db",
     "redis-server", "redis-cli", "mongo", "mongod", "sqlite3", "rabbitmq-plugins", "rabbitmqctl", "timedatectl",
     "ntpdate", "tzselect", "hwclock", "setsid", "nohup", "time", "timeout", "stty", "tput", "clear", "logger",
     "convert", "ffmpeg", "pandoc", "pdflatex", "latex", "mktexlsr", "ccache", "rails", "rake", "rspec", "jekyll",
     "hugo", "vite", "webpack", "gunicorn", "uwsgi", "pytest", "tox", "nosetests", "flake8", "mypy", "black",
     "django", "ng", "next", "gofmt", "golint", "protoc", "swag", "sphinx-build", "mkdocs", "elasticsearch-plugin",
     "logstash-plugin", "kibana-plugin", "plugin", "alias", "unalias", "eval", "export", "source", "chown", "chmod",
     "newaliases", "postconf", "postmap", "groupmems", "busybox", "chroot", "mkswap", "losetup", "fallocate",
     "lsb_release", "locate", "updatedb", "makepasswd", "mkpasswd", "uuidgen", "add-apt-repository",
     "apt-add-repository", "yum-config-manager", "dnf-config-manager", "subscription-manager", "authconfig",
     "restorecon", "setenforce", "semanage", "chcon")
)  # fmt: skip
