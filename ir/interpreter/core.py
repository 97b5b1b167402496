"""The interpreter itself: an environment and a table of rules.

The environment maps values of the IR to numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from ..core import Block, Op, Region, Value, lookup_symbol
from ..diagnostics import RanvierError, error
from ..dialects.cf import Branch, CondBranch
from ..dialects.func import Func
from ..interface import BARRIER
from ..location import Loc
from .place import Place
from .values import convert

Env = dict[Value, Any]
Rule = Callable[[Any, Env, "Interpreter"], Any]
External = Callable[..., Any]

RULES: dict[type[Op], Rule] = {}
"""Rules by class of operations.

A rule returns the only result of the operation, or a tuple of none or several. Rules of our own
dialects are not there before :func:`rule_of` or :func:`all_rules` asked for them.
"""

MODULES = {
    "arith": ("arith",),
    "eq": ("equations", "methods"),
    "func": ("control",),
    "gpu": ("subgroups",),
    "loops": ("steps",),
    "math": ("math",),
    "memref": ("memory",),
    "nvvm": ("subgroups",),
    "rng": ("random",),
    "scf": ("control",),
    "special": ("math",),
    "syn": ("memory",),
    "vector": ("memory",),
}
"""The modules with the rules of each dialect. They load with the first operation to be run."""


class InterpreterError(RanvierError):
    """A forbidden action of the program, or a missing rule.

    That is a mistake of a pass, not of the user.
    """

    def __init__(self, text: str, loc: Loc | None = None) -> None:
        super().__init__(str(error(text, loc)))


def interprets(*classes: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator that enters a rule into ``RULES``.

    It takes the place of one that is there.
    """

    def enter(rule: Rule) -> Rule:
        for cls in classes:
            if not rule.__module__.startswith(f"{__package__}."):
                rule_of(cls)  # ours would come later, and be the one that counts
            RULES[cls] = rule
        return rule

    return enter


@cache
def _load(dialect: str) -> None:
    for module in MODULES.get(dialect, ()):
        import_module(f".{module}", __package__)


def rule_of(cls: type[Op]) -> Rule | None:
    """The rule of an operation's class, None without one."""
    rule = RULES.get(cls)
    if rule is None:
        _load(cls.name.partition(".")[0])
        rule = RULES.get(cls)
    return rule


def needed_rule(op: Op) -> Rule:
    """The rule of an operation. Raises :class:`InterpreterError` where there is none."""
    rule = rule_of(type(op))
    if rule is None:
        raise InterpreterError(f"'{op.name}' cannot be interpreted", op.loc)
    return rule


def all_rules() -> Mapping[type[Op], Rule]:
    """All rules, by class of operations."""
    for dialect in MODULES:
        _load(dialect)
    return RULES


def _nothing(*args: Any) -> tuple[()]:
    return ()


class Interpreter:
    """An interpreter of the functions of ``module``.

    It runs one thread, alone unless ``place`` says otherwise (``grid.py``). Functions without a
    body are looked up in ``externals`` by name. The barrier does nothing unless ``externals`` has
    another. An interpreter has no state of its own: several Python threads may run the same one.
    """

    def __init__(
        self,
        module: Op,
        externals: Mapping[str, External] | None = None,
        place: Place | None = None,
    ) -> None:
        self.module = module
        self.place = place or Place()
        self.externals: dict[str, External] = {BARRIER: _nothing, **(externals or {})}

    def call(self, name: str, *args: Any) -> tuple[Any, ...]:
        """Call a function and return its results.

        Python numbers become values of the argument types.
        """
        function = lookup_symbol(self.module, name)
        if not isinstance(function, Func):
            raise InterpreterError(f"there is no function @{name}")
        inputs = function.function_type.inputs
        if len(args) != len(inputs):
            raise InterpreterError(f"@{name} takes {len(inputs)} arguments, got {len(args)}")
        values = [convert(a, t) for a, t in zip(args, inputs, strict=True)]
        if function.is_declaration:
            return self._external(name, function, values)
        with np.errstate(all="ignore"):
            return self.region(function.body, {}, values)

    def _external(self, name: str, function: Func, values: list[Any]) -> tuple[Any, ...]:
        external = self.externals.get(name)
        if external is None:
            raise InterpreterError(f"no Python function stands for @{name}", function.loc)
        found = external(*values)
        results = function.function_type.results
        items = (found,) if len(results) == 1 else tuple(found or ())
        return tuple(convert(v, t) for v, t in zip(items, results, strict=True))

    def region(self, region: Region, env: Env, arguments: Any) -> tuple[Any, ...]:
        """Run the blocks of a region from its entry on.
        Returns the operands of the terminator that leaves the region.
        """
        block = region.block
        while True:
            arguments = self.block(block, env, arguments)
            end = block.ops[-1]
            if isinstance(end, CondBranch):
                condition, *passed = arguments
                count = len(end.true_arguments)
                arguments = passed[:count] if condition else passed[count:]
                block = end.true_target if condition else end.false_target
            elif isinstance(end, Branch):
                block = end.target
            else:
                return tuple(arguments)

    def block(self, block: Block, env: Env, arguments: Any = ()) -> tuple[Any, ...]:
        """Run a block; return the operands of its terminator."""
        env.update(zip(block.args, arguments, strict=True))
        for op in block.ops:
            if op.terminator:
                return tuple([env[v] for v in op.operands])
            rule = RULES.get(type(op)) or needed_rule(op)
            found = rule(op, env, self)
            if len(op.results) == 1 and type(found) is not tuple:
                env[op.results[0]] = found
            else:
                env.update(zip(op.results, found or (), strict=True))
        return ()


def run(
    module: Op, function_name: str, *args: Any, externals: Mapping[str, External] | None = None
) -> Any:
    """Call a function of ``module``.

    Returns its only result, a tuple of several, or None.
    """
    results = Interpreter(module, externals).call(function_name, *args)
    if len(results) == 1:
        return results[0]
    return results or None
