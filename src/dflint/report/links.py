"""Where on the web a rule's subject is documented."""

from __future__ import annotations

from dflint.catalog import rule

REFERENCE = "https://docs.docker.com/reference/dockerfile/"
# Keywords of the catalogue whose section has another name; the others are "#" and the keyword.
_SECTIONS = {
    "MAINTAINER": "#maintainer-deprecated",
    "DIRECTIVE": "#parser-directives",
    "HEREDOC": "#here-documents",
    "COMMENT": "#syntax",
    "ERROR": "",
    "SUPPRESSION": "",
}


def rule_url(name: str) -> str:
    """The section of the Dockerfile reference on what the rule looks at; ``dflint explain`` has the rule's own page."""
    meta = rule(name)
    if meta is None or not meta.on:
        return REFERENCE
    keyword = meta.on[0]
    return REFERENCE + _SECTIONS.get(keyword, "#" + keyword.lower())
