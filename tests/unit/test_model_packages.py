"""Package installs, package sources and programs along the stages."""

from __future__ import annotations

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.aptsources import apt_state
from dflint.model.copied import copied_source
from dflint.model.programs import presence_after
from dflint.syntax import parse
from dflint.text import Source


def build(text: str, files: dict[str, str] | None = None, **args: str) -> Build:
    context = MemoryContext(files) if files is not None else None
    return Build(parse(Source(text)), BuildConfig(args=args), context)


def names(text: str, **args: str) -> list[str]:
    """The texts of all packages that the last step installs; '?' where something is not known."""
    step = build("FROM debian:bookworm-slim\n" + text, **args).stages[-1].steps[-1]
    return [spec.text for install in step.installs for spec in install.specs] + [
        "?" for install in step.installs if install.unknown
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN apt-get install -y curl git", ["curl", "git"]),
        (
            "RUN apt-get -qq -o Dpkg::Use-Pty=0 install -t bookworm-backports -y git=1:2 curl/stable",
            ["git=1:2", "curl/stable"],
        ),
        ("RUN DEBIAN_FRONTEND=noninteractive sudo -E apt-get install -y 'curl'", ["curl"]),
        ("ARG V=15\nRUN apt-get install -y postgresql-client-$V", ["postgresql-client-15"]),
        ("ENV P='curl git'\nRUN apt-get install -y $P", ["curl", "git"]),
        ("RUN P='curl git' && apt-get install -y $P", ["curl", "git"]),
        ("RUN for p in curl git; do apt-get install -y $p; done", ["curl", "git"]),
        ("RUN apt-get install -y $(cat list.txt)", ["?"]),
        ("RUN apt-get install -y $UNKNOWN curl", ["curl", "?"]),
        ("RUN cat list.txt | xargs apt-get install -y curl", ["curl", "?"]),
        ("RUN <<EOF\nset -e\napt-get install -y curl\nEOF", ["curl"]),
        ("RUN apt-get remove -y curl", []),
        ("RUN apt-get install -y \\\n  curl \\\n  # why git\n  git", ["curl", "git"]),
        ('RUN ["apt-get", "install", "-y", "curl"]', ["curl"]),
    ],
)
def test_installs(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_build_argument_decides_the_name() -> None:
    assert names("ARG V=13\nRUN apt-get install -y postgresql-client-$V", V="15") == ["postgresql-client-15"]


def test_parts_of_a_package_specification() -> None:
    step = (
        build("FROM debian:12\nRUN apt install -y libc6:i386 git=1:2.39 curl/sid vim- ./x.deb gcc-*\n")
        .stages[0]
        .steps[0]
    )
    specs = step.installs[0].specs
    assert [(s.name, s.arch, s.version, s.suite) for s in specs[:3]] == [
        ("libc6", "i386", None, None), ("git", None, "1:2.39", None), ("curl", None, None, "sid")
    ]  # fmt: skip
    assert [s.installs for s in specs] == [True, True, True, False, True, True]
    assert (specs[4].local, specs[5].pattern) == (True, True)


def foreign(before: str, files: dict[str, str] | None = None) -> bool:
    """Whether sources other than the distribution's may be there after these lines."""
    step = build(f"FROM debian:bookworm-slim\n{before}RUN apt-get install -y x\n", files).stages[-1].steps[-1]
    return apt_state(step, step.installs[0].command).foreign is not None


@pytest.mark.parametrize(
    "before",
    [
        "RUN curl -fsSL https://deb.example.org/setup | bash -\n",
        "RUN add-apt-repository ppa:example/x\n",
        "RUN echo 'deb https://apt.example.org stable main' > /etc/apt/sources.list.d/x.list\n",
        "RUN echo 'deb https://apt.example.org stable main' | tee /etc/apt/sources.list.d/x.list\n",
        "RUN { echo 'Types: deb'; echo 'URIs: https://apt.example.org'; } > /etc/apt/sources.list.d/x.sources\n",
        "RUN cat > /etc/apt/sources.list.d/x.list <<EOF\ndeb https://apt.example.org x main\nEOF\n",
        "COPY x.list /etc/apt/sources.list.d/\n",
        "ADD rootfs.tar.gz /\n",
        "RUN dpkg -i repo.deb\n",
        "RUN apt-get install -y ./repo.deb\n",
        "RUN ./setup.sh\n",
        "RUN sed -i 's/bookworm/trixie/' /etc/apt/sources.list.d/debian.sources\n",
        "RUN $TOOL\n",
    ],
)
def test_sources_that_may_hold_other_names(before: str) -> None:
    assert foreign(before)


@pytest.mark.parametrize(
    "before",
    [
        "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
        "RUN echo 'deb http://deb.debian.org/debian bookworm-backports main' > /etc/apt/sources.list.d/b.list\n",
        "RUN sed -i 's/Components: main/Components: main contrib/' /etc/apt/sources.list.d/debian.sources\n",
        "RUN sed -i 's|deb.debian.org|mirror.example.org|g' /etc/apt/sources.list\n",
        "COPY . /app\n",
        "RUN echo 'Acquire::Retries 3;' > /etc/apt/apt.conf.d/80retries\n",
        "RUN npm ci\n",
        "RUN . /etc/os-release && echo $VERSION_CODENAME\n",
    ],
)
def test_sources_of_the_distribution_only(before: str) -> None:
    assert not foreign(before)


def test_a_readable_script_without_apt_is_harmless() -> None:
    assert not foreign("COPY setup.sh /setup.sh\nRUN /setup.sh\n", {"setup.sh": "#!/bin/sh\nmkdir -p /data\n"})
    assert foreign("COPY setup.sh /setup.sh\nRUN sh /setup.sh\n", {"setup.sh": "apt-key add key\n"})


def test_another_stage_does_not_matter() -> None:
    text = "FROM debian:12 AS a\nRUN add-apt-repository x\nFROM debian:12\nRUN apt-get install -y x\n"
    step = build(text).stages[1].steps[0]
    assert apt_state(step, step.installs[0].command).foreign is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "absent"),
        ("RUN apt-get install -y python3", "absent"),
        ("RUN apt-get install -y python-is-python3", "present"),
        ("RUN ln -s /usr/bin/python3 /usr/bin/python", "present"),
        ("RUN ln -sf $(which python3) /usr/local/bin/python", "present"),
        ("RUN cd /usr/bin && ln -s python3 python", "present"),
        ("RUN update-alternatives --install /usr/bin/python python /usr/bin/python3 1", "present"),
        ("ENV PATH=/opt/venv/bin:$PATH\nRUN python3 -m venv /opt/venv", "present"),
        ("ENV PATH=/opt/tool/bin:$PATH", "unknown"),
        ("ENV PATH=/app/node_modules/.bin:$PATH", "absent"),
        ("RUN curl -L https://example.org/install | sh", "unknown"),
        ("RUN ./install.sh", "unknown"),
        ("COPY --from=python:3.12 /usr/local /usr/local", "unknown"),
        ("COPY --from=python:3.12 /usr/local/bin/python /usr/local/bin/", "present"),
        ("COPY app.py /app/", "absent"),
        ("RUN make install", "unknown"),
        ("RUN conda install python", "unknown"),
        ("RUN apt-get install -y $PACKAGES", "unknown"),
        ("RUN tar -C /usr/local -xzf x.tgz", "unknown"),
        ("RUN tar -xzf x.tgz", "absent"),
    ],
)
def test_python(text: str, status: str) -> None:
    assert presence_after("python", build(f"FROM debian:bookworm-slim\n{text}\n").stages[0]).status == status


def test_python_of_images() -> None:
    for image, status in (
        ("python:3.12-slim", "present"), ("node:22-bookworm-slim", "absent"), ("registry.example.org/x:1", "unknown")
    ):  # fmt: skip
        assert presence_after("python", build(f"FROM {image}\n").stages[0]).status == status


def test_a_copied_file_is_found_through_stages() -> None:
    built = build(
        "FROM debian:12 AS a\nWORKDIR /src\nCOPY . .\nFROM debian:12\nCOPY --from=a /src/bin /opt/bin\nRUN true\n",
        {"bin/run.sh": "x", ".dockerignore": "secret\n"},
    )
    assert copied_source(built.stages[1].steps[-1], "/opt/bin/run.sh") == "bin/run.sh"
    assert copied_source(built.stages[1].steps[-1], "/opt/bin/other.sh") is None
