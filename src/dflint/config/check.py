"""Checks values of a configuration; every complaint is one line that names the place and the closest valid word."""

from __future__ import annotations

from dflint.catalog import records
from dflint.catalog.aliases import closest as closest_selector
from dflint.catalog.aliases import resolve
from dflint.config.settings import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def fail(where: str, problem: str) -> ConfigError:
    """The error to raise."""
    return ConfigError(f"{where}: {problem}")


def hint(word: str, valid: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or the valid words where nothing is near and they are few."""
    from difflib import get_close_matches

    words = sorted(valid)
    found = get_close_matches(word.lower().replace("_", "-"), words, 1, 0.5)
    if found:
        return f"; did you mean '{found[0]}'?"
    return f"; valid are {', '.join(words)}" if 0 < len(words) <= 20 else ""


def check_keys(where: str, table: dict[Any, Any], valid: Iterable[str], what: str = "key") -> None:
    """Raise for a key that is not valid."""
    known = tuple(valid)
    for key in table:
        if key not in known:
            raise fail(where, f"unknown {what} '{key}'{hint(str(key), known)}")


def check_text(where: str, key: str, value: Any) -> str:
    """A text without control characters."""
    if not isinstance(value, str) or "\0" in value or "\n" in value:
        raise fail(where, f"{key} must be a text, not {_kind(value)}")
    return value


def check_list(where: str, key: str, value: Any) -> tuple[str, ...]:
    """A list of texts; a single text counts as a comma list."""
    if isinstance(value, str):
        return tuple([item.strip() for item in value.split(",") if item.strip()])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise fail(where, f"{key} must be a list of texts, not {_kind(value)}")
    return tuple(value)


def check_choice(where: str, key: str, value: Any, valid: tuple[str, ...]) -> str:
    """One of a few words."""
    if value not in valid:
        raise fail(where, f"{key} must be one of {', '.join(valid)}, not {value!r}"[:300])
    return str(value)


def check_selectors(where: str, key: str, selectors: tuple[str, ...]) -> tuple[str, ...]:
    """Names that select rules; raises for one that means nothing.

    ``ignore`` may name a peer's rule that dflint does not have: there is nothing to ignore then.
    """
    for selector in selectors:
        if resolve(selector) is None:
            from dflint.catalog.peers import is_peer_code

            if not is_peer_code(selector):
                raise fail(where, f"{key}: {unknown_rule(selector)}")
            if key != "ignore":
                raise fail(where, f"{key}: dflint has no rule for '{selector}'")
    return selectors


def unknown_rule(selector: str) -> str:
    """What to say about a name that is no rule's."""
    near = closest_selector(selector)
    return f"unknown rule '{selector}'" + (f"; did you mean '{near}'?" if near is not None else "")


def check_option(where: str, rule: str, name: str, value: Any) -> Any:
    """The value of a rule's option: the option has to exist and the value to be of its default's kind."""
    defaults = dict(records()[rule][10])
    if name not in defaults:
        raise fail(where, f"rule '{rule}' has no option '{name}'{hint(name, [*defaults, 'severity'])}")
    wanted = type(defaults[name])
    if type(value) is not wanted:
        raise fail(where, f"option '{name}' of '{rule}' must be {_kind(defaults[name])}, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a number", list: "a list", dict: "a table", float: "a number"}
    return kinds.get(type(value), f"a {type(value).__name__}")
