"""Characters of HCL: white space, comments, names, and how to pass over what is not understood."""

from __future__ import annotations

CLOSING = {"(": ")", "[": "]", "{": "}"}


class NotUnderstood(Exception):
    """An expression outside of the subset."""


class Scanner:
    """A place in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def space(self, newlines: bool = False) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in (" \t\n\r" if newlines else " \t\r"):
                self.at += 1
            elif not self.comment():
                return

    def comment(self) -> bool:
        if self.peek("#") or self.peek("//"):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return True
        if self.peek("/*"):
            end = self.text.find("*/", self.at + 2)
            self.at = len(self.text) if end < 0 else end + 2
            return True
        return False

    def name(self) -> str:
        end = self.at
        while end < len(self.text) and (self.text[end] in "_-" or self.text[end].isalnum()):
            end += 1
        found = self.text[self.at : end]
        if not found or found[0].isdigit() or found[0] == "-":
            return ""
        self.at = end
        return found

    def peek(self, what: str) -> bool:
        return self.text.startswith(what, self.at)

    def expect(self, what: str) -> None:
        if not self.peek(what):
            raise NotUnderstood
        self.at += len(what)

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def skip(self, stops: str = "") -> None:
        """Pass over an expression of any kind: to a newline, a closing bracket or one of ``stops`` on its level."""
        stack: list[str] = []
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if stack and stack[-1] == '"':
                if text.startswith(("${", "%{"), self.at):
                    stack.append("}")
                elif char in '"\n':  # a string ends with its line
                    stack.pop()
                    if char == "\n" and not stack:
                        return
                self.at += 2 if char == "\\" or text.startswith(("${", "%{"), self.at) else 1
                continue
            if self.comment() or (text.startswith("<<", self.at) and self.heredoc_raw() is not None):
                continue
            if not stack and char in ")]}\n" + stops:
                return
            if char == '"' or char in CLOSING:
                stack.append(CLOSING.get(char, char))
            elif stack and char == stack[-1]:
                stack.pop()
            self.at += 1

    def heredoc_raw(self) -> str | None:
        """The body of a here-document, the reader then on the newline that ends it; None if it is none."""
        line_end = self.text.find("\n", self.at)
        marker = self.text[self.at + 2 : line_end].strip() if line_end >= 0 else ""
        strip, name = marker.startswith("-"), marker.removeprefix("-")
        if not name.replace("-", "_").isidentifier():
            return None
        at = line_end + 1
        lines: list[str] = []
        while at < len(self.text):
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            line = self.text[at:end]
            if line.strip() == name:
                self.at = end
                widths = [len(each) - len(each.lstrip()) for each in lines if each.strip()] if strip else []
                return "".join([each[min(widths, default=0) :] + "\n" for each in lines])
            lines.append(line)
            at = end + 1
        return None
