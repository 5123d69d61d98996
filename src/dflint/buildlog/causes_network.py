"""Causes in the output of downloads, git and checks of files."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    Cause(
        "network-dns",
        (
            "resolve",
            "no such host",
            "ENOTFOUND",
            "EAI_AGAIN",
            "Name or service not known",
            "bad address",
            "Name does not resolve",
            "UnknownHostException",
            "getaddrinfo",
        ),
        r"(?:[Tt]emporary failure (?:in name resolution|resolving) ?|Could not resolve host:? "
        r"|Could not resolve '|unable to resolve host address '"
        r"|no such host|ENOTFOUND |EAI_AGAIN |bad address '|UnknownHostException: "
        r"|Name or service not known|Name does not resolve|getaddrinfo)"
        r"[\u2018'\"]?(?P<name>[\w-]+(?:\.[\w-]+)+)?"
        r"|lookup (?P<name2>[\w.-]+)(?: on \S+)?: no such host",
        "The host {name} cannot be resolved: the build has no network or no DNS, or the host is gone.",
        "Check the name; if it is right, give the builder DNS or --network=host, or try again.",
    ),
    Cause(
        "tls-certificate",
        ("certificate", "CERT", "SSL", "x509"),
        r"unable to get local issuer certificate|certificate verify failed|self[- ]signed certificate"
        r"|UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT"
        r"|certificate (?:of '(?P<name>[^']+)' )?(?:is not trusted|has expired)"
        r"|cannot verify (?P<name2>\S+?)'s certificate"
        r"|x509: certificate|server certificate verification failed|CERT_HAS_EXPIRED"
        r"|problem with the SSL CA cert|SSL certificate problem"
        r"|No system certificates available|cert_authority_invalid|PKIX path building failed",
        "The TLS certificate of {name} cannot be verified in the image.",
        "Install ca-certificates before the step (or update an old base image); behind a proxy add its CA.",
        rules=("missing-ca-certificates",),
    ),
    Cause(
        "tls-protocol",
        ("SSL", "TLS", "ssl", "handshake"),
        r"(?:SSL|TLS|ssl3?).{0,60}(?:protocol version|wrong version number|handshake failure"
        r"|unsupported protocol)|tlsv1 alert|SSL_ERROR_SYSCALL|TLSV1_ALERT"
        r"|handshake_failure|Received fatal alert",
        "The server and the image agree on no version of TLS: the image's OpenSSL or runtime is too "
        "old, or a proxy interferes.",
        "Build on a newer base image.",
    ),
    Cause(
        "download-missing",
        ("404", "410", "403", "The requested URL returned error"),
        r"(?:The requested URL returned error: (?P<code>4\d\d))|ERROR (?P<code2>404|403|410)[:.]"
        r"|HTTP/\S+ (?P<code3>404|410)|server returned error: HTTP/\S+ (?P<code4>4\d\d)"
        r"|HTTP [Ee]rror (?P<code5>40[34])|(?:status|response|Response).{0,20}\b(?P<code6>404|403)\b"
        r"|\b(?P<code7>404) Not Found",
        "A download was refused (HTTP {code}): the file was moved or removed, or a version in the address is wrong.",
        "Check the address and the variables in it.",
    ),
    Cause(
        "download-server",
        ("50", "52"),
        r"returned error: (?P<code>5\d\d)|ERROR (?P<code2>5\d\d)[:.]|HTTP/\S+ (?P<code3>5\d\d)"
        r"|\b(?P<code4>50[0234]) (?:Bad Gateway|Service Unavailable|Gateway Time-?out"
        r"|Internal Server Error|Service Temporarily)",
        "The server of a download failed (HTTP {code}).",
        "Try again later.",
    ),
    Cause(
        "network-unreachable",
        (
            "refused",
            "unreachable",
            "timed out",
            "imeout",
            "reset by peer",
            "ECONN",
            "ETIMEDOUT",
            "Connection failed",
            "curl: (",
            "EOF",
            "Unable to connect",
            "Cannot initiate",
            "RPC failed",
            "connection broken",
        ),
        r"[Cc]onnection (?:refused|reset by peer|timed out)|Network is unreachable"
        r"|[Cc]onnect(?:ion)? timed? ?out|ETIMEDOUT|ECONNRE(?:SET|FUSED)"
        r"|Read timed out|i/o timeout|TLS handshake timeout|Could not connect to (?P<name>\S+)"
        r"|Unable to connect to (?P<name2>\S+)|Cannot initiate the connection to (?P<name3>\S+)"
        r"|Operation timed out|curl: \((?:7|18|28|35|52|56|92)\)|unexpected EOF"
        r"|connection broken by '(?:NewConn|ConnectT|ReadT|Proxy)|RPC failed"
        r"|ESOCKETTIMEDOUT|Failed to connect to (?P<name4>\S+)|connection reset|ReadTimeoutError"
        r"|socket hang up",
        "The connection to {name} failed or took too long.",
        "Try again; if it stays, check proxy, firewall and whether the host still exists.",
    ),
    Cause(
        "checksum-mismatch",
        ("checksum", "FAILED", "digest", "sha256", "SHA256", "did NOT match", "EINTEGRITY", "hashes"),
        r"computed checksums? did NOT match|(?P<name>\S+): FAILED$|digest mismatch|[Cc]hecksum mismatch"
        r"|checksum did not match|EINTEGRITY|DO NOT MATCH THE HASHES"
        r"|[Ss][Hh][Aa]\d+ (?:mismatch|does not match)|BAD signature|no file was verified"
        r"|no properly formatted",
        "A file does not have the expected checksum ({name}): it was replaced, or the download was an error page.",
        "Compare with the publisher's checksum for exactly this version.",
    ),
    Cause(
        "git-auth",
        (
            "could not read Username",
            "Permission denied (publickey",
            "Authentication failed",
            "Repository not found",
            "Host key verification",
            "terminal prompts disabled",
        ),
        r"could not read Username for '(?P<name>[^']+)'|Permission denied \(publickey"
        r"|Authentication failed for '(?P<name2>[^']+)'"
        r"|ERROR: Repository not found|repository '(?P<name3>[^']+)' not found|Host key verification failed",
        "git may not read {name}: the repository is private or gone, and the build has no credentials.",
        "Pass them with --mount=type=ssh or --mount=type=secret; never copy keys into the image.",
    ),
    Cause(
        "git-protocol",
        ("unauthenticated git protocol", "git://"),
        r"unauthenticated git protocol|unable to connect to (?P<name>\S+):|fatal: .*git://(?P<name2>\S+)",
        "The git:// protocol is switched off at the server ({name}).",
        "Use https://, or git config --global url.https://.insteadOf git://.",
    ),
    Cause(
        "git-ref-missing",
        (
            "did not match any file",
            "Remote branch",
            "couldn't find remote ref",
            "unable to read tree",
            "reference is not a tree",
        ),
        r"pathspec '(?P<name>[^']+)' did not match|Remote branch (?P<name2>\S+) not found"
        r"|couldn't find remote ref (?P<name3>\S+)|reference is not a tree: (?P<name4>\S+)",
        "The git repository has no branch, tag or commit {name}.",
        "Check the name; default branches were often renamed from master to main.",
    ),
    Cause(
        "git-not-a-repository",
        ("not a git repository", "dubious ownership"),
        r"not a git repository|dubious ownership in repository",
        "The step asks git about the source, but .git is not in the image (or belongs to another user).",
        "Pass the version as a build argument, or copy .git and allow it with git config safe.directory.",
    ),
    Cause(
        "git-fatal",
        "fatal: ",
        r"fatal: (?P<text>(?:unable to access|repository|could not|Could not|clone|remote|destination"
        r"|unable to).*)",
        "git stopped: {text}.",
        "Check the address and whether the repository is public.",
        rank=1,
    ),
    Cause(
        "archive-invalid",
        (
            "not in gzip format",
            "unexpected end of file",
            "End-of-central-directory",
            "does not look like a tar archive",
            "Error is not recoverable",
            "cannot find or open",
            "unexpected EOF in archive",
            "invalid magic",
            "Child returned status",
            "not recover",
        ),
        r"not in gzip format|gzip: stdin: unexpected end of file"
        r"|End-of-central-directory signature not found|does not look like a tar archive"
        r"|cannot find or open (?P<name>[^\s,]+)|Error is not recoverable|unexpected EOF in archive"
        r"|invalid magic",
        "The file that is unpacked is no archive of that kind: usually the download before it failed "
        "or got an error page.",
        "Download with curl -f (or check the address), so that the step stops where the error is.",
        rank=1,
    ),
    Cause(
        "compressor-missing",
        ("Cannot exec", "exec: "),
        r"tar \(child\): (?P<name>\w+): Cannot exec: No such file|tar: exec (?P<name2>\w+): No such file",
        "tar needs {name} to unpack this file, and it is not installed.",
        "Install it (xz-utils, bzip2, zstd, unzip) before the step.",
        rules=("missing-command",),
    ),
    Cause(
        "tls-wget",
        ("SSL helper", "TLS support", "https"),
        r"can't execute 'ssl_helper'|not an http or ftp url: (?P<name>https\S+)"
        r"|HTTPS support not compiled|Unsupported scheme .https",
        "This image's wget cannot do https.",
        "Install wget or curl with ca-certificates.",
    ),
    Cause(
        "out-of-memory",
        (
            "heap out of memory",
            "OutOfMemoryError",
            "Cannot allocate memory",
            "Killed",
            "signal 9",
            "signal: killed",
            "ENOMEM",
            "out of memory",
            "MemoryError",
            "exit code: 137",
            "code: 137",
            "status 137",
            "Java heap space",
        ),
        r"heap out of memory|OutOfMemoryError|[Cc]annot allocate memory|(?:^|\s)Killed(?:$|\s)"
        r"|signal:? (?:9|killed)|ENOMEM|virtual memory exhausted|out of memory"
        r"|^MemoryError|(?:code:|status) 137|SIGKILL|gc overhead limit|Java heap space",
        "The step ran out of memory and was stopped.",
        "Give the builder more memory or let the step use less (fewer parallel jobs; "
        "NODE_OPTIONS=--max-old-space-size=...).",
        codes=(137,),
    ),
    Cause(
        "segmentation-fault",
        ("Segmentation fault", "core dumped", "Illegal instruction", "qemu: "),
        r"Segmentation fault|core dumped|Illegal instruction|qemu: uncaught target signal",
        "A program crashed; under emulation (QEMU) that is often the emulator's fault.",
        "Build on a machine of the image's platform, or take another version of the program.",
        rank=1,
        codes=(139, 132, 134),
    ),
    Cause(
        "permission-denied",
        ("ermission denied", "EACCES", "Operation not permitted", "EPERM", "Read-only file system"),
        r"EACCES: permission denied, (?:\w+) '(?P<name>[^']+)'"
        r"|[\u2018'\"]?(?P<name2>/[^\s:'\"\u2018\u2019]+)[\u2019'\"]?: Permission denied"
        r"|[Pp]ermission denied:? '?(?P<name3>/[^\s']+)"
        r"|EACCES|(?P<name4>[\w./-]+): [Pp]ermission denied|[Pp]ermission denied"
        r"|[Oo]peration not permitted|Read-only file system",
        "The user of the step may not write or read {name}.",
        "Do it before USER, give the user the directory (COPY --chown, RUN chown), or write elsewhere.",
        rules=("missing-root-privilege",),
        rank=1,
    ),
    Cause(
        "proc-sys",
        ("/proc/", "/sys/", "mount: ", "iptables", "modprobe"),
        r"mount: (?:.*permission denied|.*must be superuser)|sysctl: .*(?:Read-only|permission denied)"
        r"|can't initialize iptables|modprobe: .*",
        "The step changes the kernel or mounts something, which a build may not.",
        "Do it when the container starts (docker run --privileged, --sysctl), not in the build.",
    ),
)
