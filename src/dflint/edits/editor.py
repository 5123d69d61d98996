"""The editor: one verb per kind of change, each an ``Edit`` or None where the change would not be right."""

from __future__ import annotations

from dflint.edits.layout import Layout
from dflint.edits.quoting import is_plain, json_string, pair_value, shell_word
from dflint.syntax.nodes import Copy, Instruction, KeyValue, Word
from dflint.text import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from dflint.shell import Command, Opaque, Script, ShWord
    from dflint.syntax.nodes import File, Flag, From, Node

    AnyWord: TypeAlias = Word | ShWord
    AnyScript: TypeAlias = Script | Opaque | None


class Editor:
    """Makes edits for one file. Inserted text is written with ``\\n`` and ``\\``; the editor adapts it to the file."""

    __slots__ = ("file", "layout", "text")

    def __init__(self, file: File) -> None:
        self.file = file
        self.text = file.source.text
        self.layout = Layout(file)

    # -- plain text -------------------------------------------------------------------------------------------

    def replace(self, where: Span | Node, text: str, *, broken: bool = False) -> Edit | None:
        """Replace a range by a text as it stands (only line ends are adapted).

        broken  True for rules about syntax: the range may lie in an instruction that could not be read.
        """
        span = where if isinstance(where, Span) else where.span
        new = text.replace("\r\n", "\n").replace("\n", self.layout.eol) if "\n" in text else text
        if self.text[span.start : span.end] == new or (not broken and self.layout.in_error(span)):
            return None
        return Edit(span, new)

    def delete(self, where: Span | Node) -> Edit | None:
        """Delete a range and nothing else."""
        return self.replace(where, "")

    def insert_before(self, where: Span | Node, text: str) -> Edit | None:
        """Insert a text right before a range."""
        start = where.start if isinstance(where, Span) else where.span.start
        return self.replace(Span(start, start), text)

    def insert_after(self, where: Span | Node, text: str) -> Edit | None:
        """Insert a text right after a range."""
        end = where.end if isinstance(where, Span) else where.span.end
        return self.replace(Span(end, end), text)

    # -- words ------------------------------------------------------------------------------------------------

    def replace_word(self, word: AnyWord, text: str) -> Edit | None:
        """Make a word mean exactly ``text``: quoted as the place demands, the word's own quotes kept."""
        if not isinstance(word, Word) and not word.exact:
            return None
        old = self.text[word.span.start : word.span.end]
        if self._is_json(word.span):
            return self.replace(word.span, json_string(text)) if self._whole_json(word) else None
        if "\n" in old:
            return None  # a continuation inside the word would be lost
        quote = old[0] if len(old) > 1 and old[0] in "'\"" and old[-1] == old[0] and old.count(old[0]) == 2 else ""
        if quote and is_plain(text):
            return self.replace(word.span, quote + text + quote)
        if is_plain(text):
            return self.replace(word.span, text)
        if isinstance(word, Word) or self._quoted_outside(word.span):
            return None
        return self.replace(word.span, shell_word(text))

    def replace_value(self, pair: KeyValue, text: str, *, variables: bool = True) -> Edit | None:
        """Give a pair of ENV, LABEL or ARG another value; with ``variables`` its ``$x`` stay variables."""
        value = self.quote_value(text, variables=variables)
        return self.replace(pair.value.span, value) if pair.value is not None else None

    def quote_value(self, text: str, *, variables: bool = True) -> str:
        """A value as ENV, LABEL and ARG need it written; with ``variables`` its ``$x`` stay variables."""
        return pair_value(text, self.file.escape, variables)

    def insert_word_after(self, word: AnyWord, *texts: str) -> Edit | None:
        """Insert words after a word: ``, "x"`` in a JSON array, `` x`` elsewhere. ``texts`` are literal words."""
        return self._insert_words(word, texts, after=True)

    def insert_word_before(self, word: AnyWord, *texts: str) -> Edit | None:
        """Insert words before a word; see ``insert_word_after``."""
        return self._insert_words(word, texts, after=False)

    def _insert_words(self, word: AnyWord, texts: Sequence[str], after: bool) -> Edit | None:
        if not isinstance(word, Word) and not word.exact:
            return None
        at = word.span.end if after else word.span.start
        if self._is_json(word.span):
            if not self._whole_json(word):
                return None
            joined = ", ".join([json_string(text) for text in texts])
            return self.replace(Span(at, at), f", {joined}" if after else f"{joined}, ")
        plain = all(is_plain(text) for text in texts)
        if not plain and (isinstance(word, Word) or self._quoted_outside(word.span)):
            return None
        joined = " ".join([shell_word(text) for text in texts])
        return self.replace(Span(at, at), f" {joined}" if after else f"{joined} ")

    def remove_word(self, word: AnyWord) -> Edit | None:
        """Remove a word with the blanks (and the continuation) before it, or with its comma in a JSON array."""
        if not isinstance(word, Word) and not word.exact:
            return None
        start, end = word.span.start, word.span.end
        if self._is_json(word.span):
            return self._remove_json(word)
        while start > 0 and self.text[start - 1] in " \t":
            start -= 1
        # The word is alone on its line: the continuation before it goes too.
        previous = self.text[:start]
        line = previous.rstrip("\r\n")
        if line != previous and line.rstrip(" \t").endswith(self.file.escape):
            start = len(line.rstrip(" \t")) - 1
            while start > 0 and self.text[start - 1] in " \t":
                start -= 1
        elif line != previous:
            return None  # the first word of a line in a heredoc, or after a comment line
        return self.replace(Span(start, end), "")

    def _remove_json(self, word: AnyWord) -> Edit | None:
        node = self.layout.instruction(word.span.start)
        if node is None or not self._whole_json(word):
            return None
        spans = [item.span for item in node.words]
        at = spans.index(word.span)
        if at > 0:
            return self.replace(Span(spans[at - 1].end, word.span.end), "")
        if len(spans) > 1:
            return self.replace(Span(word.span.start, spans[1].start), "")
        return None

    def _is_json(self, span: Span) -> bool:
        node = self.layout.instruction(span.start)
        return node is not None and node.is_json and node.body_span.contains(span)

    def _whole_json(self, word: AnyWord) -> bool:
        """Whether a word is one whole element of its JSON array (and not a part of ``["sh", "-c", "..."]``)."""
        if not isinstance(word, Word) and not word.exact:
            return False
        node = self.layout.instruction(word.span.start)
        for item in node.words if node is not None else ():
            if item.span == word.span:
                value = word.text if isinstance(word, Word) else word.value
                return value == item.text
        return False

    def _quoted_outside(self, span: Span) -> bool:
        """Whether a shell word lies inside a quoted string (the text of ``sh -c '...'``), told by counting quotes."""
        node = self.layout.instruction(span.start)
        if node is None:
            return True
        quote = ""
        text = self.text
        at = node.body_span.start
        while at < span.start:
            char = text[at]
            if char == "\\" and quote != "'":
                at += 1
            elif quote:
                quote = "" if char == quote else quote
            elif char in "'\"`":
                quote = char
            at += 1
        return bool(quote)

    # -- instruction parts ------------------------------------------------------------------------------------

    def replace_keyword(self, node: Instruction, name: str) -> Edit | None:
        """Make an instruction another one (``ADD`` to ``COPY``), in the case its keyword is written."""
        old = node.keyword.text
        if len(self.text[node.keyword.span.start : node.keyword.span.end]) != len(old):
            return None
        return self.replace(node.keyword.span, name.lower() if old.islower() else name.upper())

    def insert_flag(self, node: Instruction, flag: str) -> Edit | None:
        """Insert a flag (``--mount=type=cache,target=/x``) after the keyword and the flags that are there."""
        if any(char in flag for char in " \t\n\"'"):
            return None
        anchor = node.flags[-1].span.end if node.flags else node.keyword.span.end
        return self.replace(Span(anchor, anchor), " " + flag)

    def remove_flag(self, flag: Flag) -> Edit | None:
        """Remove a flag with the blanks before it."""
        return self.remove_word(Word(flag.span, ""))

    # -- instructions -----------------------------------------------------------------------------------------

    def insert_instruction_before(self, node: Instruction, *texts: str) -> Edit | None:
        """Insert instructions on their own lines before one, above the comments that belong to it."""
        index = self.layout.index(node)
        if index is None:
            return None
        at = self.layout.block_start(index)
        if self.layout.is_directive_zone(at):
            return None
        indent = self.layout.indent(node)
        lines = [self.layout.adapt(text, indent) + self.layout.eol for text in texts]
        return self.replace(Span(at, at), "".join(lines))

    def insert_instruction_after(self, node: Instruction, *texts: str) -> Edit | None:
        """Insert instructions on their own lines after one (after its heredocs, if it has some)."""
        if self.layout.index(node) is None or self.layout.open_ended(node):
            return None
        eol = self.layout.eol
        body = eol.join([self.layout.adapt(text, self.layout.indent(node)) for text in texts])
        end = node.span.end
        ended = self.text[end - 1 : end] == "\n"
        return self.replace(Span(end, end), body + eol if ended else eol + body)

    def insert_stage_before(self, node: From, text: str) -> tuple[Edit, ...] | None:
        """Insert a whole stage before the stage that ``node`` begins, a blank line between them.

        ``COPY --from=N`` of this file that means a later stage is renumbered.
        """
        index = self.layout.index(node)
        if index is None:
            return None
        at = self.layout.block_start(index)
        if self.layout.is_directive_zone(at):
            return None
        lines = [line if line[:1] in ("", "#", " ", "\t") else self._adapt_line(line) for line in text.split("\n")]
        eol = self.layout.eol
        edits = [Edit(Span(at, at), eol.join(lines).rstrip() + eol + eol)]
        number = sum(1 for item in self.file.items[:index] if item.__class__ is node.__class__)
        for copy in self.file.instructions:
            flag = copy.flag("from") if isinstance(copy, Copy) else None
            value = flag.value or "" if flag is not None else ""
            if value.isascii() and value.isdigit() and int(value) >= number:
                assert flag is not None and flag.value_span is not None
                edits.append(Edit(flag.value_span, str(int(value) + 1)))
        return tuple(edits)

    def _adapt_line(self, line: str) -> str:
        if self.file.escape != "\\" and line.endswith("\\"):
            line = line[:-1] + self.file.escape
        word, blank, rest = line.partition(" ")
        return self.layout.keyword(word) + blank + rest if word.isalpha() and word.isupper() else line

    def remove_instruction(self, node: Instruction) -> Edit | None:
        """Remove an instruction with its lines; ordinary comments above it stay, suppressions for it go."""
        index = self.layout.index(node)
        if index is None or self.layout.in_error(node.span):
            return None
        items = self.file.items
        first, last = index, index + 1
        while first > 0 and self.layout.is_pragma(items[first - 1]):
            first -= 1
        if self.layout.frees_directive(first, last):
            return None
        return self.replace(self._lines(first, last), "")

    def remove_comment(self, node: Node) -> Edit | None:
        """Remove a comment line of the file or of an instruction."""
        index = self.layout.index(node)
        if index is not None:
            if self.layout.frees_directive(index, index + 1):
                return None
            return self.replace(self._lines(index, index + 1), "")
        start = self.layout.line_start(node.span.start)
        end = self.text.find("\n", node.span.start) + 1
        return self.replace(Span(start, end), "") if end else None

    def _lines(self, first: int, last: int) -> Span:
        """The lines of ``items[first:last]``, and one of two blank lines that would meet."""
        items = self.file.items
        start = self.layout.start_of(items[first])
        end = items[last - 1].span.end
        if self.text[end - 1 : end] != "\n" and start > 0 and self.text[start - 1] == "\n":
            start -= 2 if self.text[start - 2 : start] == "\r\n" else 1
        elif self._blank(first - 1) and self._blank(last):
            end = items[last].span.end
        return Span(start, end)

    def _blank(self, index: int) -> bool:
        items = self.file.items
        return 0 <= index < len(items) and not self.file.text(items[index]).strip()

    # -- commands of a RUN ------------------------------------------------------------------------------------

    def remove_command(self, node: Instruction, script: AnyScript, command: Command) -> Edit | None:
        """Remove a command of an ``&&`` chain with its operator and continuation."""
        from dflint.edits.chains import remove_command

        return remove_command(self, node, script, command)

    def append_command(self, node: Instruction, script: AnyScript, text: str) -> Edit | None:
        """Add a command at the end of a RUN with ``&&``, laid out as the RUN is."""
        from dflint.edits.chains import append_command

        return append_command(self, node, script, text)

    def prepend_command(self, node: Instruction, script: AnyScript, text: str) -> Edit | None:
        """Add a command at the start of a RUN with ``&&``, laid out as the RUN is."""
        from dflint.edits.chains import prepend_command

        return prepend_command(self, node, script, text)
