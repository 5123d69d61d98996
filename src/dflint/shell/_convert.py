"""From tree-sitter's tree to our structure.

The grammar nests pipelines, lists, negations and redirections in its own way (``a && b > f`` is a redirected list), so
that level is flattened to operands and operators in the order of the text and grouped anew by the shell's precedence.
"""

from __future__ import annotations

from dflint.shell._ast import Compound, Item, Pipe, Seq, Simple
from dflint.shell._word import make_word, split
from dflint.shell.words import Redirect, ShWord

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.shell._ast import Node
    from dflint.shell._body import Body
    from dflint.shell._treesitter import TreeNode

    # An operand, or an operator with its range.
    Token = Node | tuple[str, int, int]

_SEPARATORS = frozenset((";", "\n", "&", ";;", ";&", ";;&"))
_FLAT = frozenset(("list", "pipeline", "redirected_statement", "negated_command", "heredoc_redirect"))
_OPERATORS = frozenset(("&&", "||", "|", "|&", "!"))
_SUBSTITUTIONS = frozenset(("command_substitution", "process_substitution"))
_WORDLESS = frozenset(("comment", "ERROR"))


def convert(root: TreeNode, body: Body) -> Seq:
    """The structure of a parsed body; what could not be parsed is missing."""
    return _Converter(body).seq(root.children)


