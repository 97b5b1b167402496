"""Calls written as text: ``f(1.0, [2.0, 3.0], true)``, and their results."""

from __future__ import annotations

import ast
from typing import Any, NoReturn

import numpy as np

from ...ir.attrs_classes import frozen
from ...ir.core import lookup_symbol
from ...ir.diagnostics import ModelError, error, fail
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Func
from ...ir.interpreter.values import convert, dtype_of
from ...ir.location import FileLineCol
from ...ir.suggest import did_you_mean
from ...ir.types import MemRefType, Type, VectorType

_WORDS = {
    "true": True, "false": False, "True": True, "False": False,
    "nan": float("nan"), "inf": float("inf"),
}  # fmt: skip


@frozen
class CallText:
    """A function's name, and its arguments as unconverted Python values."""

    text: str
    name: str
    args: tuple[Any, ...]


def parse_call(text: str) -> CallText:
    """Read a call. A diagnostic points into ``text`` where it is none."""
    try:
        node = ast.parse(text.strip().removeprefix("@"), mode="eval").body
    except SyntaxError as problem:
        _complain(text, "this is no call such as f(1.0, 2.0)", (problem.offset or 1) - 1)
    except (ValueError, MemoryError, RecursionError):  # of Python's parser, where it gives up
        _complain(text, "this is no call such as f(1.0, 2.0)", 0)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        _complain(text, "this is no call such as f(1.0, 2.0)", 0)
    return CallText(text, node.func.id, tuple(_value(a, text) for a in node.args))


def _complain(text: str, what: str, col: int, end: int = 0) -> NoReturn:
    loc = FileLineCol("<run>", 1, col + 1, end + 1 if end else len(text) + 1)
    raise ModelError(error(what, loc, line_text=text))


def _value(node: ast.expr, text: str) -> Any:
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each, text) for each in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, text)
    if isinstance(node, ast.Name) and node.id in _WORDS:
        return _WORDS[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    _complain(
        text,
        "an argument is a number, true, false, inf, nan or a list of them",
        node.col_offset,
        node.end_col_offset or 0,
    )


def arguments(call: CallText, module: Module) -> list[Any]:
    """The arguments in the function's types. Buffers are new arrays."""
    function = lookup_symbol(module, call.name)
    if not isinstance(function, Func):
        names = [op.sym_name for op in module.ops if isinstance(op, Func)]
        known = f" (functions: {', '.join(names)})" if names else " (the module has no functions)"
        fail(f"there is no function @{call.name}{did_you_mean(call.name, names)}{known}")
    inputs = function.function_type.inputs
    if len(inputs) != len(call.args):
        kinds = ", ".join(map(str, inputs))
        fail(f"@{call.name} takes {len(inputs)} arguments ({kinds}), got {len(call.args)}")
    return [_converted(a, t, i) for i, (a, t) in enumerate(zip(call.args, inputs, strict=True))]


def _converted(value: Any, type_: Type, place: int) -> Any:
    try:
        if isinstance(type_, MemRefType):
            value = np.array(value, dtype_of(type_))
        elif isinstance(value, list) and not isinstance(type_, VectorType):
            raise TypeError(f"{type_} expects a number, not a list")
        return convert(value, type_)
    except (TypeError, ValueError, OverflowError) as problem:
        return fail(f"argument {place + 1}: {problem}")


def same(one: Any, other: Any) -> bool:
    """Whether two results have the same bits. NaN is NaN, whatever its payload."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        pair = isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other)
        return pair and all(map(same, one, other))
    if one is None or other is None:
        return one is other
    a, b = np.atleast_1d(one), np.atleast_1d(other)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    differs = a.view(f"u{a.itemsize}") != b.view(f"u{b.itemsize}")
    if a.dtype.kind == "f":
        differs &= ~(np.isnan(a) & np.isnan(b))
    return not differs.any()


def shown(value: Any) -> str:
    """A result for people. Its numbers are Python's shortest that read back to the same bits."""
    if value is None:
        return "()"
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))})"
    if isinstance(value, np.ndarray):
        return f"[{', '.join(map(shown, value.tolist()))}]"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, np.float32):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    return repr(value.item() if isinstance(value, np.generic) else value)
