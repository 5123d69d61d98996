"""Real image builders for the end-to-end tests: the Docker engine and buildah behind one small interface."""

from __future__ import annotations

import itertools
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

BUILD_SECONDS = 600
_numbers = itertools.count(1)


class Built:
    """One finished build: whether it passed, its whole log, and the image when there is one."""

    def __init__(self, ok: bool, log: str, image: str | None) -> None:
        self.ok = ok
        self.log = log
        self.image = image

    def tail(self, lines: int = 25) -> str:
        return "\n".join(self.log.splitlines()[-lines:])


class Ran:
    """One run of an image: `ok` when it ended with 0, said what was waited for, or was still alive at the deadline."""

    def __init__(self, ok: bool, output: str) -> None:
        self.ok = ok
        self.output = output


class Builder:
    """What both builders share; the subclasses know the commands."""

    name = ""

    def __init__(self) -> None:
        self._images: list[str] = []
        self._env = dict(os.environ)

    def has(self, image: str) -> bool:
        raise NotImplementedError

    def pull(self, image: str) -> bool:
        raise NotImplementedError

    def build(self, context: Path, dockerfile: Path, arguments: Sequence[str] = (), cache: bool = True) -> Built:
        """Build `dockerfile` with `context`; `arguments` go to the builder as they are (`--build-arg`, `K=V`...)."""
        image = f"dflint-e2e-{os.getpid()}-{next(_numbers)}"
        command = [*self._build_command(image, cache), "-f", str(dockerfile), *arguments, str(context)]
        try:
            done = self._call(command, BUILD_SECONDS)
        except subprocess.TimeoutExpired as late:
            return Built(False, f"{late}", None)
        ok = done.returncode == 0
        if ok:
            self._images.append(image)
        else:
            self._sweep(done.stdout)
        return Built(ok, done.stdout, image if ok else None)

    def run(
        self,
        image: str,
        command: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        until: str | None = None,
        seconds: float = 20,
    ) -> Ran:
        """Start the image with its own ENTRYPOINT and CMD, or `command` in place of both."""
        raise NotImplementedError

    def remove(self, image: str) -> None:
        raise NotImplementedError

    def clean(self) -> None:
        """Remove every image that this object built."""
        while self._images:
            self.remove(self._images.pop())

    def _build_command(self, image: str, cache: bool) -> list[str]:
        raise NotImplementedError

    def _sweep(self, log: str) -> None:
        """Remove what a failed build leaves behind, known by its log."""

    def _call(self, command: Sequence[str], seconds: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )


