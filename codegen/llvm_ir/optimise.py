"""The LLVM passes we run: parts of its function simplification.

The parts that we did ourselves are left out.

Kernels arrive vectorised, fused and inlined, so that the loop vectoriser, the SLP vectoriser,
inlining and unrolling only cost time. Measured on six population kernels (1,700 lines of LLVM IR,
explicit 8 x f64 vectors) on an AVX-512 core, in ms; the kernels ran equally fast with all of them:

=========================================================  ========  ===============
passes                                                     optimise  generate code
=========================================================  ========  ===============
none                                                            0               42
instcombine, simplifycfg, newgvn, dse                           8               37
function simplification, level 1, no unrolling                 20               40
**function simplification, level 2, no unrolling**             27               40
function simplification, level 2                               36               49
module pipeline O1                                             59               67
module pipeline O2                                             63               65
=========================================================  ========  ===============

The list of single passes lacks loop-invariant code motion, which LLVM's C interface does not
offer alone, so the level 2 simplification is the cheapest that moves loads out of loops and
removes repeated ones.

What LLVM allocates for a module is given back with it: types, constants and metadata live as long
as their context, and the tables of passes as long as their manager, which is for ever where nobody
disposes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm
from llvmlite.binding.ffi import ObjectRef
from llvmlite.binding.newpassmanagers import NewPassManager, create_new_module_pass_manager

PASSES = {
    "loop_vectorization": False,
    "slp_vectorization": False,
    "loop_interleaving": False,
    "loop_unrolling": False,
}
"""Parts of LLVM's function simplification at level 2, switched off."""


@contextmanager
def parsed(text: str) -> Iterator[Any]:
    """The module of a text, in a context of its own. Both are gone afterwards."""
    with llvm.create_context() as context, llvm.parse_assembly(text, context=context) as module:
        yield module


@contextmanager
def optimised(text: str, machine: Any, inlined: bool = False) -> Iterator[Any]:
    """The module of a text as LLVM's passes leave it.

    ``inlined``: functions that say so are inlined first.
    """
    with parsed(text) as module:
        module.verify()
        _optimise(module, machine, inlined)
        yield module


def _optimise(module: Any, machine: Any, inlined: bool) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    for name, wanted in PASSES.items():
        setattr(options, name, wanted)
    with llvm.create_pass_builder(machine, options) as builder:
        if inlined:
            _inline(module, builder)
        passes = builder.getFunctionPassManager()
        try:
            for function in module.functions:
                if not function.is_declaration:
                    passes.run(function, builder)
        finally:
            _dispose(passes)


def _inline(module: Any, builder: Any) -> None:
    """Inline functions that always are, and drop them."""
    passes = create_new_module_pass_manager()
    try:
        passes.add_always_inliner_pass()
        passes.add_global_dead_code_eliminate_pass()
        passes.run(module, builder)
    finally:
        _dispose(passes)


def _dispose(passes: Any) -> None:
    """Free a pass manager and the tables of its passes.

    In llvmlite 0.50 closing one does nothing, because ``ObjectRef``, whose ``_dispose`` is empty,
    comes first among its classes; 14 KB stay, and 15 KB to 30 KB for each function.
    """
    if type(passes)._dispose is ObjectRef._dispose:
        NewPassManager._dispose(passes)
    passes.close()
