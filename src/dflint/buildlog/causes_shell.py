"""Causes in the output of shells, and about users, scripts and libraries."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    # users
    Cause(
        "user-exists",
        ("already exists", "already in use", "is not unique", "in use"),
        r"(?:user|group) '?(?P<name>[^\s']+)'? (?:already exists|in use)"
        r"|[UG]ID '?(?P<name2>\d+)'? (?:already exists|in use|is not unique)"
        r"|[ug]id '(?P<name3>\d+)' in use",
        "The user, group or number {name} exists in the base image already.",
        "Use the one that is there, or take another name or number.",
        rules=("duplicate-user",),
    ),
    Cause(
        "user-missing",
        (
            "invalid user",
            "invalid group",
            "unknown user",
            "does not exist",
            "unknown group",
            "no such user",
            "looking up user",
        ),
        r"(?:chown|chgrp|install|setpriv): (?:invalid|unknown) (?:user"
        r"|group):? ?['\"\u2018]?(?P<name>[^'\"\u2019\s]+)"
        r"|(?:(?:unknown )?(?:user|group)) '?(?P<name2>[\w.-]+)'? does not exist|unknown (?:user"
        r"|group)(?:/group)? (?!error)(?P<name3>\S+)|no such user: '?(?P<name4>\S+)"
        r"|looking up (?:user|group) \"(?P<name5>[^\"]+)",
        "There is no user or group {name} in the image at this point.",
        "Create it before, in the same stage (useradd, adduser), or use its number.",
    ),
    Cause(
        "user-option",
        ("adduser: ", "useradd: ", "addgroup: ", "groupadd: "),
        r"(?P<name>adduser|useradd|addgroup|groupadd): (?:unrecognized|invalid|unknown) option.*"
        r"|(?P<name2>adduser|addgroup): Only one or two names",
        "{name} of this base image takes other options: Alpine's and Debian's differ.",
        "Use the options of this distribution (Alpine: adduser -D -H -u; Debian: useradd --create-home).",
    ),
    # shells
    Cause(
        "shell-crlf",
        ("\\r", "^M", "$'\\r'"),
        r"\$'\\r': command not found|\^M|'[^']*\\r'|\\r: (?:not found|No such)|env: .*\\r",
        "A script has Windows line ends (CRLF), so the shell or the kernel looks for names that end in "
        "a carriage return.",
        "Store the file with LF (.gitattributes: *.sh text eol=lf), or convert it in the build with sed -i 's/\\r$//'.",
        rules=("wrong-script-line-ends",),
    ),
    Cause(
        "shell-dialect",
        (
            "Bad substitution",
            "Illegal option -o pipefail",
            "[[: not found",
            "source: not found",
            "syntax error",
            "Syntax error",
        ),
        r"(?P<name>Bad substitution|Illegal option -o pipefail|\[\[: not found|source: not found"
        r"|pushd: not found|shopt: not found)"
        r"|sh: \d+: (?P<name2>Syntax error: .*)|sh: (?P<name3>syntax error: .*)"
        r"|line \d+: (?P<name4>syntax error.*)",
        "The shell does not understand the command ({name}): /bin/sh is no bash in this image, or a "
        "quote or word is missing.",
        "Write it for sh ('.' for source, '[ ]' for '[[ ]]'), or set SHELL [\"/bin/bash\", \"-c\"] "
        "where bash is installed.",
        rules=(
            "misread-shell-syntax",
            "unsupported-shell-syntax",
        ),
        codes=(127,),
    ),
    Cause(
        "python-command-missing",
        ("not found", "No such file"),
        r"(?:^|[:\s])(?P<name>python|pip)(?:: (?:command )?not found|['\u2019]?: No such file or directory$)",
        "There is no command {name} here: Debian and Ubuntu name it {name}3.",
        "Write {name}3, or install python-is-python3 or python3-pip.",
        rules=("missing-python-command", "missing-command"),
        codes=(127,),
    ),
    Cause(
        "variable-unset",
        ("parameter not set", "unbound variable", "parameter null or not set", "sh: "),
        r"(?P<name>\w+): (?:parameter (?:null or )?not set|unbound variable)"
        r"|^(?:/bin/)?(?:ba|da)?sh: (?:(?:line )?\d+: )?(?P<name2>[A-Z_][A-Z0-9_]+): "
        r"(?P<text>(?!.*(?:not found|denied)).+)",
        "The variable {name} has no value. {text}",
        "Declare it with ARG in this stage and pass --build-arg, or set it with ENV.",
        rules=("undefined-variable",),
    ),
    Cause(
        "no-shell",
        'exec: "/bin/sh"',
        r"exec: \"/bin/sh\": stat /bin/sh: no such file",
        "The stage has no shell: its base is scratch or a distroless image.",
        "Do the RUN in an earlier stage and COPY the result.",
    ),
    Cause(
        "script-missing",
        ("not found", "No such file or directory"),
        r"^\s*(?:\S+: (?:line )?\d+: |(?:\S*/)?(?:ba|da|a|z)?sh: )(?:\S+: )?(?P<name>[.~]{0,2}/[^\s:'\"]*)"
        r": (?:not found|No such file or directory)$"
        r"|^(?:\S*/)?sh: (?:\d+: )?(?:[Cc]an't open|cannot open) '?(?P<name2>[^\s:']+)'?(?:: No such file)?",
        "{name} cannot be started: the file does not exist at this point of the build, or the "
        "interpreter in its first "
        "line does not (also when its lines end in CRLF).",
        "Copy the file before this step and check the path against WORKDIR; store scripts with LF line ends.",
        rules=("wrong-script-line-ends",),
        codes=(127,),
    ),
    Cause(
        "command-missing",
        ("not found", "Command not found", "No such file or directory", "ENOENT"),
        r"^\s*(?:\S+: (?:line )?\d+: |(?:\S*/)?(?:ba|da|a|z)?sh: )(?:\S+: )?(?P<name>[^\s:'\"/]+)"
        r": (?:command )?not found\s*$"
        r"|^(?P<name2>[\w.+-]+): (?:command )?not found$|zsh: command not found: (?P<name3>\S+)"
        r"|make(?:\[\d+\])?: (?P<name4>[\w.+-]+): (?:Command not found|No such file or directory)"
        r"|spawn (?P<name5>[\w.+-]+) ENOENT|(?:^|\s)(?P<name6>git|svn|hg|unzip) was not found, check",
        "The command {name} is not installed at this point of the build.",
        "Install the package that has it in this stage, before this step.",
        rules=("missing-command", "missing-python-command"),
        codes=(127,),
    ),
    Cause(
        "command-missing",
        ("No such file or directory", "executable file not found"),
        r"(?:/usr/bin/env|env): [\u2018'\"]?(?P<name>[\w.+-]+)[\u2019'\"]?: No such file or directory"
        r"|xargs: (?P<name2>\S+): No such file|exec: (?P<name3>\S+): not found"
        r"|sudo: (?P<name4>\S+): command not found",
        "The command {name} is not installed at this point of the build.",
        "Install the package that has it in this stage, before this step.",
        rules=("missing-command", "missing-python-command"),
        codes=(127,),
    ),
    Cause(
        "script-not-executable",
        "ermission denied",
        r"(?:/bin/)?(?:ba|da|a)?sh: (?:(?:line )?\d+: )?(?P<name>[./~][^\s:]*): Permission denied",
        "{name} may not be executed: the file lacks the x permission.",
        "Add RUN chmod +x (or COPY --chmod=755), call it through its shell, or set the bit in git.",
        rules=("unexecutable-start-script",),
        codes=(126,),
    ),
    Cause(
        "directory-missing",
        ("cd: ", "can't cd"),
        r"cd: (?:line \d+: |\d+: )?(?:can't cd to )?(?P<name>[^\s:]+)(?:: No such file or directory)?$"
        r"|can't cd to (?P<name2>\S+)",
        "The directory {name} does not exist at this point of the build.",
        "Create it or copy it first; a cd does not last from one RUN to the next (use WORKDIR).",
    ),
    Cause(
        "sudo-missing",
        "sudo: ",
        r"sudo: (?P<text>(?:effective uid|no tty|unable|a password|PERM|setrlimit).*)",
        "sudo does not work in the build: {text}.",
        "Use USER root in place of sudo.",
    ),
    Cause(
        "no-systemd",
        ("systemctl", "systemd", "invoke-rc.d", "upstart"),
        r"System has not been booted with systemd|Failed to connect to bus"
        r"|Failed to get D-Bus connection|Unable to connect to Upstart",
        "There is no init system in a build, so services cannot be started or asked.",
        "Remove the systemctl or service call; start the program with CMD.",
        rules=("missing-command",),
    ),
    Cause(
        "locale-missing",
        ("Can't set locale", "unsupported locale setting", "cannot change locale"),
        r"unsupported locale setting|Can't set locale",
        "The locale is not installed.",
        "Set LC_ALL=C.UTF-8, or install locales and generate it.",
    ),
    Cause(
        "glibc-missing",
        ("GLIBC_", "GLIBCXX_", "not found (required by", "ld-linux"),
        r"version `(?P<name>GLIBC(?:XX)?_[\w.]+)' not found|ld-linux\S*: No such file",
        "A program was built for a newer C library ({name}) than the base image has.",
        "Use a newer base image, or a build of the program for this one (on Alpine: one for musl).",
    ),
    Cause(
        "library-missing",
        ("error while loading shared libraries", "cannot open shared object file", "Error loading shared library"),
        r"error while loading shared libraries: (?P<name>[^\s:]+)"
        r"|(?P<name2>lib[\w.+-]+): cannot open shared object"
        r"|Error loading shared library (?P<name3>[^\s:]+)",
        "The shared library {name} is not installed in this stage.",
        "Install the package that has it (the run-time one, not only -dev, in the stage that runs the program).",
    ),
)
