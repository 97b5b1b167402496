"""Every corner of MLIR's generic syntax.

What is read, and how it is printed again.
"""

from __future__ import annotations

import math

import pytest

from ranvier.ir.attributes import (
    UNIT,
    ArrayAttr,
    Attribute,
    DenseArrayAttr,
    DenseElementsAttr,
    DictAttr,
    EnumAttr,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    SymbolRefAttr,
    TypeAttr,
    segment_sizes,
)
from ranvier.ir.core import Op
from ranvier.ir.dialects import arith, cf, func, scf
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import UNKNOWN, FileLineCol, Fused, Loc, Named
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_loc, print_op
from ranvier.ir.types import (
    DialectType,
    FunctionType,
    IntegerType,
    MemRefType,
    TensorType,
    Type,
    f32,
    f64,
    function,
    i1,
    i32,
    i64,
    index,
    memref,
    shared,
    vector,
)
from ranvier.ir.verifier import verify


def only(text: str) -> Op:
    """The only operation of a text."""
    ops = parse(text).ops
    assert len(ops) == 1
    return ops[0]


def attribute(text: str) -> Attribute:
    """An attribute, from the attributes of an operation."""
    return only(f'"func.return"() {{a = {text}}} : () -> ()').attributes["a"]


ATTRIBUTES = [
    ("3", IntegerAttr(3, i64), "3 : i64"),
    ("-3 : i32", IntegerAttr(-3, i32), "-3 : i32"),
    ("0x1F : index", IntegerAttr(31, index), "31 : index"),
    ("true", IntegerAttr(1, i1), "true"),
    ("0 : i1", IntegerAttr(0, i1), "false"),
    ("1.0", FloatAttr(1.0, f64), "1.0 : f64"),
    ("2. : f32", FloatAttr(2.0, f32), "2.0 : f32"),
    ("-0.0 : f64", FloatAttr(-0.0), "-0.0 : f64"),
    ("1.5e-05 : f64", FloatAttr(1.5e-5), "1.5e-05 : f64"),
    ("1.0e+22 : f64", FloatAttr(1e22), "1.0e+22 : f64"),
    ("0x7FF0000000000000 : f64", FloatAttr(math.inf), "0x7FF0000000000000 : f64"),
    ("0xFF800000 : f32", FloatAttr(-math.inf, f32), "0xFF800000 : f32"),
    ("0x7FC00000 : f32", FloatAttr(math.nan, f32), "0x7FC00000 : f32"),
    ("0x3FF8000000000000 : f64", FloatAttr(1.5), "1.5 : f64"),
    ('"plain"', StringAttr("plain"), '"plain"'),
    (r'"a\"b\\c\n\09\C3\A9"', StringAttr('a"b\\c\n\té'), r'"a\"b\\c\0A\09\C3\A9"'),
    ('"é"', StringAttr("é"), r'"\C3\A9"'),
    (r'"\FF"', StringAttr("\udcff"), r'"\FF"'),
    ("unit", UNIT, "unit"),
    ("f64", TypeAttr(f64), "f64"),
    ("(f64) -> ()", TypeAttr(function((f64,), ())), "(f64) -> ()"),
    ("@pop", SymbolRefAttr("pop"), "@pop"),
    ('@pop::@"v 1"', SymbolRefAttr("pop", ("v 1",)), '@pop::@"v 1"'),
    ("[]", ArrayAttr(()), "[]"),
    ("[1 : i64, [true]]", ArrayAttr((IntegerAttr(1), ArrayAttr((IntegerAttr(1, i1),)))), None),
    ("{}", DictAttr(()), "{}"),
    ('{a, "b c" = 1 : i64}', DictAttr((("a", UNIT), ("b c", IntegerAttr(1)))), None),
    ("array<i64>", DenseArrayAttr(()), "array<i64>"),
    ("array<i32: 1, -2>", DenseArrayAttr((1, -2), i32), "array<i32: 1, -2>"),
    ("array<i1: true, false>", DenseArrayAttr((1, 0), i1), "array<i1: true, false>"),
    ("array<f64: -0.5>", DenseArrayAttr((-0.5,), f64), "array<f64: -0.5>"),
    ("dense<0.5> : vector<2xf64>", DenseElementsAttr((0.5, 0.5), vector(2, f64)), None),
    ("dense<[1, 2]> : vector<2xindex>", DenseElementsAttr((1, 2), vector(2, index)), None),
    (
        "dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>",
        DenseElementsAttr((1, 2, 3, 4, 5, 6), TensorType((2, 3), i32)),
        None,
    ),
    ("dense<> : tensor<0xf64>", DenseElementsAttr((), TensorType((0,), f64)), None),
    ("dense<7> : tensor<i32>", DenseElementsAttr((7,), TensorType((), i32)), None),
    ("#vector.kind<or>", EnumAttr("or", "vector.kind"), "#vector.kind<or>"),
    ("#net.kind<a<[b]>, (c) -> d>", EnumAttr("a<[b]>, (c) -> d", "net.kind"), None),
    ("#net.flag", EnumAttr("", "net.flag"), "#net.flag"),
]


