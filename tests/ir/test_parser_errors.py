"""What the parser says about texts that are no modules: the place, what was expected, a way out."""

from __future__ import annotations

import pytest

from ranvier.ir.parser import ParseError, parse

ONE = '%x = "arith.constant"() <{value = 1.0}> : () -> f64\n'


def errors(text: str) -> list[str]:
    """The first lines of all errors, as ``line:column: message``."""
    with pytest.raises(ParseError) as caught:
        parse(text, "t")
    return [
        str(d).splitlines()[0].removeprefix("t:").replace(" error:", "")
        for d in caught.value.diagnostics
    ]


CASES = {
    "unknown operation": (
        '"arith.adf"() : () -> ()',
        "1:1: there is no operation 'arith.adf'; did you mean 'arith.addf'?",
    ),
    "no operation": ("module {}", "1:1: expected an operation such as"),
    "no name": ("%x = 3", "1:6: expected an operation such as"),
    "no parenthesis": ('"func.return" : () -> ()', "1:15: expected '(' after the name"),
    "undefined value": ('"func.return"(%y) : (f64) -> ()', "1:15: '%y' is not defined"),
    "undefined result": (ONE + '"func.return"(%x#1) : (f64) -> ()', "2:15: '%x#1' is not defined"),
    "redefinition": (ONE + ONE, "2:1: '%x' is defined twice"),
    "type of a use": (ONE + '"func.return"(%x) : (f32) -> ()', "2:15: '%x' is used as f32, but is"),
    "type of an early use": (
        '"func.return"(%y) : (f32) -> ()\n' + ONE.replace("%x", "%y"),
        "1:15: '%y' is used as f32, but is f64",
    ),
    "too many types": (ONE + '"func.return"(%x) : (f64, f64) -> ()', "2:19: there are 1 operands"),
    "too few types": (ONE + '"func.return"(%x) : () -> ()', "2:19: there are 1 operands"),
    "results": ('%a, %b = "arith.constant"() <{value = 1}> : () -> i64', "1:10: 2 results are"),
    "a result with a number": ('%a#0 = "func.return"() : () -> ()', "1:1: a result is named"),
    "undefined block": ('"cf.br"()[^bb7] : () -> ()', "1:11: the block '^bb7' is not defined"),
    "block twice": (
        '"scf.if"() ({\n^a:\n^a:\n}) : () -> ()',
        "3:1: the block '^a' is defined twice",
    ),
    "block not there": (
        '"scf.if"() ({\n"cf.br"()[^bb7] : () -> ()\n}) : () -> ()',
        "2:11: the block '^bb7' is not defined",
    ),
    "open region": ('"scf.if"() ({\n"scf.yield"() : () -> ()', "2:25: expected '}' or an"),
    "unknown type": (ONE.replace("f64", "f65"), "1:49: expected a type, found 'f65'"),
    "type we do not have": (ONE.replace("f64", "bf16"), "1:49: the type 'bf16' is not supported"),
    "shape": (ONE.replace("f64", "vector<?xf64>"), "1:49: only vectors of one known dimension"),
    "layout": (
        ONE.replace("f64", "memref<4xf64, 1>"),
        "1:61: a memref with a layout, memory space or encoding is not supported",
    ),
    "integer for a float": (ONE.replace("1.0", "1 : f64"), "1:35: a float needs a dot"),
    "float for an integer": (ONE.replace("1.0", "1.0 : i64"), "1:35: an integer of type i64"),
    "python's nan": (ONE.replace("1.0", "nan"), "1:35: expected an attribute, found 'nan'"),
    "python's float": (ONE.replace("1.0", "1e-05 : f64"), "1:36: expected '}' or ','"),
    "too many bits": (ONE.replace("1.0", "0x1FF800000 : f32"), "1:35: expected the 32 bits"),
    "range": (ONE.replace("1.0", "256 : i8"), "1:35: the number does not fit into i8"),
    "elements": (
        ONE.replace("1.0", "dense<[1.0, 2.0]> : vector<3xf64>"),
        "1:50: expected ',' between the 3 elements of a dimension, found ']'",
    ),
    "too many elements": (
        ONE.replace("1.0", "dense<0.0> : vector<99999999999xf64>"),
        "1:35: a constant has at most",
    ),
    "key twice": (ONE.replace("1.0", "1.0, value = 2.0"), "1:40: the key 'value' stands"),
    "escape": (ONE.replace("1.0", r'"\q"'), r"1:35: a string knows no escape '\q'"),
    "open string": (ONE.replace("1.0", '"abc'), "1:35: expected a string, found a"),
    "attribute we do not have": (
        ONE.replace("1.0", "affine_map<(d0) -> (d0)>"),
        "1:35: the attribute 'affine_map' is not supported",
    ),
    "open brackets": (ONE.replace("1.0", "#a.b<(>"), "1:39: expected the end of the brackets"),
    "alias": ('"func.return"() {a = #x} : () -> ()', "1:22: the attribute '#x' is defined nowhere"),
    "alias of itself": (
        '"func.return"() {a = #x} : () -> ()\n#x = [#x]',
        "2:7: the attribute '#x' stands for itself",
    ),
    "location": ('"func.return"() : () -> () loc(here)', "1:32: expected a location, found 'here'"),
    "strange character": ('"func.return"() : () -> () ?', "1:28: expected an operation such as"),
    "depth": (ONE.replace("1.0", "[" * 5000), "1:1"),
    "digits": (ONE.replace("1.0", "9" * 5000), "1:35: the number does not fit into i64"),
    "region metadata": ("{-# #-}", "1:1: expected an operation such as"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_error(name: str) -> None:
    text, expected = CASES[name]
    found = errors(text)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_the_whole_message() -> None:
    """Line, caret, and a note where it began."""
    text = ONE + '"func.return"(%x) : (f32) -> ()'
    with pytest.raises(ParseError) as caught:
        parse(text, "a.mlir")
    assert str(caught.value).splitlines() == [
        "a.mlir:2:15: error: '%x' is used as f32, but is f64",
        '  "func.return"(%x) : (f32) -> ()',
        "                ^^",
        "note: defined here (a.mlir:1)",
    ]


def test_errors_are_collected() -> None:
    """A syntax error ends its operation only; its results fit everywhere after it."""
    text = """
    "func.func"() <{function_type = () -> f64, sym_name = "f"}> ({
      %a = "arith.constant"() <{value = }> : () -> f64
      %b = "arith.adff"(%a, %a) : (f64, f64) -> f64
      %c = "arith.addf"(%b, %nothing) : (f64, f64) -> f64
      "func.return"(%c) : (f32) -> ()
    }) : () -> ()
    """
    assert [line.partition(": ")[2] for line in errors(text)] == [
        "expected an attribute, found '}'",
        "there is no operation 'arith.adff'; did you mean 'arith.addf'?",
        "'%c' is used as f32, but is f64",
        "'%nothing' is not defined",
    ]


def test_not_too_many_errors() -> None:
    assert len(errors('"arith.x"() : () -> ()\n' * 100)) == 20


def test_names_do_not_leave_their_region() -> None:
    text = """
    %c = "arith.constant"() <{value = true}> : () -> i1
    "scf.if"(%c) ({
      %x = "arith.constant"() <{value = 1.0}> : () -> f64
      "scf.yield"() : () -> ()
    }, {
      %x = "arith.constant"() <{value = 2.0}> : () -> f64
      "scf.yield"() : () -> ()
    }) : (i1) -> ()
    "func.return"(%x) : (f64) -> ()
    """
    assert errors(text) == ["10:19: '%x' is not defined"]
    text = text.replace('"func.return"(%x) : (f64)', '"func.return"() : ()')
    parse(text)
