"""A small language for what is counted or summed over the rows of a table, never handed to Python or to a database.

    measure    = count() | count(condition) | sum(number) | condition         (a bare condition is counted)
    condition  = condition or condition | condition and condition | not condition | (condition)
               | value = value      and likewise != < <= > >=
               | column in (literal, literal, …) | column is blank | column is not blank
    value      = 12.5 | 'text' | column | "column with spaces" | value + value  and likewise - * / | -value | (value)

A column is a number or text by what it is compared with, and one thing only throughout. A comparison with a blank is
unknown, as in SQL, and so is one with a number without end, as of a division by zero: `and`, `or` and `not` follow
Kleene's logic, so `unknown or true` is true. What is unknown is neither counted nor taken for zero; callers are told
for which rows that is so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import DomainError

Kind = Literal["number", "text"]
Sort = Literal["number", "text", "truth", "column"]
Columns = Mapping[str, Any]
"""Arrow arrays by name: float64 for numbers, strings for text, nulls for blanks."""

LONGEST = 1000
DEEPEST = 40
KEYWORDS = {"and", "or", "not", "in", "is", "blank", "count", "sum"}
COMPARISONS = {"=": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal,
               ">": pc.greater, ">=": pc.greater_equal}  # fmt: skip
ARITHMETIC = {"+": pc.add, "-": pc.subtract, "*": pc.multiply, "/": pc.divide}
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+")|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<sign><=|>=|!=|[=<>+\-*/(),]))"""
)


class BadExpression(DomainError):
    """An expression that cannot be read; says where and what may stand there."""

    def __init__(self, text: str, at: int, expected: str) -> None:
        self.text, self.at = text, at
        super().__init__(f'Expression {text!r}, character {at + 1}: {expected} See docs/data.md, "Expressions".')


class Token(NamedTuple):
    """`kind` is number, text, column, word (a keyword), sign or end; `at` is the place in the expression."""

    kind: str
    value: str
    at: int


class Node(NamedTuple):
    """A part of an expression: its sort, where it stands, and how it is computed from columns."""

    sort: Sort
    at: int
    run: Callable[[Columns], Any]
    column: str = ""


@dataclass(frozen=True)
class Measure:
    """A parsed expression: the columns that it reads, and what each row adds to the total. Columns that are only
    `tested` for blanks are read as text, or as numbers where another expression needs them so."""

    text: str
    columns: Mapping[str, Kind]
    run: Callable[[Columns], Any]
    tested: frozenset[str] = frozenset()

    def contributions(self, columns: Columns, rows: int) -> Any:
        """A float64 array, null where unknown."""
        result = self.run(columns)
        array = pa.array([result.as_py()] * rows, pa.float64()) if isinstance(result, pa.Scalar) else result
        return finite(pc.cast(array, pa.float64()))


def finite(numbers: Any) -> Any:
    """Floats of Arrow with null for what is no number or has no end."""
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, numbers.type))


def parse(text: str) -> Measure:
    """Read an expression. Raises BadExpression with the place, what stands there and what may."""
    return _Parser(text).measure()


def _tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise BadExpression(text[:60] + "…", LONGEST, f"at most {LONGEST} characters are allowed.")
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if found is None:
            raise BadExpression(text, at, f"{text[at:].lstrip()[:1]!r} has no meaning here.")
        kind, value = str(found.lastgroup), found[str(found.lastgroup)]
        if kind == "word":
            kind, value = ("word", value.lower()) if value.lower() in KEYWORDS else ("column", value)
        elif kind == "quoted":
            kind, value = "column", value[1:-1]
        elif kind == "text":
            value = value[1:-1].replace("''", "'")
        tokens.append(Token(kind, value, found.start(str(found.lastgroup))))
        at = found.end()
    return [*tokens, Token("end", "the end", end)]


