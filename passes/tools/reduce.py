"""The reducer: the smallest module that still fails.

It deletes functions, then operations (what they computed is replaced by an operand, an argument or
a constant), then loops and branches around what they hold, in halves, quarters, ... down to single
ones, and starts again until nothing more goes. A module that does not verify is never tried, unless
the first one does not verify either. It does not matter what "fails" means: a predicate decides.

    reduce(module, lambda smaller: crashes(smaller))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...ir.attributes import ArrayAttr, attribute
from ...ir.attrs_classes import define
from ...ir.core import Op, Value
from ...ir.diagnostics import RanvierError
from ...ir.dialects import arith
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func
from ...ir.mutator import Mutator
from ...ir.types import FloatType, IndexType, IntegerType, function, scalar_of
from ...ir.verifier import verify

Fails = Callable[[Module], bool]
Edit = Callable[[Mutator, Op], bool]
"""Makes an operation go away, or simpler; False if it cannot."""


@define(eq=False)
class Reducer:
    """The search for a smaller module.

    ``module`` is the smallest failing one so far; ``tried`` counts calls of ``fails``.
    """

    module: Module
    fails: Fails
    tried: int = 0
    _valid: bool = True

    def run(self, most: int = 10_000) -> Module:
        """Reduce until nothing more goes, or ``most`` candidates were tried."""
        self._valid = _verifies(self.module)
        before = -1
        while before != (before := size_of(self.module)) and self.tried < most:
            for edit, candidates in _EDITS:
                self._halves(edit, candidates, most)
        return self.module

    def _halves(self, edit: Edit, candidates: Callable[[Module], list[Op]], most: int) -> None:
        """Try an edit on ever smaller groups, the last candidates first."""
        count = len(candidates(self.module))
        width = count
        while width and self.tried < most:
            at = count
            while at > 0 and self.tried < most:
                start = max(0, at - width)
                if self._attempt(edit, candidates, range(start, at)):
                    count = len(candidates(self.module))
                at = min(start, count)
            width //= 2

    def _attempt(
        self, edit: Edit, candidates: Callable[[Module], list[Op]], places: Sequence[int]
    ) -> bool:
        """Edit a copy at these places. The copy is kept if it still fails and is smaller."""
        copy = self.module.clone({})
        assert isinstance(copy, Module)
        rw = Mutator()
        found = candidates(copy)
        done = False
        try:
            for i in reversed(places):
                if i < len(found) and found[i].block is not None:
                    done |= edit(rw, found[i])
        except AssertionError:  # the mutator refuses to erase what is still used
            return False
        if not done or (self._valid and not _verifies(copy)):
            return False
        if size_of(copy) >= size_of(self.module):
            return False
        self.tried += 1
        if not self.fails(copy):
            return False
        self.module = copy
        return True


def reduce(module: Module, fails: Fails) -> Module:
    """The smallest module found that still fails. ``module`` stays as it is."""
    copy = module.clone({})
    assert isinstance(copy, Module)
    return Reducer(copy, fails).run()


def size_of(module: Op) -> int:
    """The measure to reduce: operations, then arguments and operands.

    Computed operands count twice.
    """
    ops = [op for op in module.walk() if op is not module]
    operands = sum(1 + (value.op is not None) for op in ops for value in op.operands)
    arguments = sum(len(block.args) for op in ops for r in op.regions for block in r.blocks)
    return 10_000 * len(ops) + arguments + operands


def count_operations(module: Op) -> int:
    """The number of operations inside."""
    return sum(1 for _ in module.walk()) - 1


def _verifies(module: Op) -> bool:
    try:
        verify(module)
    except RanvierError:
        return False
    return True


def _symbols(module: Module) -> list[Op]:
    return list(module.ops)


def _inner(module: Module) -> list[Op]:
    tops = {None, *module.regions[0].blocks}
    return [op for op in module.walk() if op.block not in tops]


def _nested(module: Module) -> list[Op]:
    return [op for op in _inner(module) if op.regions and not op.isolated]


def drop(rw: Mutator, op: Op) -> bool:
    """Delete an operation; other values of its types replace its results."""
    if op.terminator:
        return False
    for value in op.results:
        if value.uses:
            other = _substitute(rw, op, value)
            if other is None:
                return False
            rw.replace_uses(value, other)
    rw.erase(op)
    return True


def _substitute(rw: Mutator, op: Op, value: Value) -> Value | None:
    """A value of the same type that is known before ``op``."""
    for other in _earlier(op):
        if other.type is value.type and other is not value:
            return other
    if isinstance(scalar_of(value.type), FloatType | IntegerType | IndexType):
        if type(op) is arith.Constant:
            return None
        found: Value = rw.insert_before(op, arith.constant(1, value.type))
        return found
    return None


def _earlier(op: Op) -> Iterator[Value]:
    """Values known before ``op``, nearest first.

    Operands come first, then arguments around ``op``, then operands of operations around it.
    """
    yield from op.operands
    block = op.block
    while block is not None:
        yield from block.args
        around = block.parent.parent if block.parent else None
        if around is None or around.isolated:
            return
        yield from around.operands
        block = around.block


def unwrap(rw: Mutator, op: Op) -> bool:
    """Replace an operation by the first block of a region."""
    for region in op.regions:
        if len(region.blocks) != 1 or not region.block.ops:
            continue
        block = region.block
        arguments = []
        for argument in block.args:
            found = _substitute(rw, op, argument)
            if found is None:
                return False
            arguments.append(found)
        results = rw.inline_before(op, block, arguments)
        for value in op.results:
            same = next((r for r in results if r.type is value.type), None)
            same = same or _substitute(rw, op, value)
            if same is None:
                return False
            rw.replace_uses(value, same)
        for other in op.regions:
            for inner in other.blocks:
                for each in reversed(inner.ops):
                    rw.erase(each)
        rw.erase(op)
        return True
    return False


def simplify(rw: Mutator, op: Op) -> bool:
    """Use arguments of the function instead of computed operands. Those can go then."""
    done = False
    for i, value in enumerate(op.operands):
        if value.op is None:
            continue
        for other in _earlier(op):
            if other.op is None and other.type is value.type:
                rw.set_operand(op, i, other)
                done = True
                break
    return done


def narrow(rw: Mutator, op: Op) -> bool:
    """Drop unused arguments of a function that is never called."""
    if not isinstance(op, Func) or op.is_declaration or _is_called(op):
        return False
    block = op.body.block
    used = [i for i, arg in enumerate(block.args) if arg.uses]
    if len(used) == len(block.args):
        return False
    type_ = op.function_type
    inputs = tuple(type_.inputs[i] for i in used)
    rw.set_prop(op, "function_type", attribute(function(inputs, type_.results)))
    if op.arg_attrs is not None:
        said = ArrayAttr(tuple(op.arg_attrs[i] for i in used))
        rw.set_prop(op, "arg_attrs", said if used else None)
    block.args[:] = [block.args[i] for i in used]
    for place, arg in enumerate(block.args):
        arg.index = place
    return True


def _is_called(function_: Func) -> bool:
    module = function_.parent_op
    calls = module.walk() if module is not None else iter(())
    return any(isinstance(op, Call) and op.callee == function_.sym_name for op in calls)


_EDITS: tuple[tuple[Edit, Callable[[Module], list[Op]]], ...] = (
    (drop, _symbols),
    (drop, _inner),
    (unwrap, _nested),
    (simplify, _inner),
    (narrow, _symbols),
)
