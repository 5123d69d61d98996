"""Logs of builders that run one step after the other: docker's classic builder, buildah and podman, kaniko."""

from __future__ import annotations

import re

from dflint.buildlog.failure import BuildFailure, Output, exit_code

KEYWORDS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip
_DOCKER_STEP = re.compile(r"Step (\d{1,6})(?:/(\d{1,6}))? : (.*)$")
_BUILDAH_STEP = re.compile(r"(?:\[(\d{1,6})/\d{1,6}\] )?STEP (\d{1,6})(?:/(\d{1,6}))?: (.*)$")
_KANIKO_STEP = re.compile(r"INFO\[\d+\] ((?:" + "|".join(KEYWORDS) + r") .*)$")
_RETURNED = re.compile(r"(?:(?:.{0,200}?)The command '|(?P<cut>))(?P<command>.*)' returned a non-zero code: \d{1,9}")
_TRANSFER = re.compile(r"(?:.{0,200}?)\b((?:COPY|ADD) failed: .*)$")
_DAEMON = re.compile(r"(?:.{0,200}?)\b(?:Error response from daemon|failed to process|failed to build ?): ?(.*)$")
_BUILDAH_STEP_ERROR = re.compile(r"(?:[Ee]rror: )?(?:error )?building at STEP \"(.*?)\": (.*)$")
_BUILDAH_ERROR = re.compile(
    r"(?:Error|error)(?::)? (?=creating build container|building at|COPY --from|parsing |reading multiple stages"
    r"|determining|unable to|no such|short-name|initializing|resolving|pulling|requested|error |unrecognized|Unknown"
    r"|syntax|Dockerfile|Get |no stage|mounting|the option)(.*)$"
)
_KANIKO_ERROR = re.compile(r"(?:error|Error) building image: (.*)$")
_SHELL = ("/bin/sh -c ", "/bin/bash -c ", "/bin/bash -o pipefail -c ", "/bin/ash -eo pipefail -c ")
_DONE = (" ---> ", "--> ")
_RUNNING = " ---> Running in "
# In place of the start of an instruction that the log does not hold.
CUT = "... "
# What builders print around the output of a command.
_NOISE = ("Removing intermediate container ", "subprocess exited with status ", " ---> [Warning]")


class Classic:
    """Reads the lines of sequential builders; ``failures`` are those found so far."""

    def __init__(self) -> None:
        self.seen = False
        self.failures: list[BuildFailure] = []
        self._step: BuildFailure | None = None
        self._loose = Output()  # what was printed outside of steps: an excerpt may lack the step's first lines
        self._first = True
        self._told: set[str] = set()

    def read(self, number: int, text: str) -> None:
        """Take any line; one that is no builder's is output of the step that runs."""
        step = self._begun(text)
        first, self._first = self._first and not text, False
        if step is not None:
            self.seen, self._step = True, step
            self._loose = Output()
        elif not self._ended(number, text):
            self._output(number, text)
        if first:
            self._first = True

    def finish(self) -> list[BuildFailure]:
        """The failures; if there is none, the step in which the log ends, if it ends in one."""
        if not self.failures and self._step is not None and len(self._step.output):
            self.failures.append(self._step)
        return self.failures

    def _begun(self, text: str) -> BuildFailure | None:
        if text.startswith("Step ") and (found := _DOCKER_STEP.match(text)):
            step = BuildFailure("docker", found[3])
            step.index, step.count = int(found[1]), int(found[2]) if found[2] else None
            return step
        if "STEP " in text and (found := _BUILDAH_STEP.match(text)):
            step = BuildFailure("buildah", found[4])
            step.index, step.count = int(found[2]), int(found[3]) if found[3] else None
            step.stage_index = int(found[1]) if found[1] else None
            return step
        if text.startswith("INFO[") and (found := _KANIKO_STEP.match(text)):
            return BuildFailure("kaniko", found[1])
        if self._first and text.split(" ", 1)[0].upper() in KEYWORDS and " " in text:
            return BuildFailure("docker", text)  # an excerpt that begins with the step
        return None

    def _ended(self, number: int, text: str) -> bool:
        """Whether a line ends the step, well or badly."""
        if "returned a non-zero code" in text and (found := _RETURNED.match(text)):
            self._fail(
                "docker", number, text, _run(found["command"]) if found["cut"] is None else CUT + found["command"]
            )
        elif found := _refused(text):
            self._fail("docker", number, found[1], "")
        elif "building at STEP" in text and (found := _BUILDAH_STEP_ERROR.match(text)):
            self._fail("buildah", number, found[2], found[1])
        elif "building image: " in text and (found := _KANIKO_ERROR.match(text)):
            self._fail("kaniko", number, found[1], "")
        elif text[:5] in ("Error", "error") and self._is("buildah", "") and (found := _BUILDAH_ERROR.match(text)):
            self._fail("buildah", number, found[1], "")
        elif (text.startswith(_DONE) and not text.startswith(_RUNNING)) or text.startswith("COMMIT"):
            if self._step is not None and not text.startswith(_NOISE):
                self._step = None
        else:
            return False
        return True

    def _is(self, *builders: str) -> bool:
        return (self._step.builder if self._step is not None else "") in builders

    def _fail(self, builder: str, number: int, message: str, instruction: str) -> None:
        if message in self._told:
            return  # compose and scripts say it again
        self._told.add(message)
        step = self._step or BuildFailure(builder)
        if self._step is None:
            step.output, self._loose = self._loose, Output()
        if not step.instruction or (instruction and builder == "buildah" and not instruction.startswith(step.keyword)):
            step.instruction = instruction  # buildah may run several stages at once
        step.fail(number, message)
        if exit_code(message) is None and self._step is None and self.failures and self.failures[-1].message:
            return  # a second remark about the same failure
        self.seen, self._step = True, None
        self.failures.append(step)

    def _output(self, number: int, text: str) -> None:
        if not text.startswith((*_NOISE, _RUNNING)):
            (self._loose if self._step is None else self._step.output).add(number, text)


def _refused(text: str) -> re.Match[str] | None:
    """What docker says where no command failed."""
    if " failed: " in text and (found := _TRANSFER.match(text)):
        return found
    return _DAEMON.match(text) if "daemon" in text or "failed to " in text else None


def _run(command: str) -> str:
    """The RUN instruction of the command in docker's message."""
    for shell in _SHELL:
        if command.startswith(shell):
            return "RUN " + command.removeprefix(shell)
    return "RUN " + command