@pytest.mark.parametrize(("text", "value", "printed"), ATTRIBUTES, ids=lambda x: str(x)[:30])
def test_attribute(text: str, value: Attribute, printed: str | None) -> None:
    assert attribute(text) == value
    assert str(value) == (text if printed is None else printed)
    assert attribute(str(value)) == value


TYPES: list[tuple[str, Type]] = [
    ("i1", i1),
    ("i17", IntegerType(17)),
    ("index", index),
    ("f32", f32),
    ("memref<?xf64>", memref(f64)),
    ("memref<2x?x3xi32>", MemRefType((2, None, 3), i32)),
    ("memref<index>", MemRefType((), index)),
    ("memref< 2 x ? x f64 >", MemRefType((2, None), f64)),
    ("memref<?xvector<8xf64>>", memref(vector(8, f64))),
    ("memref<64xf64, 3>", shared(f64, 64)),
    ("memref< 2 x ? x !rng.state , 1 >", MemRefType((2, None), DialectType("rng.state"), 1)),
    ("memref<?xf64, 0>", memref(f64)),
    ("memref<4x!rng.state>", MemRefType((4,), DialectType("rng.state"))),
    ("tensor<0x2xf64>", TensorType((0, 2), f64)),
    ("vector<8xi1>", vector(8, i1)),
    ("!net.buffer<1000xf64, aligned>", DialectType("net.buffer", "1000xf64, aligned")),
    ("() -> ()", FunctionType((), ())),
    ("(f64, index) -> (i1, i1)", FunctionType((f64, index), (i1, i1))),
    ("() -> (() -> f64)", FunctionType((), (FunctionType((), (f64,)),))),
    ("((f64) -> ()) -> f64", FunctionType((FunctionType((f64,), ()),), (f64,))),
]


@pytest.mark.parametrize(("text", "type_"), TYPES, ids=lambda x: str(x))
def test_type(text: str, type_: Type) -> None:
    found = attribute(text)
    assert isinstance(found, TypeAttr)
    assert found.value is type_
    assert attribute(str(type_)) == found


LOCATIONS: list[tuple[str, Loc]] = [
    ("loc(unknown)", UNKNOWN),
    ('loc("m.py":3:4)', FileLineCol("m.py", 3, 4)),
    ('loc("m.py":3:4 to :17)', FileLineCol("m.py", 3, 4, 17)),
    ('loc("dv/dt"("m.py":3:4))', Named("dv/dt", FileLineCol("m.py", 3, 4))),
    ('loc("dv/dt")', Named("dv/dt", UNKNOWN)),
    (
        'loc(fused<"cse">["m.py":1:2, unknown])',
        Fused("cse", (FileLineCol("m.py", 1, 2), UNKNOWN)),
    ),
    ("loc(fused[unknown])", Fused("", (UNKNOWN,))),
]


@pytest.mark.parametrize(("text", "location"), LOCATIONS, ids=lambda x: str(x))
def test_location(text: str, location: Loc) -> None:
    assert only(f'"func.return"() : () -> () {text}').loc == location
    assert print_loc(location) == text


def test_a_call_site_is_kept_as_fused() -> None:
    found = only('"func.return"() : () -> () loc(callsite("x" at "m.py":3:4))').loc
    assert found == Fused("callsite", (Named("x", UNKNOWN), FileLineCol("m.py", 3, 4)))


def test_without_location_it_is_the_place_in_the_text() -> None:
    module = parse('\n  %x = "arith.constant"() <{value = 1.0}> : () -> f64\n', "a.mlir")
    assert module.ops[0].loc == FileLineCol("a.mlir", 2, 8, 24)


def test_aliases_may_come_last() -> None:
    module = parse(
        """
        !number = f64
        "func.return"() {a = #one, b = !number} : () -> () loc(#loc2)
        #one = 1 : i32
        #loc1 = loc("m.py":3:4)
        #loc2 = loc("dv/dt"(#loc1))
        """
    )
    assert module.ops[0].loc == Named("dv/dt", FileLineCol("m.py", 3, 4))
    assert module.ops[0].attributes == {"a": IntegerAttr(1, i32), "b": TypeAttr(f64)}


def test_several_results() -> None:
    """``%a:2`` names both; ``%a`` alone is the first."""
    text = """
    %x = "arith.constant"() <{value = 1 : i32}> : () -> i32
    %a:2 = "arith.mului_extended"(%x, %x#0) : (i32, i32) -> (i32, i32)
    %b, %c = "arith.mului_extended"(%a#1, %a) : (i32, i32) -> (i32, i32)
    """
    _, first, second = parse(text).ops
    assert second.operands == [first.results[1], first.results[0]]
    assert str(second).startswith("%b, %c =")


def test_names_are_kept_and_numbers_are_not() -> None:
    text = '%3 = "arith.constant"() <{value = 1.0}> : () -> f64\n'
    text += '%v.1 = "arith.negf"(%3) : (f64) -> f64'
    one, other = parse(text).ops
    assert one.results[0].name is None
    assert other.results[0].name == "v.1"


