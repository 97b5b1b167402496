"""Kernels to PTX for GPUs: planned, there is nothing here yet.

GPU kernels of the IR will become LLVM IR for NVPTX, and that PTX text. Like
:mod:`ranvier.codegen_llvm` it will decide nothing: every operation has one instruction, or one
intrinsic, that it stands for.
"""
