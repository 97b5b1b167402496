"""Kernels to machine code for the CPU: what it adds to the rules for LLVM IR, and the JIT."""