BLOCKS = """\
"func.func"() <{function_type = (i1, f64) -> f64, sym_name = "f"}> ({
^bb0(%c: i1, %x: f64):
  "cf.cond_br"(%c, %x, %x, %c)[^bb2, ^bb1] <{operandSegmentSizes = array<i32: 1, 1, 2>}> \
: (i1, f64, f64, i1) -> ()
^bb1(%y: f64, %d: i1):
  %0 = "arith.addf"(%y, %x) : (f64, f64) -> f64
  "cf.br"(%0)[^bb2] : (f64) -> ()
^bb2(%z: f64):
  "func.return"(%z) : (f64) -> ()
}) : () -> ()"""


def test_blocks_and_successors() -> None:
    """Branches forward and backward; groups of operands as MLIR counts them."""
    module = parse(BLOCKS)
    verify(module)
    blocks = module.ops[0].regions[0].blocks
    fork, jump = blocks[0].ops[0], blocks[1].ops[-1]
    assert isinstance(fork, cf.CondBranch)
    assert fork.successors == (blocks[2], blocks[1])
    assert fork.props["operandSegmentSizes"] == segment_sizes(1, 1, 2)
    assert fork.true_arguments == [blocks[0].args[1]]
    assert fork.false_arguments == [blocks[0].args[1], blocks[0].args[0]]
    assert jump.successors == (blocks[2],)
    assert str(module.ops[0]) == BLOCKS
    assert str(module.ops[0].clone({})) == BLOCKS


def test_a_value_may_be_used_in_a_block_before_its_definition() -> None:
    """The order is that of the text, not of time.

    Dominance is the verifier's business.
    """
    text = """
    "func.func"() <{function_type = () -> (), sym_name = "f"}> ({
      "cf.br"()[^late] : () -> ()
    ^early:
      %y = "arith.negf"(%x) : (f64) -> f64
      "func.return"() : () -> ()
    ^late:
      %x = "arith.constant"() <{value = 1.0}> : () -> f64
      "cf.br"()[^early] : () -> ()
    }) : () -> ()
    """
    module = parse(text)
    verify(module)
    early, late = module.ops[0].regions[0].blocks[1:]
    assert early.ops[0].operands == [late.ops[0].results[0]]
    assert str(parse(str(module))) == str(module)


def test_regions() -> None:
    """No block, an empty block, several regions."""
    text = """
    %c = "arith.constant"() <{value = true}> : () -> i1
    "scf.if"(%c) ({
      "scf.yield"() : () -> ()
    }, {}) : (i1) -> ()
    "scf.if"(%c) ({^bb0:}, {
    }) : (i1) -> ()
    """
    _, one, other = parse(text).ops
    assert isinstance(one, scf.If) and isinstance(other, scf.If)
    assert [len(r.blocks) for r in one.regions] == [1, 0]
    assert [len(r.blocks) for r in other.regions] == [1, 0]
    assert str(other) == '"scf.if"(%c) ({\n^bb0:\n}, {\n}) : (i1) -> ()'
    assert str(parse(str(other.parent_op))) == str(other.parent_op)


def test_properties_come_in_declared_order() -> None:
    """Properties may stand in any order in the text.

    MLIR also takes them from among the attributes.
    """
    type_ = "function_type = () -> ()"
    texts = [
        f'"func.func"() <{{sym_visibility = "private", sym_name = "f", {type_}}}> ({{}})',
        f'"func.func"() ({{}}) {{sym_visibility = "private", {type_}, sym_name = "f"}}',
    ]
    first, second = (only(f"{text} : () -> ()") for text in texts)
    assert list(first.props) == ["function_type", "sym_name", "sym_visibility"]
    assert str(first) == str(second)
    assert not second.attributes


def test_comments_and_any_spacing() -> None:
    text = (
        '// first\n%x="arith.constant"()<{value=1.0}>:()->f64//last\n\t"func.return"(%x):(f64)->()'
    )
    constant, end = parse(text).ops
    assert isinstance(constant, arith.Constant) and isinstance(end, func.Return)


def test_isolated_operations_have_their_own_names() -> None:
    text = str(parse("\n".join(BLOCKS.replace('"f"', f'"f{i}"') for i in range(2))))
    assert text.count("%0 =") == 2
    assert str(parse(text)) == text


def test_a_module_around_what_is_none() -> None:
    assert isinstance(parse(""), Module)
    assert isinstance(parse(BLOCKS).ops[0], func.Func)
    module = parse('"builtin.module"() ({\n}) : () -> ()')
    assert module.block is None and not module.body.blocks


def test_names_that_mlir_would_not_take_are_changed() -> None:
    module = parse(BLOCKS)
    for value, name in zip(module.ops[0].regions[0].block.args, ("dv/dt", "3é"), strict=True):
        value.name = name
    assert "^bb0(%dv_dt: i1, %_3_: f64):" in print_op(module)
