"""The custom form says all of a module.

Its text parses back to an equal one.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.random_modules import random_attribute, random_module
from samples.random_networks import random_network
from samples.seed_levels import ALL, texts

from ranvier.ir.core import Op
from ranvier.ir.declare import OPS
from ranvier.ir.equality import difference
from ranvier.ir.parser import parse
from ranvier.ir.parser.registry import load_all
from ranvier.ir.printer import print_custom, print_op
from ranvier.ir.verifier import verify
from ranvier.passes.framework.core import no_gc

MODULES = 2_000
NETWORKS = 250


def round_trip(module: Op, locations: bool) -> str:
    """Print, parse, compare, print again; return the text."""
    text = print_custom(module, locations)
    back = parse(text)
    assert difference(module, back, names=not locations, locations=locations) is None
    assert print_custom(back, locations) == text
    return text


def generic_lines(text: str) -> list[str]:
    """Operations that the custom form could not say."""
    return re.findall(r'^ *(?:%.* = )?"[\w.]+"\(.*$', text, re.MULTILINE)


def unnamed(module: Op) -> Op:
    """A parsed module with the names of its text.

    So names can be compared.
    """
    return parse(print_op(module))


@pytest.mark.parametrize(("name", "level"), ALL)
def test_levels(name: str, level: str) -> None:
    """Every level of the published networks has a custom form.

    Nothing is left to the generic form.
    """
    module = parse(texts(name)[level])
    text = round_trip(module, locations=False)
    assert not generic_lines(text)
    assert len(text) < 0.8 * len(texts(name)[level])
    round_trip(module, locations=True)


@pytest.mark.parametrize("name", sorted({name for name, _ in ALL}))
def test_networks_take_about_half_of_the_text(name: str) -> None:
    level = texts(name)["net"]
    assert len(print_custom(parse(level))) < 0.55 * len(level)


@given(st.integers(min_value=0))
@settings(max_examples=100, deadline=None)
def test_hypothesis_modules(seed: int) -> None:
    module = unnamed(random_module(seed, branches=True))
    assert not generic_lines(round_trip(module, locations=False))


@given(st.integers(min_value=0), st.booleans())
@settings(max_examples=50, deadline=None)
def test_hypothesis_networks(seed: int, derivatives: bool) -> None:
    module = unnamed(random_network(seed, derivatives=derivatives))
    assert not generic_lines(round_trip(module, locations=False))


@pytest.mark.long
@pytest.mark.parametrize("part", range(2))
def test_random_modules(part: int) -> None:
    """Many small ones, half of them with whatever text can hold."""
    for seed in range(part, MODULES, 2):
        with no_gc():
            odd = seed % 8 >= 4
            module = random_module(seed, size=3, functions=1, oddities=odd, branches=seed % 3 == 0)
            text = print_custom(module, odd)
            back = parse(text)
            assert difference(module, back, locations=odd) is None
            assert print_custom(back, odd) == text


def test_both_forms_say_the_same() -> None:
    """Generic to custom and back gives the same names and letters."""
    for seed in range(NETWORKS):
        for module in (random_module(seed, size=4, branches=True), random_network(seed)):
            text = print_op(parse(print_op(module)))
            assert print_op(parse(print_custom(parse(text)))) == text


def test_every_operation_has_a_form() -> None:
    load_all()
    ours = {name for name, cls in OPS.items() if cls.__module__.startswith("ranvier.ir.dialects")}
    assert not [name for name in ours if OPS[name].form is None]


BROKEN = """
"func.func"() <{function_type = (f64, f32) -> (), sym_name = "f"}> ({
^bb0(%x: f64, %y: f32):
  %few = "arith.addf"(%x) : (f64) -> f64
  %mixed = "arith.addf"(%x, %y) : (f64, f32) -> f64
  %other = "arith.addf"(%x, %x) : (f64, f64) -> f32
  %none = "arith.constant"() : () -> f64
  %where = "memref.load"(%x) : (f64) -> f64
  %which = "arith.cmpf"(%x, %x) <{predicate = 16 : i64}> : (f64, f64) -> i1
  %wide = "arith.cmpf"(%x, %x) <{predicate = 1 : i32}> : (f64, f64) -> i1
  %new = "arith.negf"(%x) <{strange = 1 : i64}> : (f64) -> f64
  "scf.if"(%x) ({
  }, {
  }) : (f64) -> ()
  "scf.if"(%which) ({
    %open = "arith.negf"(%x) : (f64) -> f64
  }, {
  }) : (i1) -> ()
  "scf.for"(%x, %x, %x) ({
  ^bb0(%i: f64):
    "scf.yield"() : () -> ()
  }) : (f64, f64, f64) -> ()
  "cf.cond_br"(%which, %x)[^bb1, ^bb0] <{operandSegmentSizes = array<i32: 1, 5, 1>}>
    : (i1, f64) -> ()
^bb1(%z: f64):
  "func.return"() : () -> ()
}) : () -> ()
"""


def test_what_the_form_cannot_say_stays_generic() -> None:
    """Operations that do not verify are printed all the same.

    They read back as they are.
    """
    module = parse(BROKEN)
    text = print_custom(module)
    assert len(generic_lines(text)) == 13
    assert difference(module, parse(text)) is None


def test_the_terminator_keeps_what_it_says() -> None:
    """The terminator is left out only if it says nothing."""
    text = """
    func.func @f(%c: i1) {
      scf.if %c {
        scf.yield {note = "kept"}
      }
      scf.if %c {
      } else {
      }
      return
    }
    """
    module = parse(text, "m")
    assert [op.name for op in module.walk()].count("scf.yield") == 3
    verify(module)
    assert "scf.yield {note" in round_trip(module, locations=False)
    assert print_custom(module, locations=True).count("scf.yield") == 1


@given(st.randoms(use_true_random=False))
@settings(deadline=None)
def test_attributes(rng: object) -> None:
    """Attributes of every kind, on operations of every shape of form."""
    module = random_module(3, size=6, branches=True)
    for op in module.walk():
        if op.name != "builtin.module":
            op.attributes["a b"] = random_attribute(rng)  # type: ignore[arg-type]
    assert difference(module, parse(print_custom(module))) is None
