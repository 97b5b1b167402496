"""Declarations of the variables that tasks access. They are tasks of the level of loops."""

from __future__ import annotations

from typing import Any

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Op, lookup_symbol
from ...ir.dialects import loops, net
from ...ir.types import Type


@define(eq=False)
class DeclaredVariables:
    """Finds the declarations of variables, each once."""

    _found: dict[tuple[str, str, str], Any] = field(factory=dict)

    def stored_type(self, op: Any) -> Type | None:
        """The type in memory of an operation's variable, if known.

        The operation ``op`` loads or stores it.
        """
        task = op.parent_op
        while task is not None and not isinstance(task, loops.Task):
            task = task.parent_op
        if task is None:
            return None
        key = str(task.owner), str(op.of), str(op.variable)
        if key not in self._found:
            self._found[key] = _declaration(task, *key)
        variable = self._found[key]
        return None if variable is None else variable.stored_type


def _declaration(task: Op, owner: str, of: str, variable: str) -> Any:
    around = task
    while around.parent_op is not None:
        around = around.parent_op
    found: Any = lookup_symbol(around, owner)
    if isinstance(found, net.Projection) and of in ("pre", "post"):
        found = lookup_symbol(around, found.pre if of == "pre" else found.post)
    return found.original.variables.get(variable) if found is not None else None
