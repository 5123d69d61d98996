"""When a build needs the package sources of its base image, and the sources that steps add."""

from __future__ import annotations

import pytest

from dflint.model import Build
from dflint.model.aptlines import added_sources
from dflint.model.ownsources import first_need
from dflint.syntax import parse
from dflint.text import Source


def build(text: str) -> Build:
    return Build(parse(Source(text)))


def need(body: str, image: str = "debian:bookworm") -> str | None:
    made = build(f"FROM {image}\n{body}\n")
    found = first_need(made, made.stages[0])
    return None if found is None else made.file.source.text[found.command.span.start : found.command.span.end]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("RUN apt-get update && apt-get install -y curl", "apt-get update"),
        ("RUN apt-get -qq update", "apt-get -qq update"),
        ("RUN apt-get update || true; apt-get install -y curl", "apt-get install -y curl"),
        ("RUN apt-get update; true", None),
        ("RUN apt-get install -y ./local.deb", None),
        ("RUN apt-get -s install curl", None),
        ("RUN sed -i 's/main/main contrib/' /etc/apt/sources.list\nRUN apt-get update", "apt-get update"),
        (
            "RUN sed -i 's/deb.debian.org/ftp.de.debian.org/' /etc/apt/sources.list\nRUN apt-get update",
            "apt-get update",
        ),
        ("RUN sed -i 's/deb.debian.org/archive.debian.org/' /etc/apt/sources.list\nRUN apt-get update", None),
        ("RUN sed -i '/updates/d' /etc/apt/sources.list && apt-get update", None),
        (
            "RUN echo 'deb http://example.org x main' > /etc/apt/sources.list.d/x.list && apt-get update",
            "apt-get update",
        ),
        ("RUN echo 'deb http://example.org x main' >> /etc/apt/sources.list && apt-get update", "apt-get update"),
        ("RUN echo 'deb http://example.org x main' > /etc/apt/sources.list && apt-get update", None),
        ("RUN rm -rf /etc/apt/sources.list.d && apt-get update", None),
        ("RUN cd /etc/apt && cp new sources.list && apt-get update", None),
        ("COPY sources.list /etc/apt/\nRUN apt-get update", None),
        ("COPY x.list /etc/apt/sources.list.d/x.list\nRUN apt-get update", "apt-get update"),
        ("COPY 90yes /etc/apt/apt.conf.d/\nRUN apt-get update", "apt-get update"),
        ("COPY app /srv/app\nRUN apt-get update", "apt-get update"),
        ("COPY rootfs/ /\nRUN apt-get update", None),
        ("ENV APT_CONFIG=/x\nRUN apt-get update", None),
        ("RUN ./prepare.sh && apt-get update", None),
        ("RUN curl -fsSL https://example.org/x | bash\nRUN apt-get update", None),
        ("RUN eval $X && apt-get update", None),
        ("RUN true", None),
    ],
)
def test_apt(body: str, found: str | None) -> None:
    assert need(body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("RUN yum install -y httpd", "yum install -y httpd"),
        ("RUN yum -y update", "yum -y update"),
        ("RUN yum clean all", None),
        ("RUN yum install -y https://example.org/x.rpm", None),
        ("RUN sed -i s/x/y/ /etc/yum.repos.d/CentOS-Base.repo && yum -y update", None),
        ("COPY vault.repo /etc/yum.repos.d/\nRUN yum -y update", None),
        ("RUN yum --disablerepo=* --enablerepo=mine install -y x", None),
    ],
)
def test_yum(body: str, found: str | None) -> None:
    assert need(body, "centos:7") == found


def test_the_need_may_be_in_a_later_stage() -> None:
    made = build("FROM debian:buster AS base\nENV A=1\nFROM base\nRUN apt-get update\nFROM alpine\nRUN apk add curl\n")
    found = first_need(made, made.stages[0])
    assert found is not None and found.step.stage.index == 1
    assert first_need(made, made.stages[2]) is None


def test_a_stage_that_changed_them_hides_those_after_it() -> None:
    made = build("FROM debian:buster AS base\nRUN sh /fix\nFROM base\nRUN apt-get update\n")
    assert first_need(made, made.stages[0]) is None


@pytest.mark.parametrize(
    ("run", "lines"),
    [
        ("echo 'deb http://example.org/debian buster main' > /etc/apt/sources.list.d/x.list",
         [("example.org", "buster")]),
        ("echo deb http://example.org/debian buster/ main >> /etc/apt/sources.list", [("example.org", "buster")]),
        ("echo 'deb [arch=amd64 trusted=yes] https://example.org x y' | sudo tee /etc/apt/sources.list.d/x.list",
         [("example.org", "x")]),
        ("printf 'deb http://a.example.org x main\\ndeb-src http://b.example.org y main\\n' > /etc/apt/sources.list",
         [("a.example.org", "x"), ("b.example.org", "y")]),
        ("echo 'deb http://example.org/debian buster main' > /tmp/x", []),
        ("echo \"deb http://example.org/debian $(lsb_release -cs) main\" > /etc/apt/sources.list.d/x.list", []),
        ("echo '# deb http://example.org/debian buster main' > /etc/apt/sources.list", []),
        ("add-apt-repository 'deb http://example.org/debian buster main'", [("example.org", "buster")]),
        ("add-apt-repository ppa:x/y", []),
        ("sed 's/bullseye main/bullseye-backports main/' /etc/apt/sources.list > /etc/apt/sources.list.d/b.list",
         [("", "bullseye-backports")]),
        ("sed 's/bullseye main/bullseye-backports main/' /etc/apt/sources.list", []),
        ("sed -i 's/http/https/' /etc/apt/sources.list", []),
    ],
)  # fmt: skip
def test_added_sources(run: str, lines: list[tuple[str, str]]) -> None:
    step = build(f"FROM debian:bookworm\nRUN {run}\n").stages[0].steps[0]
    found = [line for command in step.commands for line in added_sources(step, command)]
    assert [(line.host, line.suite) for line in found] == lines


def test_added_sources_in_here_documents() -> None:
    text = "FROM debian:bookworm\nRUN cat <<'EOF' > /etc/apt/sources.list.d/x.sources\nTypes: deb\nURIs: http://example.org/d\n"
    step = build(text + "Suites: buster buster-updates\nComponents: main\nEOF\n").stages[0].steps[0]
    found = [line for command in step.commands for line in added_sources(step, command)]
    assert [(line.host, line.suite) for line in found] == [("example.org", "buster"), ("example.org", "buster-updates")]
