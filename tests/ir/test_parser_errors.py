"""Errors of the parser for texts that are no modules.

The place, what was expected, a way out.
"""

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
    "no operation": ("modul {}", "1:1: expected an operation such as"),
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
        ONE.replace("f64", "memref<4xf64, strided<[1]>>"),
        "1:63: a memref with a layout, encoding or such a memory is not supported",
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


CUSTOM = "%x = arith.constant 1.0 : f64\n"
LOOP = "%a = arith.constant 1 : index\nscf.for %i = %a to %a step %a"
CUSTOM_CASES = {
    "unknown operation": (
        "%y = arith.adf %x, %x : f64",
        "1:6: there is no operation 'arith.adf'; did you mean 'arith.addf'?",
    ),
    "no word": ("%y = constant 1.0 : f64", "1:6: expected an operation such as"),
    "undefined value": ("func.return %y : f64", "1:13: '%y' is not defined"),
    "type of a use": (CUSTOM + "func.return %x : f32", "2:13: '%x' is used as f32, but is f64"),
    "operand": (CUSTOM + "%y = arith.addf %x, 3 : f64", "2:21: expected an operand, found '3'"),
    "comma": (CUSTOM + "%y = arith.addf %x : f64", "2:20: expected ',', found ':'"),
    "type": (CUSTOM + "%y = arith.addf %x, %x", "2:23: expected ':', found the end of the text"),
    "types": (
        CUSTOM + "func.return %x, %x : f64",
        "2:22: there are 2 values 'values', but 1",
    ),
    "constraint": (
        CUSTOM + "%y = arith.negf %x : i64",
        "2:22: operand 'operand' expects a float or a vector of floats, got i64",
    ),
    "index": (
        CUSTOM + "memref.store %x, %m[%x] : memref<?xf64>",
        "2:21: '%x' is used as index, but is f64",
    ),
    "types that do not fit": (
        CUSTOM + "%y = vector.shuffle %x, %x [0] : f64, f64",
        "2:34: operand 'v1' expects a vector, got f64",
    ),
    "word of a property": (
        CUSTOM + "%y = arith.cmpf gt, %x, %x : f64",
        "2:17: expected one of 'false', 'oeq', 'ogt'",
    ),
    "number of a property": (
        "net.population @p size big kind rate",
        "1:24: expected a number, found 'big'",
    ),
    "symbol": ('net.population "p" size 3 kind rate', "1:16: expected a symbol, found"),
    "name of a region": (
        "net.population @p size 3 kind rate { equation {} }",
        "1:38: expected one of 'declarations', 'constants', 'globals', 'equations', 'spike', "
        "'reset', 'axon_spike', 'axon_reset', found",
    ),
    "region twice": (
        "net.population @p size 3 kind rate { spike {} spike {} }",
        "1:47: the region 'spike' stands here twice",
    ),
    "property twice": (
        "net.population @p size 3 kind rate attributes {size = 4}",
        "1:47: 'size' has a place of its own in the form of this operation",
    ),
    "results": ("%a, %b = arith.constant 1.0 : f64", "1:10: 2 results are named"),
    "initial values": (
        LOOP + " iter_args(%x = %a) -> (index, index) {\n}",
        "2:53: there are 1 values, but 2 types",
    ),
    "variable of a loop": (LOOP + " {\n}\nfunc.return %i : index", "4:13: '%i' is not defined"),
    "open loop": (LOOP + " {", "2:32: expected '}' or an operation"),
    "block": ("cf.br ^bb7", "1:7: the block '^bb7' is not defined"),
    "arguments without names": (
        "func.func @f(f64) {\n}",
        "1:19: a function with a body names its arguments",
    ),
    "condition": (CUSTOM + "scf.if %x {\n}", "2:8: '%x' is used as i1, but is f64"),
}


@pytest.mark.parametrize("name", CUSTOM_CASES)
def test_error_in_the_custom_form(name: str) -> None:
    text, expected = CUSTOM_CASES[name]
    found = errors(text)
    assert found[0].startswith(expected)


def test_a_caret_in_the_custom_form() -> None:
    with pytest.raises(ParseError) as caught:
        parse(CUSTOM + "func.return %x : f32", "a.mlir")
    assert str(caught.value).splitlines() == [
        "a.mlir:2:13: error: '%x' is used as f32, but is f64",
        "  func.return %x : f32",
        "              ^^",
        "note: defined here (a.mlir:1)",
    ]


def test_errors_in_the_custom_form_are_collected() -> None:
    """Both forms in one text; an error ends its operation only."""
    text = """
    func.func @f() -> f64 {
      %a = arith.constant : f64
      %b = "arith.adff"(%a, %a) : (f64, f64) -> f64
      %c = arith.adff %b, %nothing : f64
      scf.if %c {
        %d = arith.negf %c f64
      }
      return %c : f32
      return %nothing : f64
    }
    """
    assert [line.partition(": ")[2] for line in errors(text)] == [
        "expected an attribute, found ':'",
        "there is no operation 'arith.adff'; did you mean 'arith.addf'?",
        "there is no operation 'arith.adff'; did you mean 'arith.addf'?",
        "expected ':', found 'f64'",
        "'%nothing' is not defined",
    ]


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
    """A syntax error ends its operation only.

    Its results fit everywhere after it.
    """
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
