"""From a module of kernels to the text of an LLVM module: a table from operation to instructions.

Every function becomes an internal one of the same name; ``@step_range`` also gets the entry point
(see ``entry.py``), and a declared ``@ranvier_barrier`` its definition (see ``barrier.py``).
"""

from __future__ import annotations

from ..codegen.errors import CodegenError
from ..ir.core import Value
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.interface import BARRIER, STEP_RANGE
from ..ir.types import MemRefType
from . import arith, math  # noqa: F401  (they fill the table of rules, as the next two do)
from .barrier import barrier_text
from .control import result_type, write_return
from .debug import DebugInfo, Lines, LocatedWriter
from .entry import entry_text
from .lowering import ModuleDeclarations, Ref, Writer
from .memory import make_scopes
from .types import llvm_type, symbol


def emit(
    module: Module,
    triple: str,
    data_layout: str,
    *,
    flush: bool = True,
    lines: Lines | None = None,
    entry: bool = True,
) -> str:
    """The LLVM IR of a module.

    ``flush`` makes the entry point flush denormals on x86; elsewhere it has no effect. ``lines``
    asks for debug info (see ``debug.py``). Without ``entry`` the module needs no ``@step_range``.
    """
    if entry and not any(isinstance(op, Func) and op.sym_name == STEP_RANGE for op in module.ops):
        raise CodegenError(f"the module has no @{STEP_RANGE}", module.loc)
    declarations = ModuleDeclarations()
    parts = [f'target triple = "{triple}"\ntarget datalayout = "{data_layout}"\n']
    info = None if lines is None else DebugInfo(lines, declarations, "kernels.mlir")
    if info is not None:
        parts.append(info.named)
    is_x86 = triple.startswith(("x86_64", "i686"))
    for function in module.ops:
        if not isinstance(function, Func):
            continue
        name = function.sym_name
        if function.is_declaration:
            parts.append(barrier_text(triple) if name == BARRIER else _declare(function))
            continue
        start = entry and name == STEP_RANGE
        if start:
            parts.append(entry_text(function, flush and is_x86))
        parts.append(_define(function, declarations, info, start))
    parts += [f"{text}\n" for text in declarations.functions.values()]
    parts += [f"{text}\n" for text in declarations.metadata]
    return "\n".join(parts)


def _result(function: Func) -> str:
    return result_type([llvm_type(t) for t in function.function_type.results])


def _declare(function: Func) -> str:
    inputs = ", ".join(llvm_type(t) for t in function.function_type.inputs)
    return f"declare {_result(function)} {symbol(function.sym_name)}({inputs})\n"


def _accessed(buffer: Value) -> bool:
    table = isinstance(buffer.type.element, MemRefType)  # type: ignore[attr-defined]
    return not table and any(not isinstance(op, Call) for op, _ in buffer.uses)


def _define(
    function: Func, declarations: ModuleDeclarations, info: DebugInfo | None, table: bool = False
) -> str:
    """The definition of a function; that of a program finds its buffers in a table of addresses."""
    write = Writer(declarations) if info is None else LocatedWriter(declarations, info, function)
    block = function.body.block
    buffers = [a for a in block.args if isinstance(a.type, MemRefType)]
    if table:
        write.table = {buffer: i for i, buffer in enumerate(buffers)}
    direct = [arg for arg in block.args if arg not in write.table]
    write.env |= {a: Ref(llvm_type(a.type), "%" + write.fresh(a.name)) for a in direct}
    # A buffer that is only handed on needs no scope: the lists of scopes would grow quadratically.
    accessed = [buffer for buffer in buffers if _accessed(buffer)]
    make_scopes(accessed, function.sym_name, write)
    if table:
        write.env |= {buffer: write.from_table(buffer) for buffer in accessed}
    write_return(write.block(block), write)
    scope = ""
    if isinstance(write, LocatedWriter):
        write.mark(0, block.ops[-1])
        scope = f" !dbg {write.scope}"
    parameters = ", ".join([*(str(write.env[a]) for a in direct), *["ptr %table"] * table])
    # Kept apart from its callers: an entry point changes the floating-point mode around its call.
    kept = "noinline nounwind"
    if function.sym_visibility == "private" and not buffers:
        kept += " cold memory(none) willreturn"  # the rare case of a formula
    head = f"define internal {_result(function)} {symbol(function.sym_name)}({parameters}) {kept}"
    return "\n".join([f"{head}{scope} {{", "entry:", *write.lines, "}", ""])
