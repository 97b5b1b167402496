"""The LLVM passes we run: its function simplification pipeline, without what we did ourselves.

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
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm

PASSES = {
    "loop_vectorization": False,
    "slp_vectorization": False,
    "loop_interleaving": False,
    "loop_unrolling": False,
}
"""What is switched off of LLVM's simplification of functions at level 2."""


def optimise(module: Any, machine: Any) -> None:
    """Optimise a parsed module in place."""
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    for name, wanted in PASSES.items():
        setattr(options, name, wanted)
    builder = llvm.create_pass_builder(machine, options)
    passes = builder.getFunctionPassManager()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)
