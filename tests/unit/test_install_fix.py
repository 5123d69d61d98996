"""Where the fix of `rules/_install.py` puts a package: the texts before and after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine_helpers import made_up_rules

import dflint
from dflint.engine import RuleContext
from dflint.findings import Finding
from dflint.model.step import Step
from dflint.rules._install import install_package

LISTS = " && rm -rf /var/lib/apt/lists/*"


def _needs_zip(ctx: RuleContext) -> Iterator[Finding]:
    """Every `zip` needs the package of that name, unless a list has it."""
    for stage in ctx.build.stages:
        for step in stage.steps:
            for command in step.commands:
                if command.prog == "zip" and not _listed(step):
                    fix = install_package(ctx, step, "zip", "unzip", command=command)
                    yield ctx.finding(command.span, fixes=[fix])


def _listed(step: Step) -> bool:
    return any(spec.name == "zip" for each in step.stage.steps for install in each.installs for spec in install.specs)


def repaired(text: str) -> str:
    with made_up_rules(scope="build", needs_zip=_needs_zip) as settings:
        result = dflint.fix(text, settings=settings)
    return result.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a sorted list on one line keeps its order; both names go together
        ("RUN apt-get install -y curl wget && zip x\n", "RUN apt-get install -y curl unzip wget zip && zip x\n"),
        # an unsorted one grows at its end
        ("RUN apt-get install -y wget curl && zip x\n", "RUN apt-get install -y wget curl unzip zip && zip x\n"),
        # one name per line
        (
            "RUN apt-get install -y \\\n      curl \\\n      git \\\n && zip x\n",
            "RUN apt-get install -y \\\n      curl \\\n      git \\\n      unzip \\\n      zip \\\n && zip x\n",
        ),
        (
            "RUN apt-get install -y \\\n    wget \\\n    xz-utils && zip x\n",
            "RUN apt-get install -y \\\n    unzip \\\n    wget \\\n    xz-utils \\\n    zip && zip x\n",
        ),
        # the nearest earlier list counts, not one that comes later
        (
            "RUN apt-get install -y a1\nRUN apt-get install -y b1\nRUN zip x && apt-get install -y c1\n",
            "RUN apt-get install -y a1\nRUN apt-get install -y b1 unzip zip\nRUN zip x && apt-get install -y c1\n",
        ),
        # lists for another purpose, or that may not run, are left alone; the new RUN comes after them
        (
            "RUN apt-get install -y -t sid a1; apt-get install b1 || true\nRUN zip x\n",
            "RUN apt-get install -y -t sid a1; apt-get install b1 || true\n"
            "RUN apt-get update \\\n && apt-get install -y --no-install-recommends unzip zip \\\n"
            + LISTS
            + "\nRUN zip x\n",
        ),
        # no list: a RUN of its own, before what changes often, while still root
        (
            "ENV A=1\nCOPY . .\nUSER games\nRUN zip x\n",
            "ENV A=1\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends unzip zip \\\n"
            + LISTS
            + "\n"
            "COPY . .\nUSER games\nRUN zip x\n",
        ),
    ],
)
def test_place(before: str, after: str) -> None:
    assert repaired("FROM debian:bookworm\n" + before) == "FROM debian:bookworm\n" + after


def test_other_managers_write_their_own_run() -> None:
    assert (
        repaired("FROM alpine:3.20\nRUN zip x\n") == "FROM alpine:3.20\nRUN apk add --no-cache unzip zip\nRUN zip x\n"
    )
    fixed = repaired("FROM fedora:40\nRUN zip x\n")
    assert fixed == "FROM fedora:40\nRUN dnf install -y unzip zip && dnf clean all\nRUN zip x\n"


@pytest.mark.parametrize(
    "text",
    [
        "FROM example.org/base\nRUN zip x\n",  # unknown package manager
        "FROM scratch\nRUN zip x\n",
    ],
)
def test_no_place(text: str) -> None:
    assert repaired(text) == text


def test_sources_that_are_set_up_first_stay_first() -> None:
    text = "FROM debian:bookworm\nCOPY my.list /etc/apt/sources.list.d/\nCOPY app /app\nRUN zip x\n"
    fixed = repaired(text)
    assert fixed.index("my.list") < fixed.index("COPY app") < fixed.index("apt-get install") < fixed.index("RUN zip")
