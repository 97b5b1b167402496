"""Kernels to machine code for the CPU: a table from operation to LLVM instructions, and the JIT."""