class _Parser:
    """Recursive descent; each method reads one rule of the grammar and says what else could have stood there."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.place, self.depth = text, _tokens(text), 0, 0
        self.kinds: dict[str, Kind] = {}
        self.tested: dict[str, Kind] = {}  # columns only asked whether they are blank

    def measure(self) -> Measure:
        if self.take("count"):
            self.need("(")
            node = Node("truth", 0, lambda _columns: pa.scalar(True)) if self.peek == ")" else self.truth(self.either())
            self.need(")")
        elif self.take("sum"):
            self.need("(")
            node = self.as_kind(self.either(), "number")
            self.need(")")
        else:
            node = self.truth(self.either())
        if self.now.kind != "end":
            self.fail(f"{self.now.value!r} is one word too many; conditions are joined by and, or.")
        tested = self.tested.keys() - self.kinds.keys()
        return Measure(self.text, {**self.tested, **self.kinds}, node.run, frozenset(tested))

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    @property
    def peek(self) -> str:
        """The keyword or sign that comes next, if one does."""
        return self.now.value if self.now.kind in ("word", "sign") else ""

    def take(self, *wanted: str) -> str:
        """The next keyword or sign, passed over, if it is one of those wanted."""
        found = self.peek
        if found not in wanted:
            return ""
        self.place += 1
        return found

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            self.fail(f"expected {wanted!r}, found {self.now.value!r}.")

    def fail(self, expected: str, at: int | None = None) -> Any:
        raise BadExpression(self.text, self.now.at if at is None else at, expected)

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"brackets and negations may nest {DEEPEST} deep.")
        node = self.both()
        while self.take("or"):
            node = self.joined(pc.or_kleene, node, self.both())
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.negation()
        while self.take("and"):
            node = self.joined(pc.and_kleene, node, self.negation())
        return node

    def joined(self, function: Any, left: Node, right: Node) -> Node:
        one, other = self.truth(left), self.truth(right)
        return Node("truth", left.at, lambda columns: function(one.run(columns), other.run(columns)))

    def negation(self) -> Node:
        at, times = self.now.at, 0
        while self.take("not"):
            times += 1
        node = self.comparison()
        if not times % 2:
            return self.truth(node) if times else node
        inner = self.truth(node)
        return Node("truth", at, lambda columns: pc.invert(inner.run(columns)))

    def comparison(self) -> Node:
        left = self.terms()
        if self.take("is"):
            return self.blank(left)
        if self.take("in"):
            return self.member(left)
        sign = self.take(*COMPARISONS)
        return self.compared(sign, left, self.terms()) if sign else left

    def blank(self, left: Node) -> Node:
        negated = bool(self.take("not"))
        self.need("blank")
        if not left.column:
            self.fail("only a column can be blank.", left.at)
        self.tested[left.column] = "text"
        test = pc.is_valid if negated else pc.is_null
        return Node("truth", left.at, lambda columns: test(left.run(columns)))

    def member(self, left: Node) -> Node:
        self.need("(")
        node = self.compared("=", left, self.literal())
        while self.take(","):
            node = self.joined(pc.or_kleene, node, self.compared("=", left, self.literal()))
        self.need(")")
        return node

    def compared(self, sign: str, left: Node, right: Node) -> Node:
        known = [self.kinds.get(node.column, node.sort) for node in (left, right)]
        kind: Kind = "text" if "text" in known else "number"
        if kind == "text" and sign not in ("=", "!="):
            self.fail("text is compared by = and != alone.", left.at)
        one, other = self.as_kind(left, kind), self.as_kind(right, kind)
        return Node("truth", left.at, lambda columns: COMPARISONS[sign](one.run(columns), other.run(columns)))

    def terms(self) -> Node:
        node = self.factors()
        while sign := self.take("+", "-"):
            node = self.computed(sign, node, self.factors())
        return node

    def factors(self) -> Node:
        node = self.primary()
        while sign := self.take("*", "/"):
            node = self.computed(sign, node, self.primary())
        return node

    def computed(self, sign: str, left: Node, right: Node) -> Node:
        one, other, function = self.as_kind(left, "number"), self.as_kind(right, "number"), ARITHMETIC[sign]
        return Node("number", left.at, lambda columns: finite(function(one.run(columns), other.run(columns))))

    def primary(self) -> Node:
        if self.take("("):
            node = self.either()
            self.need(")")
            return node
        if self.now.kind != "column":
            return self.literal()
        token = self.tokens[self.place]
        self.place += 1
        return Node("column", token.at, lambda columns: columns[token.value], token.value)

    def literal(self) -> Node:
        at, sign = self.now.at, -1.0 if self.take("-") else 1.0
        token = self.now
        if token.kind not in ("number", "text") or (token.kind == "text" and sign < 0):
            self.fail(f"expected a number, a 'text' or a column, found {token.value!r}.")
        self.place += 1
        scalar = pa.scalar(token.value if token.kind == "text" else sign * float(token.value))
        return Node("text" if token.kind == "text" else "number", at, lambda _columns: scalar)

    def truth(self, node: Node) -> Node:
        if node.sort != "truth":
            self.fail("a condition is needed, such as poor = 1; a number is added up by sum(…).", node.at)
        return node

    def as_kind(self, node: Node, kind: Kind) -> Node:
        if node.column:
            if self.kinds.setdefault(node.column, kind) != kind:
                self.fail(f"column {node.column!r} is {self.kinds[node.column]} elsewhere and {kind} here.", node.at)
        elif node.sort != kind:
            self.fail(f"a {kind} is needed.", node.at)
        return node
