"""The alias index and the rule facts."""

from __future__ import annotations

import pytest

from dflint.catalog import names, rule
from dflint.catalog.aliases import ALL, GROUP, RULE, closest, resolve
from dflint.catalog.peers import is_peer_code


@pytest.mark.parametrize(
    "text",
    [
        "deprecated-maintainer", "Deprecated-Maintainer", "DL4000", "dl4000", "hadolint:DL4000", "hadolint/DL4000",
        "MaintainerDeprecated", "maintainerdeprecated", "buildkit:MaintainerDeprecated",
        "buildkit/MaintainerDeprecated",
        "tally/buildkit/MaintainerDeprecated", "tally:buildkit/MaintainerDeprecated", "tally/hadolint/DL4000",
    ],
)  # fmt: skip
def test_a_rule_goes_by_all_its_names(text: str) -> None:
    assert resolve(text) == (("deprecated-maintainer",), RULE)


def test_groups() -> None:
    assert resolve("ALL") == (names(), ALL)
    by_category = resolve("deprecation")
    assert by_category is not None
    assert by_category[1] == GROUP
    assert "deprecated-maintainer" in by_category[0]
    by_source = resolve("hadolint")
    assert by_source is not None
    assert by_source[1] == GROUP
    assert "unknown-suppression" not in by_source[0]


@pytest.mark.parametrize("text", ["", "DL9999", "nonsense", "hadolint:", "/", "tally/", "*"])
def test_unknown(text: str) -> None:
    assert resolve(text) is None


def test_closest() -> None:
    assert closest("deprecated-maintaner") == "deprecated-maintainer"
    assert closest("MaintainerDeprecate") == "MaintainerDeprecated"
    assert closest("zzzzzz") is None


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("DL3008", True), ("dl3005", True), ("SC2086", True), ("StageNameCasing", True), ("tally/max-lines", True),
        ("max-lines", True), ("tally/hadolint/DL3001", True), ("shellcheck/SC2046", True), ("DL3999", False),
        ("SC20", False), ("nope", False), ("tally/nope", False), ("", False),
    ],
)  # fmt: skip
def test_peer_codes(code: str, known: bool) -> None:
    assert is_peer_code(code) is known


def test_default_aliases_leave_wider_ones_out() -> None:
    meta = rule("deprecated-maintainer")
    assert meta is not None
    assert "hadolint:DL4000" in meta.default_aliases
    assert all(
        alias.id not in meta.default_aliases
        for name in names()
        if (meta := rule(name)) is not None
        for alias in meta.aliases
        if alias.relation == "wider"
    )


def test_no_such_rule() -> None:
    assert rule("nonsense") is None
