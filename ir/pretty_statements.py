"""Statements of :mod:`.pretty`: stores, loops, declarations.

``STATEMENTS`` maps names of operations to functions that get the operation and the writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .attributes import ArrayAttr
from .core import Op, Region, Value
from .pretty_words import NOT, element, lanes

if TYPE_CHECKING:
    from .pretty import PrettyWriter

Statement = Callable[[Any, "PrettyWriter"], None]
STATEMENTS: dict[str, Statement] = {}


def states(*names: str) -> Callable[[Statement], Statement]:
    """Decorator that enters a function into ``STATEMENTS``."""

    def enter(function: Statement) -> Statement:
        STATEMENTS.update(dict.fromkeys(names, function))
        return function

    return enter


# ---------------------------------------------------------------------- networks


@states("builtin.module")
def _module(op: Any, w: PrettyWriter) -> None:
    for i, inner in enumerate(op.ops):
        if i:
            w.line("")
        w.op(inner)


def _declarations(region: Region, w: PrettyWriter) -> None:
    """Write parameters and variables, one line for each kind."""
    kinds: dict[str, list[str]] = {}
    for variable in region.block.ops if region.blocks else ():
        if variable.name == "eq.variable":
            one: Any = variable
            w.names.reserve(one.sym_name)
            kinds.setdefault(f"{one.locality} {one.role}s", []).append(one.sym_name)
    for kind, names in kinds.items():
        w.line(f"{kind}: {', '.join(names)}")


def _says_something(region: Region) -> bool:
    return any(len(block.ops) > 1 or block.ops[-1].operands for block in region.blocks if block.ops)


def _regions(op: Any, w: PrettyWriter) -> None:
    """Write the regions of a population or projection under their names.

    Those that hold nothing but their terminator are left out.
    """
    w.indent += "  "
    _declarations(op.declarations, w)
    for name, region in zip(op.defn.regions, op.regions, strict=True):
        if name != "declarations" and _says_something(region):
            w.line(f"{name}:")
            w.nested(region)
    w.indent = w.indent[:-2]


@states("net.population")
def _population(op: Any, w: PrettyWriter) -> None:
    refractory = f", refractory for {op.refractory}" if op.refractory else ""
    w.line(f"population {op.sym_name}: {op.size} neurons, {op.kind}{refractory}")
    w.alone(lambda: _regions(op, w))


@states("net.projection")
def _projection(op: Any, w: PrettyWriter) -> None:
    layout = f", stored {op.layout}" if op.layout else ""
    kinds = f"{op.kind}, {op.pattern}{layout}"
    w.line(f"projection {op.sym_name}: {op.pre} -> {op.post} ({_texts(op.targets)}), {kinds}")
    w.alone(lambda: _regions(op, w))


@states("net.monitor")
def _monitor(op: Any, w: PrettyWriter) -> None:
    w.line(f"monitor {op.sym_name} of {op.source}: {', '.join(i.label for i in op.items)}")


def _texts(items: Iterable[Any]) -> str:
    found = items.value if isinstance(items, ArrayAttr) else items
    return ", ".join(str(getattr(item, "value", item)) for item in found)


# ---------------------------------------------------------------------- equations


@states("eq.write")
def _write(op: Any, w: PrettyWriter) -> None:
    w.line(f"{op.variable} = {w.value(op.value)}")


@states("eq.accumulate")
def _accumulate(op: Any, w: PrettyWriter) -> None:
    w.line(f"post.{op.variable} += {w.value(op.value)}")


@states("eq.system")
def _system(op: Any, w: PrettyWriter) -> None:
    for block in op.body.blocks:
        w.block(block)


@states("eq.equation")
def _equation(op: Any, w: PrettyWriter) -> None:
    w.line(f"{w.value(op.lhs)} = {w.value(op.rhs)}  ({op.method})")


@states("eq.yield")
def _yield(op: Op, w: PrettyWriter) -> None:
    if op.operands:
        w.line(w.values(op.operands))


# ---------------------------------------------------------------------- functions and memory


@states("func.func")
def _function(op: Any, w: PrettyWriter) -> None:
    w.alone(lambda: _definition(op, w))


def _definition(op: Any, w: PrettyWriter) -> None:
    arguments = op.body.block.args if op.body.blocks else []
    plain = [w.names.of(a) for a in arguments if not str(a.type).startswith("memref")]
    buffers = [w.names.of(a) for a in arguments if str(a.type).startswith("memref")]
    w.line(f"def {op.sym_name}({', '.join(plain)})" + (":" if op.body.blocks else ""))
    if buffers:
        w.line(f"  buffers: {', '.join(buffers)}")
    _blocks(op.body, w)


def _blocks(region: Region, w: PrettyWriter) -> None:
    """Write the blocks of a region, with labels for several."""
    for i, block in enumerate(region.blocks):
        if i:
            w.line(f"bb{i}({w.values(block.args)}):")
        w.nested(block)


@states("func.return")
def _return(op: Op, w: PrettyWriter) -> None:
    if op.operands:
        w.line(f"return {w.values(op.operands)}")


@states("func.call")
def _call(op: Any, w: PrettyWriter) -> None:
    """Write a call without its buffers, which are the callee's own."""
    results = f"{w.values(op.results)} = " if op.results else ""
    plain = [v for v in op.operands if not str(v.type).startswith("memref")]
    w.line(f"{results}{op.callee}({w.values(plain)})")


