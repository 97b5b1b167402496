"""The access that a kernel noted as a fault, for people. See ``check_bounds.py``."""

from __future__ import annotations

from ...ir.attributes import StringAttr
from ...ir.diagnostics import error
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call
from ...ir.interface import ACCESS, OUT_OF_BOUNDS
from ..framework.core import const_value
from ..framework.report import symbol_of

_NOTES = (
    "this is a mistake of Ranvier, or of a pass that was added to it, not of the model",
    "what the network holds means nothing now: compile it anew",
)


def noted(module: Module, access: int) -> Call | None:
    """The call in a module that notes access number ``access``."""
    calls = (op for op in module.walk() if isinstance(op, Call) and op.callee == OUT_OF_BOUNDS)
    return next((op for op in calls if const_value(op.operands[1]) == access), None)


def explained(module: Module, access: int, what: str, where: str) -> str:
    """An error about an access, at its line of the model.

    The line is left out where it is not known.

    ``what`` says which index of which buffer it was, ``where`` when and on which thread.
    """
    call = noted(module, access)
    if call is None:
        return f"access {access} of the kernels: {what}"
    said = call.attributes[ACCESS]
    operation = said.value if isinstance(said, StringAttr) else ""
    text = f"kernel '{symbol_of(call)}': '{operation}' takes {what}"
    found = error(text, call.loc).note(where)
    for note in _NOTES:
        found.note(note)
    return str(found)