def _watch(command: Sequence[str], env: Mapping[str, str], until: str | None, seconds: float) -> Ran:
    """Run `command` until it ends, prints `until`, or `seconds` are over; then end it with its children."""
    process = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    deadline, data, said = time.monotonic() + seconds, b"", False
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not said and time.monotonic() < deadline:
            if not selector.select(timeout=0.2):
                continue
            part = os.read(process.stdout.fileno(), 65536)
            if not part:
                break
            data += part
            said = until is not None and until.encode() in data
    alive = not said and time.monotonic() >= deadline
    if said or alive:
        _end(process)
    code = process.wait()
    process.stdout.close()
    ok = said if until is not None else alive or code == 0
    return Ran(ok, data.decode(errors="replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return


class Docker(Builder):
    """`docker build` with BuildKit, on the host's network so that it also works in engines without a bridge."""

    name = "docker"

    def __init__(self) -> None:
        super().__init__()
        self._env["DOCKER_BUILDKIT"] = "1"

    def why_not(self) -> str | None:
        if shutil.which("docker") is None:
            return "docker is not installed"
        try:
            done = self._call(["docker", "version", "--format", "{{.Server.Version}}"], 20)
        except subprocess.TimeoutExpired:
            return "the Docker engine does not answer"
        return None if done.returncode == 0 else "no Docker engine is running"

    def has(self, image: str) -> bool:
        return self._call(["docker", "image", "inspect", image]).returncode == 0

    def pull(self, image: str) -> bool:
        return self._call(["docker", "pull", image], BUILD_SECONDS).returncode == 0

    def run(
        self,
        image: str,
        command: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        until: str | None = None,
        seconds: float = 20,
    ) -> Ran:
        name = f"{image}-run-{next(_numbers)}"
        words = ["docker", "run", "--rm", "--init", "--network=host", "--name", name]
        for key, value in (env or {}).items():
            words += ["--env", f"{key}={value}"]
        words += ["--entrypoint", command[0], image, *command[1:]] if command else [image]
        ran = _watch(words, self._env, until, seconds)
        self._call(["docker", "kill", name])
        return ran

    def remove(self, image: str) -> None:
        self._call(["docker", "rmi", "--force", image])

    def _build_command(self, image: str, cache: bool) -> list[str]:
        fresh = [] if cache else ["--no-cache"]
        return ["docker", "build", "--network=host", "--progress=plain", *fresh, "-t", image]


class Buildah(Builder):
    """`buildah build`; as root without a container runtime it isolates steps with chroot."""

    name = "buildah"

    def __init__(self) -> None:
        super().__init__()
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._env.setdefault("BUILDAH_ISOLATION", "chroot")
        # buildah's own format drops SHELL, HEALTHCHECK and ONBUILD
        self._env["BUILDAH_FORMAT"] = "docker"

    def why_not(self) -> str | None:
        return None if shutil.which("buildah") else "buildah is not installed"

    def use_storage_of(self, image: str) -> None:
        """Base images made as root without overlay support lie in the vfs store: look there as well."""
        if "STORAGE_DRIVER" in self._env or self.has(image):
            return
        self._env["STORAGE_DRIVER"] = "vfs"
        if not self.has(image):
            del self._env["STORAGE_DRIVER"]

    def has(self, image: str) -> bool:
        return self._call(["buildah", "inspect", "--type", "image", _full(image)]).returncode == 0

    def pull(self, image: str) -> bool:
        return self._call(["buildah", "pull", "-q", _full(image)], BUILD_SECONDS).returncode == 0

    def run(
        self,
        image: str,
        command: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        until: str | None = None,
        seconds: float = 20,
    ) -> Ran:
        container = self._call(["buildah", "from", "--pull-never", image]).stdout.split()[-1]
        try:
            words = ["buildah", "run"]
            for key, value in (env or {}).items():
                words += ["--env", f"{key}={value}"]
            words += [container, "--", *(command or self._own_command(image))]
            ran = _watch(words, self._env, until, seconds)
            for _ in range(3):
                # On a busy machine crun fails now and then before it starts anything ("sealing memfd copy").
                if ran.ok or "memfd" not in ran.output:
                    break
                ran = _watch(words, self._env, until, seconds)
            return ran
        finally:
            self._call(["buildah", "rm", container])

    def remove(self, image: str) -> None:
        self._call(["buildah", "rmi", "--force", image])

    def _sweep(self, log: str) -> None:
        stages = re.findall(r"^--> ([0-9a-f]{11,})$", log, re.MULTILINE)
        listed = self._call(["buildah", "containers", "--all", "--format", "{{.ContainerID}} {{.ImageID}}"]).stdout
        for container, image in (line.split() for line in listed.splitlines() if len(line.split()) == 2):
            if image.startswith(tuple(stages)):
                self._call(["buildah", "rm", container])
        for stage in stages:
            self._call(["buildah", "rmi", stage])

    def _own_command(self, image: str) -> list[str]:
        config = json.loads(self._call(["buildah", "inspect", "--type", "image", image]).stdout)["OCIv1"]["config"]
        return [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]

    def _build_command(self, image: str, cache: bool) -> list[str]:
        return ["buildah", "build", "--pull-never", "--layers=false", "--force-rm", "-t", image]


def _full(image: str) -> str:
    return f"docker.io/library/{image}" if "/" not in image else image


def find(name: str, images: Sequence[str]) -> Docker | Buildah | str:
    """The builder of that name, ready to build on `images`; a text with the reason when it is not."""
    builder: Docker | Buildah = Docker() if name == "docker" else Buildah()
    reason = builder.why_not()
    if reason:
        return reason
    if isinstance(builder, Buildah):
        builder.use_storage_of(images[0])
    missing = [image for image in images if not builder.has(image)]
    return f"{name} has no image {', '.join(missing)}" if missing else builder
