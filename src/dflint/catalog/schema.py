"""The shape of ``rules/*.yaml``: checks one rule's page and says what is wrong with it.

Used by the catalogue compiler and the tests only; a run of dflint reads the compiled catalogue.
"""

from __future__ import annotations

from dflint.findings import CATEGORIES, SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SCOPES = ("file", "build", "engine")
FIXES = ("safe", "unsafe", "manual", "none")
RELATIONS = ("same", "wider", "narrower")
SOURCES = (
    "hadolint", "buildkit", "tally", "trivy", "checkov", "kics", "semgrep", "dockerfile-utils", "parfum", "shellcheck",
)  # fmt: skip
TRIGGERS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    "ERROR", "COMMENT", "DIRECTIVE", "HEREDOC", "SUPPRESSION",
)  # fmt: skip
VARIANTS = ("crlf", "no-final-newline", "bom", "backtick", "later-stage")
PROFILES = ("recommended", "hadolint")

REQUIRED = ("name", "summary", "category", "severity", "since", "scope", "messages", "why", "fix", "examples")
OPTIONAL = ("on", "aliases", "profiles", "options", "fix_safety", "references")
EXAMPLE_KEYS = (
    "bad", "good", "fixed", "title", "context", "args", "as_of", "target", "service", "contexts", "safety", "messages",
    "options", "skip", "path", "fix_title", "select", "folder",
)  # fmt: skip
OPTION_TYPES = ("string", "integer", "boolean", "list", "map")


def check_page(page: object, stem: str) -> list[str]:
    """What is wrong with a rule's page (the parsed YAML of ``rules/<stem>.yaml``); empty if nothing is."""
    if not isinstance(page, dict):
        return ["the file is not a mapping"]
    problems = [f"key '{key}' is missing" for key in REQUIRED if key not in page]
    problems += [f"unknown key '{key}'" for key in page if key not in REQUIRED and key not in OPTIONAL]
    if problems:
        return problems
    return [*_scalars(page, stem), *_lists(page), *_aliases(page), *_options(page), *_examples(page)]


def _scalars(page: dict[str, Any], stem: str) -> Iterator[str]:
    if page["name"] != stem:
        yield f"name '{page['name']}' differs from the file name '{stem}'"
    if not isinstance(page["name"], str) or page["name"] != page["name"].lower() or "_" in page["name"]:
        yield "a name is lower case, with dashes"
    for key, allowed in (("category", CATEGORIES), ("severity", SEVERITIES), ("scope", SCOPES), ("fix", FIXES)):
        if page[key] not in allowed:
            yield f"{key} '{page[key]}' is not one of {', '.join(allowed)}"
    for key in ("summary", "since", "why"):
        if not isinstance(page[key], str) or not page[key].strip():
            yield f"{key} must be a text"
    if isinstance(page["summary"], str) and ("\n" in page["summary"].strip() or len(page["summary"]) > 100):
        yield "summary is one line of at most 100 characters"
    messages = page["messages"]
    if not isinstance(messages, dict) or not messages or not all(isinstance(text, str) for text in messages.values()):
        yield "messages must map keys to texts"
    if page["fix"] in ("unsafe", "manual") and not page.get("fix_safety"):
        yield f"fix_safety must say why the fix is {page['fix']}"


def _lists(page: dict[str, Any]) -> Iterator[str]:
    for key, allowed in (("on", TRIGGERS), ("profiles", PROFILES)):
        value = page.get(key, [])
        if not isinstance(value, list):
            yield f"{key} must be a list"
            continue
        for item in value:
            if item not in allowed:
                yield f"{key}: '{item}' is not one of {', '.join(allowed)}"


def _aliases(page: dict[str, Any]) -> Iterator[str]:
    aliases = page.get("aliases", [])
    if not isinstance(aliases, list):
        yield "aliases must be a list"
        return
    for alias in aliases:
        if not isinstance(alias, dict) or set(alias) != {"source", "code", "relation"}:
            yield f"alias {alias!r} must have exactly source, code and relation"
        elif alias["source"] not in SOURCES:
            yield f"alias source '{alias['source']}' is not one of {', '.join(SOURCES)}"
        elif alias["relation"] not in RELATIONS:
            yield f"alias relation '{alias['relation']}' is not one of {', '.join(RELATIONS)}"


def _options(page: dict[str, Any]) -> Iterator[str]:
    options = page.get("options", {})
    if not isinstance(options, dict):
        yield "options must be a mapping of name to {type, default, description}"
        return
    for name, option in options.items():
        if not isinstance(option, dict) or set(option) != {"type", "default", "description"}:
            yield f"option '{name}' must have exactly type, default and description"
        elif option["type"] not in OPTION_TYPES:
            yield f"option '{name}': type is not one of {', '.join(OPTION_TYPES)}"


def _examples(page: dict[str, Any]) -> Iterator[str]:
    examples = page["examples"]
    if page["scope"] == "engine" and examples == []:
        return
    if not isinstance(examples, list) or not all(isinstance(example, dict) for example in examples):
        yield "examples must be a list of mappings"
        return
    if not any("bad" in example for example in examples) or not any("good" in example for example in examples):
        yield "there must be at least one bad and one good example"
    for number, example in enumerate(examples, 1):
        for problem in _example(example):
            yield f"example {number}: {problem}"


def _example(example: dict[str, Any]) -> Iterator[str]:
    for key in example:
        if key not in EXAMPLE_KEYS:
            yield f"unknown key '{key}'"
    if ("bad" in example) == ("good" in example):
        yield "has either bad or good"
    if "fixed" in example and "bad" not in example:
        yield "fixed needs bad"
    for key in ("bad", "good", "fixed"):
        if key in example and not isinstance(example[key], str):
            yield f"{key} must be a text"
    if "bad" in example and isinstance(example["bad"], str) and "^" not in example["bad"]:
        yield "bad marks no span: put a line of ^^^ under the flagged text"
    if example.get("safety", "safe") not in ("safe", "unsafe", "manual"):
        yield "safety is safe, unsafe or manual"
    for item in example.get("skip", []):
        if item not in VARIANTS:
            yield f"skip: '{item}' is not one of {', '.join(VARIANTS)}"
