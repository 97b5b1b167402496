"""Passes and modules for tests of what runs passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ranvier.ir.dialects.builtin import Module
from ranvier.ir.dialects.func import Func
from ranvier.ir.parser import parse
from ranvier.passes.framework.core import Pass
from ranvier.passes.framework.registry import REGISTRY

TWO_FUNCTIONS = """
"builtin.module"() ({
  "func.func"() <{function_type = (f64) -> f64, sym_name = "one"}> ({
  ^bb0(%x: f64):
    %unused = "arith.mulf"(%x, %x) : (f64, f64) -> f64 loc("model.py":3:5)
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64 loc("model.py":4:5)
    "func.return"(%y) : (f64) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (f64) -> f64, sym_name = "two"}> ({
  ^bb0(%x: f64):
    %y = "arith.subf"(%x, %x) : (f64, f64) -> f64 loc("model.py":7:5)
    "func.return"(%y) : (f64) -> ()
  }) : () -> ()
}) : () -> ()
"""


def two_functions() -> Any:
    """A module with ``@one`` and ``@two``.

    The first has something dead in it.
    """
    return parse(TWO_FUNCTIONS)


def function(module: Module, name: str) -> Any:
    """A function of a module."""
    return next(op for op in module.ops if isinstance(op, Func) and op.sym_name == name)


@contextmanager
def registered(*classes: type[Pass]) -> Iterator[None]:
    """The passes can be found by name inside the ``with``."""
    for cls in classes:
        REGISTRY[cls.name] = cls
    try:
        yield
    finally:
        for cls in classes:
            del REGISTRY[cls.name]


def calling(
    name: str, run: Callable[[Any, Any], bool | None], scope: str = "function", **flags: str
) -> type[Pass]:
    """A pass class whose ``run`` calls a function."""

    def run_pass(self: Pass, op: Any, ctx: Any) -> bool:
        return bool(run(op, ctx))

    body = {"name": name, "scope": scope, "run": run_pass, "__doc__": f"Test pass {name}.", **flags}
    found: type[Pass] = frozen(type(name.title().replace("-", ""), (Pass,), body))
    return found


def rename(op: Any, ctx: Any) -> bool:
    """Change something without a rewriter.

    It is the name hint of the first result.
    """
    for inner in op.walk():
        for value in inner.results:
            value.name = "renamed"
            return True
    return False