@states("cf.br")
def _jump(op: Op, w: PrettyWriter) -> None:
    w.line(f"goto {_target(op, 0)}({w.values(op.operands)})")


@states("cf.cond_br")
def _fork(op: Any, w: PrettyWriter) -> None:
    yes = f"{_target(op, 0)}({w.values(op.true_arguments)})"
    no = f"{_target(op, 1)}({w.values(op.false_arguments)})"
    w.line(f"goto {yes} if {w.value(op.condition)} else {no}")


def _target(op: Op, i: int) -> str:
    block = op.successors[i]
    return f"bb{block.parent.blocks.index(block)}" if block.parent else "nowhere"


@states("memref.store")
def _store(op: Any, w: PrettyWriter) -> None:
    place = element(w.words(op.memref), [w.words(v) for v in op.indices])
    w.line(f"{place} = {w.value(op.value)}")


@states("vector.store")
def _store_lanes(op: Any, w: PrettyWriter) -> None:
    place = lanes(op, w.words(op.base), [w.words(v) for v in op.indices])
    w.line(f"{place} = {w.value(op.value)}")


@states("syn.mark")
def _mark(op: Any, w: PrettyWriter) -> None:
    place = element(w.words(op.mask), [w.words(op.word)])
    w.line(f"bit {w.value(op.i)} of {place} = {w.value(op.hit)}")


@states("memref.atomic_rmw")
def _atomic(op: Any, w: PrettyWriter) -> None:
    place = element(w.words(op.memref), [w.words(v) for v in op.indices])
    old = f"{w.name(op.result)} = " if op.result.uses else ""
    w.line(f"{old}{op.word} atomically {place}, {w.value(op.value)}")


@states("memref.alloc")
def _alloc(op: Any, w: PrettyWriter) -> None:
    sizes = ", ".join(map(str, op.results[0].type.shape))
    w.line(f"{w.name(op.results[0])} = memory of the block [{sizes}]")


@states("gpu.shuffle")
def _shuffle(op: Any, w: PrettyWriter) -> None:
    sign = {"idx": "", "xor": "^ ", "up": "- ", "down": "+ "}[op.mode.partition(" ")[2]]
    lane = f"lane {sign}{w.value(op.offset)}"
    w.line(f"{w.name(op.moved)}, {w.name(op.valid)} = {w.value(op.value)} of {lane}")


@states("gpu.barrier")
def _block_meets(op: Any, w: PrettyWriter) -> None:
    w.line("the block meets")


@states("nvvm.bar.warp.sync")
def _warp_meets(op: Any, w: PrettyWriter) -> None:
    w.line("the warp meets")


@states("syn.append")
def _append(op: Any, w: PrettyWriter) -> None:
    what, count = w.value(op.first), f"{w.value(op.count)}[{w.value(op.slot)}]"
    place = f"{w.value(op.list)}[{w.value(op.base)} + {count}]"
    where = f"{w.value(op.hit)}, below {w.value(op.limit)}"
    w.line(f"append {what} + lane to {place} where {where}")


# ---------------------------------------------------------------------- control flow


@states("scf.for")
def _loop(op: Any, w: PrettyWriter) -> None:
    becomes(op.carried, op.inits, w)
    bounds = w.values([op.lower, op.upper])
    step = w.value(op.step)
    step = "" if step == "1" else f", {step}"
    note = "  # in any order" if op.parallel else ""
    w.line(f"for {w.value(op.iv)} in range({bounds}{step}):{note}")
    w.nested(op.body)
    for result, carried in zip(op.results, op.carried, strict=True):
        w.name(result, like=carried)


@states("scf.if")
def _choice(op: Any, w: PrettyWriter) -> None:
    w.line(f"if {w.value(op.condition)}:")
    w.nested(op.then)
    if any(len(block.ops) > 1 or block.ops[-1].operands for block in op.otherwise.blocks):
        w.line("else:")
        w.nested(op.otherwise)


@states("scf.while")
def _while(op: Any, w: PrettyWriter) -> None:
    before, after = op.before.block, op.after.block
    becomes(before.args, op.inits, w)
    w.line("while True:")
    w.nested(before)
    for values in (after.args, op.results):
        for value, passed in zip(values, before.terminator.operands[1:], strict=True):
            w.texts[value] = w.words(passed)
    w.nested(after)


@states("scf.condition")
def _condition(op: Any, w: PrettyWriter) -> None:
    w.line(f"if not {w.words(op.condition).at(NOT)}: break")


@states("scf.yield")
def _hand_over(op: Op, w: PrettyWriter) -> None:
    """Write assignments to the results or carried values of the parent."""
    parent: Any = op.parent_op
    if parent is None or not op.operands:
        return
    if parent.name == "scf.for":
        becomes(parent.carried, op.operands, w)
    elif parent.name == "scf.while":
        becomes(parent.before.block.args, op.operands, w)
    else:
        becomes(parent.results, op.operands, w)


def becomes(targets: Iterable[Value], values: Iterable[Value], w: PrettyWriter) -> None:
    """Write an assignment of changed values: ``a, b = x, y``."""
    pairs = [(w.name(t), w.value(v)) for t, v in zip(targets, values, strict=True)]
    pairs = [(target, value) for target, value in pairs if target != value]
    if pairs:
        left, right = (", ".join(side) for side in zip(*pairs, strict=True))
        w.line(f"{left} = {right}")
