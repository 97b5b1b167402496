"""Kernels to PTX for NVIDIA GPUs.

=================  ================================================================================
``backend.py``     the interface to the toolchain
``machine.py``     architectures, their versions of PTX, and LLVM's machines for them
``ptx_target.py``  what differs from other targets of the rules for LLVM IR
``warps.py``       what the lanes of a warp do together
``reductions.py``  atomic operations whose results nobody wants
``entry.py``       the kernels: threads of a grid or of one block; the barrier of a block
``schedule.py``    the order of launches, as data for the host
``program.py``     generated code: PTX, its kernels and the order of launches
``listings.py``    texts for people, from LLVM IR to PTX
``ptx_module.py``  kernels as PTX, with a cache
``ptxas.py``       NVIDIA's assembler, where it is installed: registers and spills of kernels
=================  ================================================================================

A program of launches has a kernel for each, any other one is a block of threads that runs
``@step_range``. The driver of a device assembles them; no CUDA toolkit takes part.
"""
