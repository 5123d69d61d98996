"""What dflint says of pairs of Dockerfiles that were built for real; see `pairs.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from builders import Builder
from pairs import Pair, confirm, faults, pairs, why_not

ALL = pairs()
# With a builder at hand the cheapest ones are built again; DFLINT_REALBUILD=1 builds all of them.
SAMPLE = 6


def quick() -> list[Pair]:
    if os.environ.get("DFLINT_REALBUILD") == "1":
        return ALL
    return sorted(ALL, key=lambda pair: (pair.truth.get("seconds", 0), pair.name))[:SAMPLE]


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.name)
def test_the_cause_is_named_and_the_control_is_silent(pair: Pair, tmp_path: Path) -> None:
    assert faults(pair, tmp_path) == []


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.name)
def test_a_real_build_has_told_the_truth(pair: Pair) -> None:
    assert pair.truth, "never built: python tests/e2e/pairs.py --confirm " + pair.name
    assert pair.truth["digest"] == pair.digest(), "changed since it was built: confirm it again"
    assert pair.truth["control"] == "works"
    assert pair.truth["failing"] == ("run fails" if pair.runs else "build fails")
    assert pair.truth.get("fixed") == ("works" if pair.fixed else None)


@pytest.mark.realbuild
@pytest.mark.slow
@pytest.mark.parametrize("pair", quick(), ids=lambda pair: pair.name)
def test_a_real_build_still_tells_it(builder: Builder, pair: Pair, tmp_path: Path) -> None:
    reason = why_not(pair, builder)
    if reason:
        pytest.skip(reason)
    assert confirm(pair, builder, tmp_path)[1] == []
