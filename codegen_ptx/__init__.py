"""Kernels to PTX for GPUs: planned, there is nothing here yet.

GPU kernels of the IR will become LLVM IR for NVPTX by the rules of ``codegen/llvm_ir/``, and that
PTX text. It will decide nothing: every operation has one instruction, or one intrinsic, that it
stands for.
"""
