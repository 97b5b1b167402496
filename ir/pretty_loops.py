"""Statements of :mod:`.pretty` for ``loops``: the algorithm of a step.

    update pop0:
      for i in neurons:
        refractory = refractory_left[i] > 0
        v[i] = v[i] if refractory else v[i] + (El - v[i]) * (dt / tau)
    transmit proj0 (pop0 -> pop1):
      for pre, delay in arriving:
        for synapse, post in row(pre, delay):
          post.g_exc[post] += w[synapse]

Variables without a prefix are those of the owner of the task.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .core import Op, Value, lookup_symbol
from .events import SPIKE
from .pretty_statements import becomes, states
from .pretty_words import EXPRESSIONS, words

if TYPE_CHECKING:
    from .pretty import PrettyWriter


@states("loops.step")
def _step(op: Any, w: PrettyWriter) -> None:
    w.line("step:")
    w.nested(op.body)


@states("loops.phase")
def _phase(op: Any, w: PrettyWriter) -> None:
    w.line(f"{op.label}:")
    w.nested(op.body)


@states("loops.task")
def _task(op: Any, w: PrettyWriter) -> None:
    owner = _owner(op)
    ends = f" ({owner.pre} -> {owner.post})" if owner and owner.name == "net.projection" else ""
    w.line(f"{op.what} {op.owner}{ends}:")

    def body() -> None:
        for name in owner.original.variables if owner else ():
            w.names.reserve(name)
        w.nested(op.body)

    w.alone(body)


def _owner(task: Any) -> Any:
    """The population or projection of a task, if it is found."""
    around: Op = task
    while around.parent_op is not None:
        around = around.parent_op
    return lookup_symbol(around, task.owner)


# ---------------------------------------------------------------------- walks


def _loop(text: str, w: PrettyWriter, op: Op) -> None:
    """Write a loop: ``for i, j in text:`` and its region."""
    block = op.regions[0].block
    w.line(f"for {w.values(block.args)} in {text}:")
    w.nested(block)


@states("loops.once")
def _once(op: Any, w: PrettyWriter) -> None:
    w.line("once:")
    w.nested(op.body)


@states("loops.neurons", "loops.posts", "loops.fired")
def _walk(op: Any, w: PrettyWriter) -> None:
    _loop(op.name.partition(".")[2], w, op)


@states("loops.arriving")
def _arriving(op: Any, w: PrettyWriter) -> None:
    which = "arriving" if op.spikes == SPIKE.name else f"arriving {_list(op)}"
    _loop(f"{which}, gathered" if op.gathered else which, w, op)


def _list(op: Any) -> str:
    """The list of spikes that an operation is about."""
    return "spikes" if op.spikes == SPIKE.name else f"{op.spikes} spikes"


@states("loops.row")
def _row(op: Any, w: PrettyWriter) -> None:
    _loop(f"row({w.values(op.operands)})", w, op)


@states("loops.dendrite")
def _dendrite(op: Any, w: PrettyWriter) -> None:
    carried = op.body.block.args[2:]
    becomes(carried, op.inits, w)
    w.line(f"for {w.values(op.body.block.args[:2])} in dendrite({w.value(op.post)}):")
    w.nested(op.body)
    for result, value in zip(op.results, carried, strict=True):
        w.name(result, like=value)


@states("loops.traces")
def _traces(op: Any, w: PrettyWriter) -> None:
    w.name(op.body.block.args[0], like=op.neuron)
    w.line(f"{w.values(op.values)} = traces of {w.value(op.neuron)}:")
    w.nested(op.body)


@states("loops.yield")
def _yield(op: Any, w: PrettyWriter) -> None:
    if op.operands and op.parent_op.name == "loops.dendrite":
        becomes(op.parent_op.body.block.args[2:], op.operands, w)
    elif op.operands:
        w.line(w.values(op.operands))


# ---------------------------------------------------------------------- variables


def _variable(op: Any, at: Sequence[str]) -> str:
    """A variable as it is accessed: ``v[i]``, ``pre.v[pre]``, ``tau``."""
    prefix = "" if op.of == "own" else f"{op.of}."
    return f"{prefix}{op.variable}" + (f"[{', '.join(at)}]" if at else "")


def _texts(w: PrettyWriter, values: Sequence[Value]) -> list[str]:
    return [w.value(v) for v in values]


@states("loops.store")
def _store(op: Any, w: PrettyWriter) -> None:
    w.line(f"{_variable(op, _texts(w, op.at))} = {w.value(op.value)}")


@states("loops.add")
def _add(op: Any, w: PrettyWriter) -> None:
    w.line(f"{_variable(op, [w.value(op.at)])} += {w.value(op.value)}")


@states("loops.store_past")
def _store_past(op: Any, w: PrettyWriter) -> None:
    w.line(f"store {op.variable}[{w.value(op.at)}] for later steps")


@states("loops.clear_sum")
def _clear_sum(op: Any, w: PrettyWriter) -> None:
    w.line(f"sum({op.target})[{w.value(op.at)}] = 0")


@states("loops.add_to_sum")
def _add_to_sum(op: Any, w: PrettyWriter) -> None:
    w.line(f"post.sum({op.target})[{w.value(op.at)}] += {w.value(op.value)}")


@states("loops.collect")
def _collect(op: Any, w: PrettyWriter) -> None:
    w.line(f"window[{w.value(op.at)}] += {w.value(op.value)}")


@states("loops.append")
def _append(op: Any, w: PrettyWriter) -> None:
    w.line(f"if {w.value(op.hit)}: {_list(op)} += {w.value(op.at)}")


@states("loops.set_refractory")
def _set_refractory(op: Any, w: PrettyWriter) -> None:
    w.line(f"refractory_left[{w.value(op.at)}] = {w.value(op.steps)}")


@states("loops.record")
def _record(op: Any, w: PrettyWriter) -> None:
    names = [item.label for item in op.items]
    w.line(f"record {', '.join(names)} ({op.parent_op.recorders[op.monitor]})")


@states("loops.stream")
def _stream(op: Any, w: PrettyWriter) -> None:
    w.line(f"{w.values(op.results)} = stream")


EXPRESSIONS |= {
    "loops.load": words(lambda op, x: _variable(op, [each.text for each in x])),
    "loops.load_past": words(lambda op, x: f"{_variable(op, [x[0].text])} {x[1].text} steps ago"),
    "loops.sum": words(lambda op, x: f"sum({op.target})[{x[0].text}]"),
    "loops.rate": words(lambda op, x: f"rate(window[{x[0].text}])"),
    "loops.refractory": words(lambda op, x: f"refractory_left[{x[0].text}]"),
    "loops.now": words(lambda op, x: "now"),
    "loops.clock": words(lambda op, x: "clock"),
    "loops.dt": words(lambda op, x: "dt"),
    "loops.period": words(lambda op, x: "period"),
    "loops.size": words(lambda op, x: "size" if op.of == "own" else f"{op.of}.size"),
    "loops.delay": words(lambda op, x: f"delay[{x[0].text}]"),
    "loops.fan_in": words(lambda op, x: f"fan_in[{x[0].text}]"),
    "loops.due": words(lambda op, x: "due"),
    "loops.fixed": words(lambda op, x: "fixed"),
}
