"""From a module of kernels to the text of LLVM IR.

A table leads from an operation to its instructions.

Every function becomes an internal one of the same name. What differs between machines is in an
:class:`.LlvmTarget`: a module with ``@step_range`` gets its entry point, and a declared
``@ranvier_barrier`` its definition.

The entry point has one signature for all modules: ``@step_range`` takes a table with the addresses
of its buffers in order. Where it calls a kernel, it loads the addresses that this kernel wants;
thousands of pointer arguments would have to be pushed and kept instead, which takes LLVM longer
than all kernels together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...ir.core import Value
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func
from ...ir.interface import BARRIER, STEP_RANGE
from ...ir.types import MemRefType, index
from ..errors import CodegenError
from . import arith, math, subgroups  # noqa: F401  (they fill the table of rules, as others do)
from .control import result_type, write_return
from .debug import DebugInfo, Lines, LocatedWriter
from .lowering import ModuleDeclarations, Ref, Writer
from .memory import make_scopes
from .target import LlvmTarget
from .types import llvm_type, symbol

KernelText = Callable[[str, str], str]
"""The text of a kernel with debug info.

It takes that of the definition, and that of the call in it.
"""


def emit(
    module: Module,
    target: LlvmTarget,
    *,
    lines: Lines | None = None,
    entry: bool = True,
    kernels: Mapping[str, KernelText] | None = None,
) -> str:
    """The LLVM IR of a module.

    ``lines`` asks for debug info (see ``debug.py``). Without ``entry`` the module needs no
    ``@step_range``. Where there are ``kernels``, each is the text of one that calls the function of
    this name, and the program itself is left out: the host follows it. Raises CodegenError for what
    has no LLVM IR on this target.
    """
    if entry and not any(isinstance(op, Func) and op.sym_name == STEP_RANGE for op in module.ops):
        raise CodegenError(f"the module has no @{STEP_RANGE}", module.loc)
    declarations = ModuleDeclarations(target)
    parts = [f'target triple = "{target.triple}"\ntarget datalayout = "{target.data_layout}"\n']
    info = None if lines is None else DebugInfo(lines, declarations, "kernels.mlir")
    if info is not None:
        parts.append(info.named)
    for function in module.ops:
        if not isinstance(function, Func):
            continue
        name = function.sym_name
        if kernels is not None and name == STEP_RANGE:
            continue
        if function.is_declaration:
            parts.append(target.barrier if name == BARRIER else _declare(function, target))
            continue
        start = entry and name == STEP_RANGE
        if start:
            _check_entry(function)
            parts.append(target.entry)
        parts.append(_define(function, declarations, info, start))
        if kernels is not None and name in kernels:
            parts.append(kernels[name](*_places(function, info)))
    parts += [f"{text}\n" for text in declarations.variables]
    parts += [f"{text}\n" for text in declarations.functions.values()]
    parts += [f"{text}\n" for text in declarations.metadata]
    return "\n".join(parts)


def _places(function: Func, info: DebugInfo | None) -> tuple[str, str]:
    """Debug info of a kernel and of its call."""
    if info is None:
        return "", ""
    scope = info.subprogram(function)
    return f" !dbg {scope}", f", !dbg {info.location(scope, function)}"


def _check_entry(function: Func) -> None:
    """Check the arguments of the program.

    First come worker, number of workers, first and last step, then buffers.
    """
    kinds = function.function_type.inputs
    if kinds[:4] != (index,) * 4 or not all(isinstance(t, MemRefType) for t in kinds[4:]):
        raise CodegenError(f"@{STEP_RANGE} must take four indices, then buffers", function.loc)
    if function.function_type.results:
        raise CodegenError(f"@{STEP_RANGE} must not return anything", function.loc)


def _result(function: Func, target: LlvmTarget) -> str:
    kinds = function.function_type.results
    return result_type([llvm_type(t, target.address_space) for t in kinds])


def _declare(function: Func, target: LlvmTarget) -> str:
    inputs = ", ".join(llvm_type(t, target.address_space) for t in function.function_type.inputs)
    return f"declare {_result(function, target)} {symbol(function.sym_name)}({inputs})\n"


def _accessed(buffer: Value) -> bool:
    table = isinstance(buffer.type.element, MemRefType)  # type: ignore[attr-defined]
    return not table and any(not isinstance(op, Call) for op, _ in buffer.uses)


def _frozen(given: Ref, argument: Value, write: Writer) -> Ref:
    """A copy of an argument. See ``LlvmTarget.frozen_arguments``."""
    return write.new(given.type, f"freeze {given}", argument.name)


def _define(
    function: Func, declarations: ModuleDeclarations, info: DebugInfo | None, table: bool = False
) -> str:
    """The definition of a function. That of a program finds its buffers in a table of addresses."""
    write = Writer(declarations) if info is None else LocatedWriter(declarations, info, function)
    block = function.body.block
    buffers = [a for a in block.args if isinstance(a.type, MemRefType)]
    if table:
        write.table = {buffer: i for i, buffer in enumerate(buffers)}
    direct = [arg for arg in block.args if arg not in write.table]
    given = {a: Ref(write.type(a.type), "%" + write.fresh(a.name)) for a in direct}
    write.env |= given
    target = declarations.target
    formula = function.sym_visibility == "private" and not buffers
    if target.frozen_arguments:
        # Numbers of inlined functions are no arguments. Copies would hide their ranges.
        frozen = direct if formula or not target.inlined else buffers
        write.env |= {a: _frozen(given[a], a, write) for a in frozen if a in given}
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
    parameters = ", ".join([*(str(given[a]) for a in direct), *[f"{write.pointer} %table"] * table])
    attributes = f"{'alwaysinline' if target.inlined else 'noinline'} {target.attributes}"
    if formula and not any(op.reads or op.writes for op in function.walk()):
        # The rare case of a formula.
        attributes = f"noinline {target.attributes} cold memory(none) willreturn"
    signature = f"{_result(function, target)} {symbol(function.sym_name)}({parameters})"
    head = f"define internal {signature} {attributes}{scope} {{"
    return "\n".join([head, "entry:", *write.lines, "}", ""])
