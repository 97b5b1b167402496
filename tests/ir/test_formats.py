"""Formats of operations of a third party.

What is declared is printed and parsed; mistakes are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ranvier.ir.assembly.format_text import FormatError
from ranvier.ir.attributes import IntegerAttr, StringAttr, SymbolRefAttr
from ranvier.ir.constraints import Buffer, Index
from ranvier.ir.core import Op
from ranvier.ir.declare import OPS, op, operand, prop, region, result
from ranvier.ir.equality import difference
from ranvier.ir.parser import ParseError, parse
from ranvier.ir.printer import print_custom, print_op
from ranvier.ir.types import f64


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """The operation of one test is gone after it."""
    yield
    OPS.pop("test.all", None)


def declared(format: str | None, **flags: Any) -> type[Op]:
    """An operation with one of everything."""

    @op("test.all", format=format, **flags)
    class All(Op):
        """All."""

        memref: Any = operand(Buffer)
        indices: Any = operand(Index, variadic=True)
        value: Any = result(infer=lambda m, *i: m.type.element)
        sym: Any = prop(SymbolRefAttr)
        size: Any = prop(IntegerAttr, default=1)
        kind: Any = prop(StringAttr, default="plain")
        fast: Any = prop(IntegerAttr, default=False)
        order: Any = prop(IntegerAttr, default=0, words=("up", "down"))
        body: Any = region()

    return All


GOOD = (
    "$sym `of` $memref `[` $indices `]` (`size` $size^)? (`fast` $fast^)? word($kind) $order "
    "attr-dict-with-keyword `:` type($memref) ($body^)?"
)
HEAD = "func.func @f(%m: memref<?x?xf64>, %i: index) {\n"
TAIL = "\n  return\n}"


def one(text: str) -> Op:
    """The operation in a function."""
    found: Any = parse(HEAD + text + TAIL).ops[0]
    inner: Op = found.body.block.ops[0]
    return inner


def test_a_format() -> None:
    declared(GOOD)
    text = "test.all @v of %m[%i, %i] size 3 fast plain down : memref<?x?xf64>"
    read: Any = one("  %x = " + text)
    assert (read.sym, read.size, read.fast, read.kind, read.order) == ("v", 3, 1, "plain", 1)
    assert read.results[0].type is f64
    assert not read.body.blocks
    module = read.parent_op.parent_op
    assert f"    %x = {text}\n" in print_custom(module)
    assert '"test.all"(%m, %i, %i) <{sym = @v' in print_op(module)


def test_what_has_its_default_is_not_said() -> None:
    declared(GOOD)
    short = "%x = test.all @v of %m[] plain up : memref<?x?xf64>"
    read: Any = one("  " + short)
    assert (read.size, read.fast) == (1, 0)
    assert f"    {short}\n" in print_custom(read.parent_op.parent_op)
    long = short.replace(" :", " attributes {more = unit} :") + " {\n  scf.yield\n}"
    assert one("  " + long).attributes
    assert len(one("  " + long).regions[0].blocks) == 1


def test_a_text_of_several_words_has_quotes() -> None:
    declared(GOOD)
    read: Any = one('  %x = test.all @"a b" of %m[] "two words" up : memref<?x?xf64>')
    assert (read.sym, read.kind) == ("a b", "two words")
    module = read.parent_op.parent_op
    assert difference(module, parse(print_custom(module))) is None
    assert '@"a b" of %m[] "two words" up' in print_custom(module)


def test_without_a_format_the_generic_form_is_used() -> None:
    declared(None)
    head = "  %x = test.all @v"
    with pytest.raises(ParseError, match="has no custom form; write"):
        one(head)
    read = one(
        '  %x = "test.all"(%m, %i, %i) <{sym = @v}> ({}) : (memref<?x?xf64>, index, index) -> f64'
    )
    module: Any = read.parent_op
    assert '    %x = "test.all"(%m, %i, %i)' in print_custom(module.parent_op)


NAMED = GOOD.replace("attr-dict-with-keyword", "")
WRONG = {
    "unknown name": (GOOD.replace("$order", "$ordr"), "there is no operand, property, region"),
    "missing operand": ("$sym attr-dict-with-keyword $body $indices", "'memref' is missing"),
    "missing region": (GOOD.replace("($body^)?", ""), "'body' is missing"),
    "twice": (GOOD + " $sym", "'sym' stands there twice"),
    "no dictionary": (NAMED, "'attr-dict' must stand there once"),
    "two dictionaries": (GOOD + " attr-dict", "'attr-dict' must stand there once"),
    "no type": (GOOD.replace("`:` type($memref)", ""), "nothing says the type of 'memref'"),
    "type of nothing": (GOOD.replace("type($memref)", "type($x)"), "no operand or result '$x'"),
    "literal": (GOOD.replace("`of`", "`of it`"), "'of it' is no single word or sign"),
    "directive": (GOOD.replace("word($kind)", "wort($kind)"), "'wort' means nothing"),
    "word of a number": (GOOD.replace("word($kind)", "word($size)"), "word(size) needs a property"),
    "no anchor": (GOOD.replace("$size^", "$size"), "a group needs an anchor"),
    "two anchors": (GOOD.replace("`size` $size^", "`size`^ $size^"), "a group has one anchor"),
    "open group": ("(`size` $size^", "it ends too early"),
    "group in a group": (GOOD.replace("`fast` $fast^", "`a` (`b`)?"), "'(' means nothing"),
    "start of a group": (GOOD.replace("`size` $size^", "$size^"), "a group must begin with"),
    "operand in a group": (GOOD.replace("$memref", "(`a` $memref^)?"), "'memref' is always there"),
    "property in a group": (GOOD.replace("$sym", "(`a` $sym^)?"), "'sym' is always there"),
    "ambiguous region": (
        NAMED.replace("($body^)?", "attr-dict $body"),
        "write attr-dict-with-keyword",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_format_is_told_when_the_class_is_made(name: str) -> None:
    format_, text = WRONG[name]
    with pytest.raises(FormatError) as caught:
        declared(format_)
    assert str(caught.value).startswith("the format of 'test.all': ")
    assert text in str(caught.value)
    assert "test.all" not in OPS


def test_a_type_that_nothing_can_be_derived_for() -> None:
    with pytest.raises(FormatError, match="there is no value 'nothing' to derive"):
        declared(GOOD, derive={"nothing": lambda of: f64})
