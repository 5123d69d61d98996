"""The users and groups that a base image holds.

Sources: /etc/passwd and /etc/group of Debian bullseye, bookworm and trixie; alpine-baselayout's passwd and group over
its history; the Dockerfiles of the official images for the accounts that they add. Where releases differ, an account
that not all of them have is only possible.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.knowledge.images import Image

    Ids = dict[str, int | None]

_DEBIAN_USERS = (
    "root=0 daemon=1 bin=2 sys=3 sync=4 games=5 man=6 lp=7 mail=8 news=9 uucp=10 proxy=13 www-data=33 backup=34 list=38"
    " irc=39 nobody=65534 _apt"
)
_DEBIAN_GROUPS = (
    "root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13 kmem=15 dialout=20"
    " fax=21 voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30 www-data=33 backup=34 operator=37 list=38"
    " irc=39 src=40 shadow=42 utmp=43 video=44 sasl=45 plugdev=46 staff=50 games=60 users=100 nogroup=65534"
)
_ALPINE_USERS = (
    "root=0 bin=1 daemon=2 lp=4 sync=5 shutdown=6 halt=7 mail=8 news=9 uucp=10 cron=16 ftp=21 sshd=22 games=35 ntp=123"
    " guest=405 nobody=65534"
)
_ALPINE_GROUPS = (
    "root=0 bin=1 daemon=2 sys=3 adm=4 tty=5 disk=6 lp=7 kmem=9 wheel=10 floppy=11 mail=12 news=13 uucp=14 cron=16"
    " audio=18 cdrom=19 dialout=20 ftp=21 sshd=22 input=23 tape=26 video=27 netdev=28 kvm=34 games=35 shadow=42"
    " users=100 ntp=123 utmp=406 ping=999 nogroup=65533 nobody=65534"
)
# Accounts that some releases have.
_MAYBE = {
    "debian": "gnats libuuid ssh _ssh crontab netdev syslog messagebus systemd-timesync systemd-network systemd-resolve"
    " systemd-bus-proxy systemd-journal systemd-coredump input kvm render sgx polkitd uuidd landscape ubuntu",
    "alpine": "adm operator man postmaster at squid xfs postgres cyrus vpopmail smmsp toor mem console readproc cdrw"
    " www-data usb nofiles locate abuild klogd utmp",
}
# What official images add: users that have a group of the same name, with their number where it never changed.
_ADDED = {
    "node": "node=1000", "ghost": "node=1000", "nginx": "nginx", "postgres": "postgres", "redis": "redis",
    "valkey": "valkey", "mysql": "mysql", "mariadb": "mysql", "mongo": "mongodb", "rabbitmq": "rabbitmq",
    "memcached": "memcache",
}  # fmt: skip
# What some versions of official images add.
_PERHAPS = {
    "gradle": "gradle", "jetty": "jetty", "elasticsearch": "elasticsearch", "kibana": "kibana", "logstash": "logstash",
    "solr": "solr", "flink": "flink", "cassandra": "cassandra", "neo4j": "neo4j", "zookeeper": "zookeeper",
    "haproxy": "haproxy", "couchdb": "couchdb", "telegraf": "telegraf", "eclipse-mosquitto": "mosquitto",
    "odoo": "odoo", "mcr.microsoft.com/dotnet/": "app",
}  # fmt: skip
# Images on Alpine that make the user www-data there.
_WWW_ON_ALPINE = frozenset(("php", "httpd", "wordpress"))
# Images that hold no other accounts than those told here.
_CLOSED = frozenset(
    ("debian", "ubuntu", "alpine", "buildpack-deps", "node", "python", "golang", "rust", "ruby", "php", "perl", "gcc",
     "nginx", "httpd", "redis", "postgres", "erlang", "elixir", "eclipse-temurin", "openjdk", "composer")
)  # fmt: skip
# Releases of Ubuntu whose image has a user "ubuntu", and the images on them that keep it.
_WITH_UBUNTU = frozenset(("lunar", "mantic", "noble", "oracular", "plucky", "questing", "resolute"))
_KEEPS_UBUNTU = ("ubuntu", "buildpack-deps", "eclipse-temurin", "ros", "nvidia/cuda", "mcr.microsoft.com/dotnet/")


class BaseAccounts:
    """The accounts of an image.

    users, groups   those that are certainly there, with their numbers (None: not known).
    maybe           names of users and groups that may be there.
    closed          whether no others are there.
    """

    __slots__ = ("closed", "groups", "maybe", "users")

    def __init__(self, users: Ids, groups: Ids, maybe: frozenset[str], *, closed: bool) -> None:
        self.users = users
        self.groups = groups
        self.maybe = maybe
        self.closed = closed


def base_accounts(image: Image) -> BaseAccounts | None:
    """The accounts of a base image; None for distributions of which nothing is told here."""
    distro = image.distro
    if distro in ("debian", "ubuntu"):
        users, groups, maybe = _ids(_DEBIAN_USERS), _ids(_DEBIAN_GROUPS), set(_MAYBE["debian"].split())
        if distro == "ubuntu" and image.release in _WITH_UBUNTU and image.name.startswith(_KEEPS_UBUNTU):
            users["ubuntu"] = groups["ubuntu"] = 1000
    elif distro == "alpine":
        users, groups, maybe = _ids(_ALPINE_USERS), _ids(_ALPINE_GROUPS), set(_MAYBE["alpine"].split())
        if _since(image.release, 3, 14):
            groups["www-data"] = 82
        if image.name in _WWW_ON_ALPINE:
            users["www-data"] = groups["www-data"] = 82
    else:
        return None
    for name, number in _ids(_ADDED.get(image.name, "")).items():
        if image.name == "node" and _is_ancient(image.tag):
            maybe.add(name)
            continue
        users[name] = groups[name] = number
    if image.tag is None:
        return None
    maybe.update(name for start, name in _PERHAPS.items() if image.name.startswith(start))
    return BaseAccounts(users, groups, frozenset(maybe), closed=image.name in _CLOSED)


def _ids(text: str) -> Ids:
    found: Ids = {}
    for word in text.split():
        name, _, number = word.partition("=")
        found[name] = int(number) if number else None
    return found


def _since(release: str | None, major: int, minor: int) -> bool:
    """Whether a release of Alpine is this one or a later one."""
    if release == "edge":
        return True
    parts = (release or "").split(".")
    return len(parts) > 1 and all(part.isdigit() for part in parts) and (int(parts[0]), int(parts[1])) >= (major, minor)


def _is_ancient(tag: str | None) -> bool:
    """Whether a tag of node is of a version before the user "node"."""
    major = (tag or "").partition("-")[0].partition(".")[0]
    return (major.isdigit() and int(major) < 6) or (tag or "").startswith(("argon", "slim", "onbuild"))
