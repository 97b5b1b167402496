"""The verifier: what text cannot express is broken by hand.

The rest is in ``broken/``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from samples.random_modules import random_module

from ranvier.ir import dialects
from ranvier.ir.attributes import SymbolRefAttr, attribute
from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op
from ranvier.ir.declare import OPS
from ranvier.ir.dialects import arith, func, scf
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.fast_verify import fast_check
from ranvier.ir.location import file_loc
from ranvier.ir.parser import parse
from ranvier.ir.symbols import REFERENCES
from ranvier.ir.types import f64, i64, index
from ranvier.ir.verifier import VerifyError, verify, violations

for info in iter_modules(dialects.__path__):
    import_module(f"{dialects.__name__}.{info.name}")

BROKEN = Path(__file__).parent / "broken"


def function() -> tuple[Module, Any, list[Op]]:
    """``f(x) = -x + x`` and its operations."""
    module = Module()
    made = Builder(module.body.block)(func.definition("f", (f64,), (f64,), ("x",)))
    b = Builder(made.body.block)
    (x,) = made.body.block.args
    b(func.Return(b(arith.AddF(b(arith.NegF(x)), x))))
    return module, made, list(made.body.block.ops)


def complaints(module: Op) -> list[str]:
    """The texts of all violations."""
    return [d.text for d in violations(module)]


def test_accepts_what_is_right() -> None:
    module, made, _ = function()
    verify(module)
    verify(made)
    assert violations(module, thorough=False) == []


def _forgotten_use(ops: list[Op]) -> None:
    del ops[1].operands[0].uses[ops[1], 0]


def _use_of_nothing(ops: list[Op]) -> None:
    ops[0].results[0].uses[ops[1], 1] = None


def _use_from_outside(ops: list[Op]) -> None:
    arith.NegF(ops[0].results[0])


def _lost_block(ops: list[Op]) -> None:
    ops[1].block = Block()
    ops[1].block.ops.append(ops[1])


def _wrong_index(ops: list[Op]) -> None:
    ops[0].results[0].index = 1


def _wrong_owner(ops: list[Op]) -> None:
    ops[0].results[0].owner = ops[1]


def _lost_parent_of_block(ops: list[Op]) -> None:
    block = ops[0].block
    assert block is not None
    block.parent = None


def _lost_parent_of_region(ops: list[Op]) -> None:
    function_ = ops[0].parent_op
    assert function_ is not None
    function_.regions[0].parent = None


def _unexpected_successor(ops: list[Op]) -> None:
    ops[0].successors = (Block(),)


def _operand_of_another_function(ops: list[Op]) -> None:
    _, other, _ = function()
    ops[0].set_operand(0, other.body.block.args[0])


BREAK: list[tuple[Callable[[list[Op]], None], str]] = [
    (_forgotten_use, "'arith.addf' is missing in the uses of its operand 0"),
    (_use_of_nothing, "'arith.negf' has a use that is not there"),
    (_use_from_outside, "'arith.negf' has a use that is not there"),
    (_lost_block, "'arith.addf' stands in a block that is not its own"),
    (_wrong_index, "'arith.negf' holds a value that has another owner or index"),
    (_wrong_owner, "'arith.negf' holds a value that has another owner or index"),
    (_lost_parent_of_block, "'func.func' holds a block that has another parent"),
    (_lost_parent_of_region, "'func.func' holds a region that has another parent"),
    (_unexpected_successor, "'arith.negf' has successors, but does not end its block"),
    (_operand_of_another_function, "'arith.negf' operand 0 is not defined before its use"),
]


@pytest.mark.parametrize(("break_it", "text"), BREAK, ids=[b.__name__[1:] for b, _ in BREAK])
def test_broken_by_hand(break_it: Callable[[list[Op]], None], text: str) -> None:
    module, _, ops = function()
    break_it(ops)
    assert complaints(module) == [text]


def test_collects_everything_in_order_of_the_text() -> None:
    module, made, ops = function()
    ops[1].loc, made.loc = file_loc("b.py", 9, 1), file_loc("a.py", 3, 1)
    ops[1].results[0].type = i64
    made.props["sym_name"] = attribute(3)
    with pytest.raises(VerifyError) as caught:
        verify(module)
    lines = str(caught.value).splitlines()
    errors = [line for line in lines if "error" in line]
    assert errors[0].startswith("a.py:3:1: error: 'func.func'")
    assert errors[-1].startswith("b.py:9:1: error: 'arith.addf'")


def test_removed_definition_is_named() -> None:
    module, _, ops = function()
    block = ops[0].block
    assert block is not None
    block.remove(ops[0])
    (found, *_) = violations(module)
    assert found.notes[0].text == "'arith.negf': this was removed"


def test_nested_loops_see_outer_values_only() -> None:
    module = Module()
    made = Builder(module.body.block)(func.definition("f", (index,), ()))
    b = Builder(made.body.block)
    (n,) = made.body.block.args
    b(loop := scf.For(n, n, n))
    loop.body.block.add_arg(index)
    inner = Builder(loop.body.block)
    value = inner(arith.AddI(loop.iv, n))
    inner(scf.Yield())
    b(func.Return())
    verify(module)
    after = arith.AddI(value, n)
    made.body.block.insert_before(made.body.block.ops[-1], after)
    assert complaints(module) == ["'arith.addi' operand 0 is not defined before its use"]


def test_blocks_that_nobody_reaches() -> None:
    """Dominance says nothing of them, but they are looked at."""
    text = """
    "func.func"() <{function_type = () -> (), sym_name = "f"}> ({
      "func.return"() : () -> ()
    ^bb1:
      %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
      %y = "arith.negf"(%x) : (f64) -> i64
      "func.return"() : () -> ()
    }) : () -> ()
    """
    (found,) = complaints(parse(text))
    assert "must have the type of 'operand'" in found


@pytest.mark.parametrize("seed", range(40))
def test_quick_check_agrees_with_verify(seed: int) -> None:
    """The quick answer is never more lenient. Operations are right or broken."""
    for op in random_module(seed).walk():
        slow = type(op).check
        for broken in _variations(op):
            if fast_check(type(broken))(broken):
                own = list(slow(broken))
                assert [t for t in broken.verify() if t not in own] == []


def _variations(op: Op) -> list[Op]:
    found = [op]
    for change in ("operands", "props", "results"):
        copy = object.__new__(type(op))
        copy._setup(list(op.operands), tuple(v.type for v in op.results), dict(op.props))
        copy.drop_operands()
        copy.operands = list(op.operands)
        copy.regions, copy.successors = op.regions, op.successors
        if change == "operands" and copy.operands:
            copy.operands = copy.operands[1:]
        elif change == "props" and copy.props:
            copy.props = dict(list(copy.props.items())[1:])
        elif change == "results" and copy.results:
            copy.results[0].type = i64
        found.append(copy)
    return found


def test_every_reference_has_a_rule() -> None:
    """References to symbols are all resolved."""
    naming = {
        cls
        for cls in OPS.values()
        if any(issubclass(SymbolRefAttr, decl.kind) for _, decl in cls.defn.props)
    }
    assert naming - set(REFERENCES) <= {arith.Constant}


def test_enough_broken_modules() -> None:
    pieces = [text for file in BROKEN.glob("*.mlir") for text in file.read_text().split("// -----")]
    assert sum("expected-error" in text for text in pieces) >= 30
