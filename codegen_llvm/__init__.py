"""Kernels to machine code for the CPU.

It adds the JIT to the rules for LLVM IR, and what these need of the CPU.
"""
