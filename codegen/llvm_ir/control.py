"""Rules of ``scf`` and ``func``: from structured control flow to blocks.

It becomes basic blocks and phi nodes.
"""

from __future__ import annotations

from typing import Any

from ...ir.core import Value
from ...ir.dialects import func, scf
from .lowering import Ref, Writer, lowers
from .types import symbol


def phi(write: Writer, value: Value) -> tuple[int, Ref]:
    """Reserve a line for a phi node. Its sources are known only after the loop's body."""
    ref = Ref(write.type(value.type), "%" + write.fresh(value.name))
    write.lines.append("")
    return len(write.lines) - 1, ref


def fill(write: Writer, place: int, ref: Ref, *sources: tuple[Ref, str]) -> None:
    """Write a reserved phi node: a value per preceding block."""
    edges = ", ".join(f"[ {value.name}, %{label} ]" for value, label in sources)
    write.lines[place] = f"  {ref.name} = phi {ref.type} {edges}"


@lowers(scf.For)
def loop(op: Any, write: Writer) -> tuple[Ref, ...]:
    """A loop that tests at its end. It stands behind a test whether it runs at all."""
    lower, upper, step = write[op.lower], write[op.upper], write[op.step]
    inits = [write[v] for v in op.inits]
    before, body, done = write.here, write.fresh("loop"), write.fresh("done")
    runs = write.new("i1", f"icmp slt {lower}, {upper.name}")
    write.line(f"br {runs}, label %{body}, label %{done}")

    write.start(body)
    nodes = [phi(write, arg) for arg in op.body.block.args]
    for arg, (_, ref) in zip(op.body.block.args, nodes, strict=True):
        write.env[arg] = ref
    yielded = write.block(op.body.block)
    # No overflow: no buffer reaches near the end of the range of an index.
    following = write.new(lower.type, f"add nsw {nodes[0][1]}, {step.name}")
    again = write.new("i1", f"icmp slt {following}, {upper.name}")
    last = write.here
    write.line(f"br {again}, label %{body}, label %{done}")
    pairs = zip([lower, *inits], [following, *yielded], strict=True)
    for (place, ref), (first, later) in zip(nodes, pairs, strict=True):
        fill(write, place, ref, (first, before), (later, last))

    write.start(done)
    return tuple(
        _merge(write, value, (first, before), (later, last))
        for value, first, later in zip(op.results, inits, yielded, strict=True)
    )


def _merge(write: Writer, value: Value, *sources: tuple[Ref, str]) -> Ref:
    place, ref = phi(write, value)
    fill(write, place, ref, *sources)
    return ref


@lowers(scf.If)
def branch(op: Any, write: Writer) -> tuple[Ref, ...]:
    """Two blocks that meet. An empty second region is no block at all."""
    then, done = write.fresh("then"), write.fresh("done")
    has_else = bool(op.otherwise.blocks and op.otherwise.block.ops)
    otherwise = write.fresh("else") if has_else else done
    write.line(f"br {write[op.condition]}, label %{then}, label %{otherwise}")
    ends: list[tuple[list[Ref], str]] = []
    for label, region in ((then, op.then), (otherwise, op.otherwise)):
        if label == done:
            continue
        write.start(label)
        yielded = write.block(region.block)
        ends.append((yielded, write.here))
        write.line(f"br label %{done}")
    write.start(done)
    return tuple(
        _merge(write, value, *((yielded[i], label) for yielded, label in ends))
        for i, value in enumerate(op.results)
    )


@lowers(scf.While)
def while_loop(op: Any, write: Writer) -> tuple[Ref, ...]:
    """A loop whose first region decides. The second runs and goes back to the first."""
    before, head = write.here, write.fresh("while")
    body, done = write.fresh("do"), write.fresh("done")
    inits = [write[v] for v in op.inits]
    write.line(f"br label %{head}")

    write.start(head)
    nodes = [phi(write, arg) for arg in op.before.block.args]
    for arg, (_, ref) in zip(op.before.block.args, nodes, strict=True):
        write.env[arg] = ref
    condition, *passed = write.block(op.before.block)
    write.line(f"br {condition}, label %{body}, label %{done}")

    write.start(body)
    write.env.update(zip(op.after.block.args, passed, strict=True))
    yielded = write.block(op.after.block)
    last = write.here
    write.line(f"br label %{head}")
    for (place, ref), first, later in zip(nodes, inits, yielded, strict=True):
        fill(write, place, ref, (first, before), (later, last))
    write.start(done)
    return tuple(passed)


@lowers(func.Call)
def call(op: Any, write: Writer) -> tuple[Ref, ...]:
    """Several results travel in a struct."""
    args = ", ".join(str(write[v]) for v in op.operands)
    kinds = write.types(op.results)
    type_ = result_type(kinds)
    text = f"call {type_} {symbol(op.callee)}({args})"
    if not kinds:
        write.line(text)
        return ()
    value = write.new(type_, text)
    if len(kinds) == 1:
        return (value,)
    return tuple(write.new(t, f"extractvalue {value}, {i}") for i, t in enumerate(kinds))


def result_type(kinds: list[str]) -> str:
    """The LLVM type that a function with these results returns."""
    if not kinds:
        return "void"
    return kinds[0] if len(kinds) == 1 else f"{{ {', '.join(kinds)} }}"


def write_return(values: list[Ref], write: Writer) -> None:
    """The end of a function."""
    if len(values) <= 1:
        write.line(f"ret {values[0]}" if values else "ret void")
        return
    type_ = result_type([v.type for v in values])
    packed = Ref(type_, "poison")
    for i, value in enumerate(values):
        packed = write.new(type_, f"insertvalue {packed}, {value}, {i}")
    write.line(f"ret {packed}")