class _Converter:
    __slots__ = ("body",)

    def __init__(self, body: Body) -> None:
        self.body = body

    # -- sequences --------------------------------------------------------------------------------------------

    def seq(self, nodes: Iterable[TreeNode]) -> Seq:
        """A sequence from statements and separators."""
        seq = Seq([])
        op, start, end = "", 0, 0
        for node in nodes:
            kind = node.type
            if kind in _SEPARATORS:
                if seq.items and op in ("", "\n"):
                    op, start, end = kind.strip("\n"), node.start_byte, node.end_byte
            elif kind not in _WORDLESS:
                tokens: list[Token] = []
                self._flatten(node, tokens)
                items = _group(tokens)
                if not items:
                    continue
                if seq.items and not op:
                    op, start, end = self._newline(seq.items[-1].node.end, items[0].node.start)
                items[0].op, items[0].op_start, items[0].op_end = op, start, end
                seq.items += items
                op = ""
        if op and op != "\n" and op[:2] != ";;":
            seq.trailing, seq.trailing_start, seq.trailing_end = op, start, end
        return seq

    def _newline(self, start: int, end: int) -> tuple[str, int, int]:
        """The separator between two statements that the tree does not show."""
        read = self.body.read
        at = start
        while at < end:
            char = read[at]
            if char in ";\n&":
                return char, at, at + 1
            if char == "#":
                at = max(read.find("\n", at), at + 1)
            else:
                at += 2 if char == "\\" else 1
        return "\n", start, end

    def _flatten(self, node: TreeNode, out: list[Token]) -> None:
        """Operands and operators of a statement, in the order of the text."""
        kind = node.type
        if kind in _OPERATORS and not node.is_named:
            out.append((kind, node.start_byte, node.end_byte))
        elif kind in ("file_redirect", "herestring_redirect"):
            self._attach(node, out)
        elif kind in _FLAT:
            if kind == "heredoc_redirect":
                self._heredoc(node, out)
            for child in node.children:
                if child.is_named or child.type in _OPERATORS:
                    self._flatten(child, out)
        elif kind not in ("heredoc_start", "heredoc_body", "heredoc_end", "file_descriptor", *_WORDLESS):
            out.append(self.node(node))

    def _attach(self, node: TreeNode, out: list[Token]) -> None:
        """Give a redirection that follows a statement to the last command of it."""
        last = out[-1] if out else None
        if last is None or isinstance(last, tuple):
            last = Simple(node.start_byte, node.end_byte, [], [], [])
            out.append(last)
        if isinstance(last, Pipe):
            return
        words, subs = self._redirect(node, last.redirects)
        last.end = max(last.end, _end(node))
        if isinstance(last, Simple):
            last.words += words
            if subs:
                last.subs = [*(last.subs or ()), *subs]
        else:
            last.subs += subs

    def _heredoc(self, node: TreeNode, out: list[Token]) -> None:
        last = out[-1] if out else None
        if isinstance(last, Simple | Compound):
            start = next((child for child in node.children if child.type == "heredoc_start"), node)
            text = next((child for child in node.children if child.type == "heredoc_body"), None)
            op = "<<-" if any(child.type == "<<-" for child in node.children) else "<<"
            where = self.body.span(text.start_byte, text.end_byte) if text is not None else None
            span = self.body.span(node.start_byte, start.end_byte)
            quoted = any(char in "'\"\\" for char in self.body.text[start.start_byte : start.end_byte])
            last.redirects.append(Redirect(span, op, None, None, where, not quoted))
            last.end = max(last.end, start.end_byte)

    # -- commands ---------------------------------------------------------------------------------------------

    def node(self, node: TreeNode) -> Node:
        """One operand."""
        kind = node.type
        if kind == "test_command":
            return self._test(node)
        if kind == "if_statement":
            return self._if(node)
        if kind in ("while_statement", "for_statement", "c_style_for_statement"):
            return self._loop(node)
        if kind == "case_statement":
            return self._case(node)
        if kind == "function_definition":
            return self._function(node)
        if kind in ("subshell", "compound_statement"):
            first = node.children[0].type if node.children else ""
            if first == "((":
                return self._arithmetic(node)
            name = "subshell" if kind == "subshell" else "brace"
            return Compound(node.start_byte, node.end_byte, name, [("body", self.seq(_inside(node.children)))])
        return self._simple(node)

    def _simple(self, node: TreeNode) -> Simple:
        """A command, an assignment or a declaration."""
        simple = Simple(node.start_byte, _end(node), [], [], [])
        subs: list[Seq] = []
        children = (node,) if node.type == "variable_assignment" else node.children
        bare = node.type in ("command", "variable_assignment", "variable_assignments")
        run: list[TreeNode] = []
        for child in (*children, None):
            if child is not None and child.type in _WORDLESS:
                continue
            if run and (child is None or child.type == "file_redirect" or not self._joined(run[-1], child)):
                simple.words.append(make_word(self.body, run[0].start_byte, _end(run[-1])))
                run = []
            if child is None:
                break
            if child.type == "variable_assignment" and bare and not simple.words and not run:
                self._assignment(child, simple)
            elif child.type in ("file_redirect", "herestring_redirect"):
                words, more = self._redirect(child, simple.redirects)
                simple.words += words
                subs += more
                continue
            else:
                run.append(child)
            subs += self._substitutions(child)
        simple.subs = subs or None
        return simple

    def _joined(self, left: TreeNode, right: TreeNode) -> bool:
        """Whether two nodes are one word: nothing, or no more than a continuation, stands between them."""
        start, end = left.end_byte, right.start_byte
        return start == end or not self.body.read[start:end].replace("\\\n", "")

    def _assignment(self, node: TreeNode, simple: Simple) -> None:
        read = self.body.read
        start, end = node.start_byte, _end(node)
        equals = read.find("=", start, end)
        name = read[start:equals].rstrip("+")
        appends = read[equals - 1] == "+" or "[" in name
        value: ShWord | None = None
        if equals + 1 < end:
            value = make_word(self.body, equals + 1, end)
        if appends:
            # What it adds to is not known.
            value = ShWord(self.body.span(start, end), self.body.raw(start, end), None, (), exact=False)
        simple.assigns.append((name.partition("[")[0], value))

    def _redirect(self, node: TreeNode, into: list[Redirect]) -> tuple[list[ShWord], list[Seq]]:
        """Add a redirection; returns the words after its target, which are the command's, and its substitutions."""
        body = self.body
        marker = body.markers.get(node.start_byte)
        fd: int | None = None
        op = ""
        runs: list[list[int]] = []
        subs: list[Seq] = []
        for child in node.children:
            if child.type == "file_descriptor":
                digits = body.read[child.start_byte : child.end_byte]
                fd = int(digits) if digits.isdigit() else None
            elif not child.is_named and not op:
                op = body.read[child.start_byte : child.end_byte]
                if op.endswith("-") and op != "<<-":
                    runs.append([child.end_byte - 1, child.end_byte])
                    op = op[:-1]
            elif child.type not in _WORDLESS:
                if runs and runs[-1][1] == child.start_byte:
                    runs[-1][1] = _end(child)
                else:
                    runs.append([child.start_byte, _end(child)])
                subs += self._substitutions(child)
        words = [make_word(body, start, end) for start, end in runs]
        if marker is not None:
            into.append(marker)
        else:
            end = runs[0][1] if runs else _end(node)
            into.append(Redirect(body.span(node.start_byte, end), op, fd, words[0] if words else None))
        return words[1:], subs

    def _substitutions(self, node: TreeNode) -> list[Seq]:
        """The scripts of the substitutions in a word, outermost ones only."""
        if not node.children:
            return []
        found: list[Seq] = []
        stack = [node]
        while stack:
            part = stack.pop()
            if part.type in _SUBSTITUTIONS:
                found.append(self.seq(_inside(part.children)))
            else:
                stack.extend(reversed(part.children))
        return found

    def _test(self, node: TreeNode) -> Simple:
        """``[ ... ]`` and ``[[ ... ]]``: a command with its words, as the shell has it."""
        first = node.children[0].type if node.children else ""
        if first == "((":
            return self._arithmetic(node)
        body = self.body
        words = [make_word(body, *at) for at in split(body.read, node.start_byte, _end(node))]
        subs = self._substitutions(node)
        return Simple(node.start_byte, _end(node), [], words, [], subs or None)

    def _arithmetic(self, node: TreeNode) -> Simple:
        body = self.body
        start, end = node.start_byte, _end(node)
        name = ShWord(body.span(start, end), body.raw(start, end), "((", exact=False)
        return Simple(start, end, [], [name], [], self._substitutions(node) or None)

    # -- compound commands ------------------------------------------------------------------------------------

    def _if(self, node: TreeNode) -> Compound:
        parts: list[tuple[str, Seq]] = []
        self._branches(node.children, parts)
        return Compound(node.start_byte, node.end_byte, "if", parts)

    def _branches(self, children: Sequence[TreeNode], parts: list[tuple[str, Seq]]) -> None:
        role = "cond"
        run: list[TreeNode] = []
        for child in children:
            kind = child.type
            if kind in ("if", "elif"):
                role = "cond"
            elif kind in ("then", "fi", "else", "elif_clause", "else_clause"):
                if run:
                    parts.append((role, self.seq(run)))
                    run = []
                role = "body"
                if kind in ("elif_clause", "else_clause"):
                    self._branches(child.children, parts)
            else:
                run.append(child)
        if run:
            parts.append((role, self.seq(run)))

    def _loop(self, node: TreeNode) -> Compound:
        kind = "for" if node.type == "for_statement" else "while"
        loop = Compound(node.start_byte, node.end_byte, kind, [])
        body = node.child_by_field_name("body")
        variable = node.child_by_field_name("variable")
        if kind == "for" and variable is not None:
            loop.name = self.body.read[variable.start_byte : variable.end_byte]
        cond: list[TreeNode] = []
        runs: list[list[int]] = []
        values = False
        for child in node.children:
            if body is not None and child.start_byte >= body.start_byte:
                break
            if child.type == "in":
                values = True
            elif values and child.is_named and child.type not in _WORDLESS:
                if runs and runs[-1][1] == child.start_byte:
                    runs[-1][1] = _end(child)
                else:
                    runs.append([child.start_byte, _end(child)])
                loop.subs += self._substitutions(child)
            elif node.type == "while_statement" and child.type not in ("while", "until"):
                cond.append(child)
        if kind == "for":
            loop.words = [make_word(self.body, start, end) for start, end in runs] if values else None
        if cond:
            loop.parts.append(("cond", self.seq(cond)))
        if body is not None:
            loop.parts.append(("body", self.seq(_inside(body.children))))
        return loop

    def _case(self, node: TreeNode) -> Compound:
        case = Compound(node.start_byte, node.end_byte, "case", [])
        for child in node.children:
            if child.type == "case_item":
                at = next((i for i, part in enumerate(child.children) if part.type == ")"), -1)
                case.parts.append(("body", self.seq(child.children[at + 1 :])))
            elif child.is_named:
                case.subs += self._substitutions(child)
        return case

    def _function(self, node: TreeNode) -> Compound:
        function = Compound(node.start_byte, node.end_byte, "function", [])
        name = node.child_by_field_name("name")
        if name is not None:
            function.name = self.body.read[name.start_byte : name.end_byte]
        body = node.child_by_field_name("body")
        if body is not None:
            function.parts.append(("body", self.seq((body,))))
        return function


