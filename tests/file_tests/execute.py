"""``EXEC`` lines: a call of a function of the module.

It is run by the interpreter and as native code.

::

    // EXEC: f(3.0) == 9.0                       a result
    // EXEC: f(3.0, 2) == (9.0, true)            several results
    // EXEC: f([1.0, 2.0], 2) -> [2.0, 4.0]      the buffer after the call
    // EXEC: f([1.0], [0.0]) -> [1.0], [2.0]     several buffers, in the order of the arguments
    // EXEC: f([1.0], [0.0]) -> _, [2.0]         ``_``: whatever it is
    // EXEC: f(v=[1.0]) -> dict(v=[2.0])         by name: ``%lif.v`` is ``lif_v`` or ``v``
    // EXEC: f([1.0]) == 1.0 -> [0.0]            both
    // EXEC: f(2.0) ~= 1.4142135623730951        a result up to 12 digits

Arguments are Python expressions: numbers, ``true``, ``nan``, ``inf``, lists (also ``[0.0] * 8`` and
``list(range(8))``). All bits must be right, those of both runs and, with ``==``, the expected ones:
-0.0 is not 0.0; NaN is NaN.
"""

from __future__ import annotations

import ast
import ctypes
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from ranvier.codegen_llvm.jit import compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.core import Op, Value, lookup_symbol
from ranvier.ir.dialects import arith, func, memref, vector
from ranvier.ir.interpreter import run as interpret
from ranvier.ir.interpreter.values import convert, dtype_of
from ranvier.ir.types import (
    FunctionType,
    MemRefType,
    Type,
    VectorType,
    i1,
    i8,
    index,
    scalar_of,
    with_lanes,
)
from ranvier.ir.types import memref as buffer_of

Check = Callable[[Op, "Execution"], "str | None"]

ENTRY = "step_range"
ANY: Any = object()
_WORDS: dict[str, Any] = {
    "__builtins__": {},
    "_": ANY,
    **{"nan": np.nan, "inf": np.inf, "true": True, "false": False},
    **{"dict": dict, "list": list, "range": range},
}
_FORM = re.compile(r"(?P<call>.*?\))\s*(?:(?P<how>==|~=)(?P<results>.*?))?(?:->(?P<buffers>.*))?$")


class CallError(Exception):
    """The call does not fit the function; the text says why."""


@frozen
class Execution:
    """A call and its expected outcome.

    If nothing is said of ``results`` or of ``buffers``, it is None.
    """

    text: str
    function: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    exact: bool
    results: tuple[Any, ...] | None
    buffers: tuple[Any, ...] | dict[str, Any] | None


@frozen
class Outcome:
    """Results and buffers after a call, as NumPy arrays."""

    results: tuple[Any, ...]
    buffers: tuple[Any, ...]

    def __str__(self) -> str:
        parts = []
        if self.results:
            parts.append("== " + ", ".join(str(r.tolist()) for r in self.results))
        if self.buffers:
            parts.append("-> " + ", ".join(str(b.tolist()) for b in self.buffers))
        return " ".join(parts) or "nothing"


