"""Every example of every rule's page, as it stands and in its mechanical variants (see ``examples.py``)."""

from __future__ import annotations

import pytest

from dflint.catalog import pages
from examples import VARIANTS, check_all_rules, check_example

CASES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name, page in sorted(pages().items())
    for number, example in enumerate(page["examples"], 1)
]


@pytest.mark.parametrize(("name", "example"), CASES)
def test_example(name: str, example: dict[str, object]) -> None:
    check_example(name, example)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("name", "example"), CASES)
def test_variant(name: str, example: dict[str, object], variant: str) -> None:
    if not check_example(name, example, variant):
        pytest.skip("this variant says nothing for this example")


@pytest.mark.parametrize(("name", "example"), CASES)
def test_all_rules(name: str, example: dict[str, object]) -> None:
    check_all_rules(name, example)
