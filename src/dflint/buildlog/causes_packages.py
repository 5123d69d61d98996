"""Causes in the output of the package managers of distributions."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

_APT = (100,)
_PACKAGE = ("missing-apt-package",)

CAUSES = (
    # apt and dpkg
    Cause(
        "apt-not-root",
        ("are you root", "Permission denied)"),
        r"are you root\?|(?:lists/|lock|archives/?).*\(13: Permission denied\)",
        "apt needs root, and the step runs as another user.",
        "Put USER root before the step and the user's own USER behind it.",
        rules=("missing-root-privilege",),
        codes=_APT,
    ),
    Cause(
        "apt-version-missing",
        "was not found",
        r"Version '(?P<version>[^']+)' for '(?P<name>[^']+)' was not found",
        "The release does not have version {version} of {name}; repositories keep only the newest.",
        "Remove the version, pin a pattern such as 1.2.*, or take packages from snapshot.debian.org.",
        rules=_PACKAGE,
        codes=_APT,
    ),
    Cause(
        "apt-package-missing",
        ("Unable to locate package", "Couldn't find any package", "Couldn't find package"),
        r"Unable to locate package (?P<name>[^\s'\"]+)|Couldn't find (?:any )?package (?:by (?:glob"
        r"|regex) )?['\"]?(?P<name2>[^\s'\"]+)",
        "apt has no package {name} in the releases that it knows here.",
        "Write the name that this release has, add the repository that has it, or run apt-get update in the same RUN.",
        rules=("missing-apt-package", "missing-apt-update"),
        codes=_APT,
    ),
    Cause(
        "apt-no-candidate",
        ("has no installation candidate", "virtual package"),
        r"Package '?(?P<name>[^\s']+?)'? has no installation candidate",
        "apt knows the name {name}, but no package with that name can be installed in this release.",
        "Install the package that replaces it; apt lists those that provide it.",
        rules=_PACKAGE,
        codes=_APT,
    ),
    Cause(
        "apt-archive-gone",
        ("404", "does not have a Release file", "no longer has a Release file"),
        r"repository '(?P<name>[^']+)' (?:does not have|no longer has) a Release file"
        r"|^' does not have a Release file"
        r"|Failed to fetch (?P<name2>\S+/dists/\S+).*404|^(?:Err|Ign)\S* (?P<name3>\S+ \S+).* Release$",
        "The repository {name} is gone: the release has reached its end and was moved to the archive, "
        "or never existed there.",
        "Build on a release that is still supported, or use the archive (archive.debian.org, old-releases.ubuntu.com).",
        rules=("archived-release", "end-of-life-base-image", "foreign-apt-suite"),
        codes=_APT,
    ),
    Cause(
        "apt-lists-stale",
        ("404", "Unable to fetch some archives"),
        r"Failed to fetch (?P<name>\S+\.deb)\b.*404|^E: Unable to fetch some archives",
        "The package lists are older than the repository: they name a file that was replaced since ({name}).",
        "Run apt-get update in the same RUN as apt-get install; with a cached layer build once with --no-cache.",
        rules=("separate-apt-update", "missing-apt-update"),
        codes=_APT,
    ),
    Cause(
        "apt-release-expired",
        ("is expired", "is not valid yet"),
        r"Release file for (?P<name>\S+) is (?:expired|not valid yet)",
        "The Release file {name} is outside its validity: the release is no longer updated, or the clock is wrong.",
        "Build on a supported release, or allow it with -o Acquire::Check-Valid-Until=false.",
        rules=("archived-release",),
        codes=_APT,
    ),
    Cause(
        "apt-key-missing",
        ("NO_PUBKEY", "is not signed", "public key is not available"),
        r"NO_PUBKEY (?P<name>[0-9A-F]{8,})|repository '(?P<name2>[^']+)' is not signed"
        r"|public key is not available",
        "apt does not have the key that signs the repository ({name}).",
        "Put the repository's key into /etc/apt/keyrings and name it with [signed-by=...].",
        codes=_APT,
    ),
    Cause(
        "apt-signature",
        ("EXPKEYSIG", "signatures were invalid", "At least one invalid signature", "BADSIG"),
        r"(?:EXPKEYSIG|BADSIG) (?P<name>[0-9A-F]+ .*)|signatures were invalid|At least one invalid signature",
        "The signature of a repository is not valid any more: its key has expired ({name}), or the disk is full.",
        "Fetch the current key, or build on a newer base image.",
        codes=_APT,
    ),
    Cause(
        "apt-hash-mismatch",
        ("Hash Sum mismatch", "File has unexpected size", "Mirror sync in progress"),
        r"Hash Sum mismatch|File has unexpected size",
        "The mirror was being updated, or a proxy delivered an old file.",
        "Build again; if it stays, use another mirror.",
        codes=_APT,
    ),
    Cause(
        "apt-locked",
        ("Could not get lock", "Unable to acquire the dpkg frontend lock", "is another process using it"),
        r"Could not get lock (?P<name>\S+)|frontend lock|is another process using it",
        "Another apt or dpkg is running in the same step.",
        "Do not run package managers in the background or in parallel.",
        codes=_APT,
    ),
    Cause(
        "apt-unmet",
        ("unmet dependencies", "held broken packages", "Depends: ", "Unable to correct problems"),
        r"^\s*(?P<name>\S+) : (?:Pre)?Depends: (?P<text>.*)|held broken packages|unmet dependencies",
        "The packages do not fit together: {name} needs what this release or these repositories do not have.",
        "Take all packages from one release; remove foreign repositories and pinned versions.",
        rules=("missing-apt-package", "foreign-apt-suite"),
        rank=1,
        codes=_APT,
    ),
    Cause(
        "apt-removed-essential",
        ("essential packages", "without --force-yes", "--allow-", "There are problems and -y was used"),
        r"(?:was used without --(?P<name>[\w-]+))",
        "apt stops because what it would do needs --{name}.",
        "Fix what the option warns about (a missing key, a downgrade, a removed essential package).",
        codes=_APT,
    ),
    Cause(
        "apt-asks",
        ("Do you want to continue?", "Abort."),
        r"^Abort\.|Do you want to continue\? \[Y/n\]\s*(?:Abort\.)?$",
        "apt asked whether to go on, and nobody could answer.",
        "Add -y to apt-get install.",
        rules=("missing-apt-yes",),
        rank=1,
    ),
    Cause(
        "apt-https-driver",
        ("method driver", "Is the package apt-transport-https"),
        r"method driver /usr/lib/apt/methods/(?P<name>\S+) could not be found",
        "apt of this release cannot use {name} addresses.",
        "Install apt-transport-https before the repository is added.",
        codes=_APT,
    ),
    Cause(
        "apt-sources-malformed",
        ("Malformed", "list of sources could not be read", "not known on line"),
        r"Malformed (?:line|entry|stanza) (?P<name>.*)|Type '(?P<name2>[^']*)' is not known on line",
        "A file in /etc/apt is not well-formed: {name}.",
        "Correct the line that the step writes; variables in it may be empty.",
        codes=_APT,
    ),
    Cause(
        "apt-key-gone",
        ("apt-key", "add-apt-repository"),
        r"(?P<name>apt-key|add-apt-repository): (?:command )?not found",
        "{name} is not installed.",
        "Use a key file with [signed-by=...] in place of apt-key; add-apt-repository is in software-properties-common.",
        rules=("missing-command",),
        codes=(127,),
    ),
    Cause(
        "gpg-keyserver",
        ("keyserver", "no valid OpenPGP data", "gpg: "),
        r"keyserver (?:receive|refresh) failed: (?P<text>.*)|no valid OpenPGP data found"
        r"|gpg: (?:can't connect to the (?:agent|dirmngr)|.*failed to start|failed to start).*"
        r"|gnupg, gnupg2 and gnupg1 do not seem",
        "gpg got no key: {text}.",
        "Download the key as a file (curl -fsSL https://...) and check it; key servers often fail. gpg "
        "itself is in package gnupg.",
        rules=("missing-command",),
        rank=1,
    ),
    Cause(
        "dpkg-file-missing",
        "cannot access archive",
        r"cannot access archive '?(?P<name>[^':]+)'?",
        "dpkg does not find the file {name}.",
        "Check the name of the file that is downloaded or copied.",
    ),
    Cause(
        "dpkg-error",
        ("Sub-process /usr/bin/dpkg returned", "errors were encountered while processing", "error processing"),
        r"error processing (?:package|archive) (?P<name>\S+)|Sub-process \S+ returned an error code"
        r"|errors were encountered",
        "dpkg could not configure {name}: its installation script failed.",
        "Look at the lines before; common reasons are a service that cannot start in a build, a "
        "missing man directory "
        "(mkdir -p /usr/share/man/man1) or a question (DEBIAN_FRONTEND=noninteractive).",
        rank=1,
        codes=_APT,
    ),
    Cause(
        "debconf-question",
        ("debconf: ", "Please select", "Geographic area:"),
        r"^(?:Geographic area|Country of origin for the keyboard|Time zone):\s*$",
        "A package asks a question during its installation, and nobody can answer.",
        "Set DEBIAN_FRONTEND=noninteractive for the RUN.",
        rank=1,
    ),
    # apk, yum, dnf, zypper
    Cause(
        "apk-package-missing",
        ("(missing):", "(no such package)", "unable to select packages", "unsatisfiable constraints"),
        r"^\s*(?P<name>[^\s(]+) \((?:missing|no such package)\):?",
        "apk has no package {name} in this release of Alpine.",
        "Write the name that this release has, or build on the release that still has it.",
        rules=("missing-apk-package",),
    ),
    Cause(
        "apk-version-missing",
        "breaks: world[",
        r"breaks: world\[(?P<name>[^\]]+)\]",
        "This release of Alpine does not have {name}; it keeps only the newest version of a package.",
        "Remove the version, or pin with '~' (name~=1.2), or build on the Alpine release that has it.",
        rules=("missing-apk-package",),
    ),
    Cause(
        "apk-conflict",
        ("conflicts:", "masked in:", "unable to select packages", "unsatisfiable constraints"),
        r"^\s+(?P<name>\S+):$|unsatisfiable constraints|unable to select packages",
        "apk cannot install the packages together ({name}).",
        "Take all packages from one release of Alpine; an edge repository on an older release does not fit.",
        rank=1,
    ),
    Cause(
        "apk-index",
        ("APKINDEX", "fetching https://dl-cdn", "UNTRUSTED signature"),
        r"(?:WARNING|ERROR): (?:opening|fetching|Ignoring) (?P<name>\S*(?:APKINDEX"
        r"|alpine)\S*): (?P<text>.*)|UNTRUSTED signature",
        "apk cannot use the index {name}: {text}.",
        "Check the release in /etc/apk/repositories (an old one may be gone) and the network.",
        rules=("archived-release",),
        rank=1,
    ),
    Cause(
        "rpm-mirror-gone",
        ("mirrorlist", "repomd.xml", "Cannot find a valid baseurl", "Cannot prepare internal mirrorlist"),
        r"Cannot find a valid baseurl for repo: (?P<name>\S+)|Could not resolve host: mirrorlist\.centos\.org"
        r"|Cannot prepare internal mirrorlist|Failed to download metadata for repo '(?P<name2>[^']+)'"
        r"|(?P<name3>\S+repomd\.xml): \[Errno 14\]",
        "The repository {name} cannot be reached: CentOS and old Fedora releases were moved to "
        "vault.centos.org and the archives.",
        "Build on a supported release (AlmaLinux, Rocky, UBI), or point the repository files at the vault.",
        rules=("archived-release", "end-of-life-base-image"),
    ),
    Cause(
        "rpm-package-missing",
        (
            "No match for argument",
            "No package ",
            "Unable to find a match",
            "No Match for argument",
            "Nothing to do",
            "not found in package names",
        ),
        r"No [Mm]atch for argument: (?P<name>\S+)|No package (?P<name2>\S+) available"
        r"|Unable to find a match: (?P<name3>.+)"
        r"|'(?P<name4>[^']+)' not found in package names",
        "The repositories have no package {name}.",
        "Write the name that this release has, or enable the repository that has it (EPEL, CodeReady Builder).",
        rules=("missing-rpm-package",),
    ),
    Cause(
        "rpm-nothing-to-do",
        "Error: Nothing to do",
        r"Error: Nothing to do",
        "yum found none of the packages, or they are installed already.",
        "Check the names and the repositories.",
        rules=("missing-rpm-package",),
        rank=1,
    ),
    Cause(
        "rpm-url",
        ("curl: (", "cannot open http", "Cannot open: http", "skipping http"),
        r"[Cc]annot open:? (?P<name>http\S+)",
        "The package {name} cannot be downloaded.",
        "Check the address; old versions are removed or moved.",
    ),
    Cause(
        "apt-fetch-refused",
        "Failed to fetch",
        r"Failed to fetch (?P<name>\S+)\s+(?P<text>40[013-9]\b.*|5\d\d\b.*)",
        "The repository refuses the file {name} ({text}): it was closed, or wants a login.",
        "Remove the repository from the image's sources, or write its current address.",
        codes=(100,),
    ),
    Cause(
        "apt-repository-missing",
        ("Cannot add PPA", "is not currently supported, please contact", "changed its '"),
        r"Cannot add PPA: '?(?P<name>[^'\s]+)"
        r"|distribution, identified as \"(?P<name2>[^\"]+)\", is not currently supported"
        r"|Repository '(?P<name3>[^']+)' changed its",
        "The repository does not exist for this release, or was changed: {name}.",
        "Take one that has this release, or build on a release that it has; apt-get "
        "--allow-releaseinfo-change accepts a renamed suite.",
    ),
    Cause(
        "apt-option",
        "E: Command line option",
        r"Command line option (?P<name>.*?) is not (?:understood|known)",
        "apt does not know the option {name}.",
        "Correct the options of apt-get.",
        codes=(100,),
    ),
    Cause(
        "rpm-unmet",
        ("Requires: ", "nothing provides", "conflicting requests", "Protected multilib"),
        r"^\s+Requires: (?P<name>\S.*)|nothing provides (?P<name2>\S+)|conflicting requests"
        r"|Protected multilib",
        "The packages need what these repositories do not have: {name}.",
        "Enable the repository that has it (EPEL, CodeReady Builder), or take all packages from one release.",
        rank=1,
    ),
    Cause(
        "rpm-mirror-gone",
        ("No more mirrors to try", "Cannot retrieve repository metadata"),
        r"^\s+(?P<name>\S+): failure: .*No more mirrors"
        r"|Cannot retrieve repository metadata .* repository: (?P<name2>\S+?)\.",
        "No mirror delivers {name}: the release or the version is gone.",
        "Build on a supported release, or point the repository files at its archive.",
        rules=("archived-release",),
    ),
    Cause(
        "rpm-database",
        "Rpmdb checksum is invalid",
        r"Rpmdb checksum is invalid",
        "The RPM database is damaged by the overlay file system, which old versions of yum do not stand.",
        "Install yum-plugin-ovl first, or put 'touch /var/lib/rpm/*;' before yum.",
    ),
    Cause(
        "rpm-file",
        ("import read failed", "Status code: 404 for"),
        r"error: (?P<name>\S+): import read failed|Status code: 404 for (?P<name2>\S+)",
        "The file {name} cannot be read.",
        "Check the path or address.",
    ),
    Cause(
        "apk-errors",
        " errors; ",
        r"^(?P<name>\d+ errors); .* in \d+ packages",
        "apk had {name}: packages could not be fetched or their scripts failed.",
        "Look at the lines with ERROR above; all packages should come from one release of Alpine.",
        rank=1,
    ),
)
