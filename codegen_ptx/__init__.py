"""Kernels to PTX: the GPU kernels of the IR become LLVM IR for NVPTX, and that becomes PTX text.

Like :mod:`ranvier.codegen_llvm` it decides nothing: every op of the kernel dialects has one
instruction, or one intrinsic, that it stands for.
"""