def _end(node: TreeNode) -> int:
    return node.end_byte


def _inside(children: Sequence[TreeNode]) -> Sequence[TreeNode]:
    """The children between the brackets of a group."""
    first = 1 if children and not children[0].is_named else 0
    last = len(children) - 1 if len(children) > 1 and not children[-1].is_named else len(children)
    return children[first:last]


def _group(tokens: list[Token]) -> list[Item]:
    """Items from operands and operators: ``|`` binds closer than ``&&`` and ``||``."""
    items: list[Item] = []
    parts: list[Node] = []
    op, start, end = "", 0, 0
    negated = joined = False
    first = -1
    for token in (*tokens, ("", 0, 0)):
        if not isinstance(token, tuple):
            if parts and not joined:
                # Two operands without an operator: an error in between; keep the first.
                continue
            parts.append(token)
            joined = False
            continue
        name = token[0]
        if name in ("|", "|&"):
            joined = True
        elif name == "!":
            negated = not negated
            first = token[1] if first < 0 else first
        else:
            if parts:
                begun = first if first >= 0 else parts[0].start
                node = parts[0] if len(parts) == 1 and not negated else Pipe(begun, parts[-1].end, parts, negated)
                items.append(Item(op, start, end, node))
            op, start, end = token
            parts, negated, first, joined = [], False, -1, False
    return items