def parse_execution(text: str) -> Execution:
    """The call that an ``EXEC`` line describes.

    ValueError if it describes none.
    """
    form = _FORM.match(text)
    if form is None or (form["results"] is None and form["buffers"] is None):
        raise ValueError("write f(arguments) == results, or f(arguments) -> buffers")
    call = ast.parse(form["call"], mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError(f"{form['call']} is no call of a function")
    arguments = tuple(_value(ast.unparse(a)) for a in call.args)
    named = {str(k.arg): _value(ast.unparse(k.value)) for k in call.keywords}
    results = None if form["results"] is None else _several(form["results"])
    buffers = None if form["buffers"] is None else _value(form["buffers"])
    if buffers is not None and not isinstance(buffers, tuple | dict):
        buffers = (buffers,)
    return Execution(text, call.func.id, arguments, named, form["how"] != "~=", results, buffers)


def _several(text: str) -> tuple[Any, ...]:
    value = _value(text)
    return value if isinstance(value, tuple) else (value,)


def _value(text: str) -> Any:
    return eval(text.strip(), _WORDS)


def has_function(module: Op, wanted: Execution) -> bool:
    """Whether the module defines the function that is called."""
    found = lookup_symbol(module, wanted.function)
    return isinstance(found, func.Func) and not found.is_declaration


def check_interpreter(module: Op, wanted: Execution) -> str | None:
    """Call in the interpreter; what is wrong, or None."""
    found = interpreted(module, wanted)
    return _wrong(module, wanted, found, "the interpreter")


def check_native(module: Op, wanted: Execution) -> str | None:
    """Call as native code; what is wrong, or None."""
    found = executed(module, wanted)
    problem = _wrong(module, wanted, found, "native code")
    if problem is None:
        reference = interpreted(module, wanted)
        if not _same(reference, found, exact=True):
            return f"the interpreter gives {reference}, native code {found}"
    return problem


def interpreted(module: Op, wanted: Execution) -> Outcome:
    """The outcome of the interpreter."""
    types, arguments = _resolved(module, wanted)
    given = interpret(module, wanted.function, *arguments)
    results = given if isinstance(given, tuple) else () if given is None else (given,)
    arrays = [np.asarray(r, dtype_of(t)) for r, t in zip(results, types.results, strict=True)]
    return Outcome(tuple(arrays), _buffers(types.inputs, arguments))


def _function(module: Op, wanted: Execution) -> func.Func:
    function = lookup_symbol(module, wanted.function)
    assert isinstance(function, func.Func), f"there is no function @{wanted.function}"
    return function


def _resolved(module: Op, wanted: Execution) -> tuple[FunctionType, list[Any]]:
    """The type of the function and fresh arguments.

    Buffers are arrays, the rest numbers.
    """
    function = _function(module, wanted)
    types = function.function_type
    parameters = function.body.block.args
    given = [*wanted.arguments, *_by_name(wanted.named, parameters[len(wanted.arguments) :])]
    if len(given) != len(parameters):
        raise CallError(f"@{wanted.function} takes {len(parameters)} arguments, not {len(given)}")
    arguments = [
        np.array(a, _element(t)) if isinstance(t, MemRefType) else convert(a, t)
        for a, t in zip(given, types.inputs, strict=True)
    ]
    return types, arguments


def _spellings(parameter: Value) -> tuple[str, str]:
    """Two names of a parameter as a keyword: whole, last word."""
    name = (parameter.name or "").replace("$", "")
    last = name.rpartition(".")[2]
    return re.sub(r"\W", "_", name), re.sub(r"\W", "_", last)


def _by_name(named: dict[str, Any], parameters: Sequence[Value], missing: Any = None) -> list[Any]:
    """One value per parameter."""
    found = []
    for parameter in parameters:
        spelled = next((s for s in _spellings(parameter) if s in named), None)
        if spelled is None and missing is None:
            raise CallError(f"there is no value for %{parameter.name}")
        found.append(named[spelled] if spelled is not None else missing)
    return found


def _element(type_: Type) -> np.dtype[Any]:
    return dtype_of(_stored(type_.element if isinstance(type_, MemRefType) else type_))


def _stored(type_: Type) -> Type:
    """Truth values lie in memory as bytes."""
    return i8 if scalar_of(type_) is i1 else scalar_of(type_)


def _buffers(types: Sequence[Type], arguments: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(a for a, t in zip(arguments, types, strict=True) if isinstance(t, MemRefType))


def _wrong(module: Op, wanted: Execution, found: Outcome, who: str) -> str | None:
    function = _function(module, wanted)
    memory = [a for a in function.body.block.args if isinstance(a.type, MemRefType)]
    buffers = wanted.buffers
    if isinstance(buffers, dict):
        buffers = tuple(_by_name(buffers, memory, ANY))
    try:
        expected = Outcome(
            _expected(wanted.results, function.function_type.results, found.results),
            _expected(buffers, [a.type for a in memory], found.buffers),
        )
    except ValueError as problem:
        return f"{problem}; {who} gives {found}"
    return None if _same(expected, found, wanted.exact) else f"{who} gives {found}"


def _expected(
    values: Sequence[Any] | None, types: Sequence[Type], found: tuple[Any, ...]
) -> tuple[Any, ...]:
    """The expected arrays; what was found where nothing is expected."""
    if values is None:
        return found
    if len(values) != len(types):
        raise ValueError(f"{len(values)} expected, there are {len(types)}")
    return tuple(
        instead if v is ANY else np.array(v, instead.dtype)
        for v, instead in zip(values, found, strict=True)
    )


def _same(expected: Outcome, found: Outcome, exact: bool) -> bool:
    pairs = [
        *zip(expected.results, found.results, strict=True),
        *zip(expected.buffers, found.buffers, strict=True),
    ]
    return all(_equal(a, b, exact) for a, b in pairs)


def _equal(expected: Any, found: Any, exact: bool) -> bool:
    if expected.shape != found.shape:
        return False
    if expected.dtype.kind != "f":
        return bool(np.array_equal(expected, found))
    if not exact:
        return bool(np.allclose(found, expected, rtol=1e-12, atol=0.0, equal_nan=True))
    same = (expected == found) & (np.signbit(expected) == np.signbit(found))
    return bool(np.all(same | (np.isnan(expected) & np.isnan(found))))


def executed(module: Op, wanted: Execution) -> Outcome:
    """The outcome of native code.

    A ``@step_range`` around the function has its scalars in memory.
    """
    types, arguments = _resolved(module, wanted)
    copy: Any = module.clone({})
    if wanted.function == ENTRY:
        scalars, memory = arguments[:4], arguments[4:]
        results: list[Any] = []
    else:
        assert lookup_symbol(copy, ENTRY) is None, f"call @{ENTRY}, the entry of the module"
        _add_entry(copy, wanted.function, types.inputs, types.results)
        scalars = [0, 1, 0, 1]
        memory = [_in_memory(a, t) for a, t in zip(arguments, types.inputs, strict=True)]
        results = [np.zeros(_lanes(t), _element(t)) for t in types.results]
    table = (ctypes.c_void_p * (len(memory) + len(results)))()
    for i, array in enumerate([*memory, *results]):
        table[i] = array.ctypes.data
    native = compile_module(copy, flush=False)  # keeps the machine code alive during the call
    thread, threads, t0, t1 = scalars
    native.entry(thread, threads, t0, t1, table)
    shaped = [_out(r, t) for r, t in zip(results, types.results, strict=True)]
    if wanted.function == ENTRY:
        memory = [*scalars, *memory]
    return Outcome(tuple(shaped), _buffers(types.inputs, memory))


def _lanes(type_: Type) -> int:
    return type_.size if isinstance(type_, VectorType) else 1


def _in_memory(value: Any, type_: Type) -> Any:
    return value if isinstance(type_, MemRefType) else np.array(value, _element(type_)).reshape(-1)


def _out(array: Any, type_: Type) -> Any:
    array = array.astype(dtype_of(type_))
    return array if isinstance(type_, VectorType) else array[0]


def _add_entry(module: Any, name: str, inputs: Sequence[Type], results: Sequence[Type]) -> None:
    """Add a ``@step_range`` around the function.

    It loads the scalar arguments, calls, and stores the results.
    """
    slots = [_slot(t) for t in (*inputs, *results)]
    entry = func.definition(ENTRY, (*[index] * 4, *slots))
    module.body.block.append(entry)
    build = Builder(entry.body.block)
    buffers = entry.body.block.args[4:]
    zero = build(arith.constant(0, index))
    values = [_load(build, b, zero, t) for b, t in zip(buffers, inputs, strict=False)]
    call = func.Call(*values, callee=name, result_types=tuple(results))
    build.insert(call)
    for value, target in zip(call.results, buffers[len(inputs) :], strict=True):
        _store(build, value, target, zero)
    build(func.Return())


def _slot(type_: Type) -> Type:
    return type_ if isinstance(type_, MemRefType) else buffer_of(_stored(type_))


def _load(build: Builder, buffer: Value, zero: Value, type_: Type) -> Any:
    if isinstance(type_, MemRefType):
        return buffer
    if isinstance(type_, VectorType):
        stored = with_lanes(_stored(type_), type_.size)
        value = build(vector.Load(buffer, zero, result_type=stored))
    else:
        value = build(memref.Load(buffer, zero))
    return build(arith.TruncI(value, result_type=type_)) if scalar_of(type_) is i1 else value


def _store(build: Builder, value: Any, buffer: Value, zero: Value) -> None:
    if scalar_of(value.type) is i1:
        value = build(arith.ExtUI(value, result_type=with_lanes(i8, _lanes_of(value.type))))
    wide = isinstance(value.type, VectorType)
    build(vector.Store(value, buffer, zero) if wide else memref.Store(value, buffer, zero))


def _lanes_of(type_: Type) -> int:
    return type_.size if isinstance(type_, VectorType) else 0
