"""Hypothesis strategies: texts that look more or less like Dockerfiles, and texts that do not."""

from __future__ import annotations

from hypothesis import strategies as st

KEYWORDS = (
    "FROM", "RUN", "CMD", "COPY", "ADD", "ENV", "LABEL", "ARG", "HEALTHCHECK", "ONBUILD", "SHELL", "VOLUME", "EXPOSE",
    "WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER", "ENTRYPOINT", "FOO", "from", "Run", "ONBUILD RUN", "ONBUILD COPY",
    "HEALTHCHECK CMD", "HEALTHCHECK NONE",
)  # fmt: skip
BITS = (
    " ", " ", " ", "\t", "\r", "\\\n", "\\ \n", "\\\r\n", "`\n", "`", "\\", "\"", "'", "=", "--", "--a", "-", "$x",
    "${y:-z}", "--mount=type=cache,target=/x", "--from=a", "[", "]", "\"a\"", ",", "1", "word", "a=b", "a=\"b c\"",
    "<<EOF", "<<-E", "<<'Q'", "\nEOF\n", "\nE\n", "\n\tE\n", "\nQ\n", "# c", "\n# c\n", "\\\n# c\n", "\\\n\n",
    "null", "{}", "as", "é", "\xa0", "\x0b", "\x00", "\ufeff", "\udce9", "<", "\n", "\n\n", "𝄞",
)  # fmt: skip
HEADS = (
    "",
    "# escape=`\n",
    "# syntax=x\n# escape=`\r\n",
    "\ufeff",
    "\ufeff# escape=`\n",
    "#escape=\\\n",
    "\n",
    "# c\n",
)

bits = st.lists(st.sampled_from(BITS), max_size=12).map("".join)
line_ends = st.sampled_from(("\n", "\n", "\r\n", ""))
instructions = st.tuples(
    st.sampled_from(KEYWORDS), st.sampled_from((" ", " ", "\t", "", " \\\n")), bits, line_ends
).map("".join)
dockerfiles = st.tuples(st.sampled_from(HEADS), st.lists(instructions, max_size=5).map("".join)).map("".join)
any_bytes = st.binary(max_size=80)
