"""Kernels to LLVM IR, for every machine of LLVM.

=================  ================================================================================
``emit.py``        a module of kernels to the text of an LLVM module
``lowering.py``    the table from operations to instructions, and the writer that rules get
``arith.py``       numbers: one instruction or intrinsic each
``math.py``        ``math`` and ``special``: intrinsics, functions of the C library
``memory.py``      ``memref`` and ``vector``: loads, stores and lanes
``subgroups.py``   ``gpu`` and ``nvvm``: one lane alone
``control.py``     ``scf`` and ``func``: basic blocks, phi nodes, calls
``types.py``       types and constants in LLVM's spelling
``debug.py``       which instruction comes from which line of a listing
``optimise.py``    the passes of LLVM that we run
``listings.py``    the texts that LLVM makes of a module, for people
``target.py``      what of the text depends on the machine: a value that each code generator fills
=================  ================================================================================
"""
