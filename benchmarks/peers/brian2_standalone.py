"""Building, running and timing the C++ project of a Brian2 script."""

import tempfile
import time
from importlib import import_module
from typing import Any

b = import_module("brian2")


def prepare(dt: float, threads: int) -> None:
    """A standalone program for this processor; ``dt`` in ms."""
    b.set_device("cpp_standalone", build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    flags = ["-w", "-O3", "-march=native", "-ffast-math", "-std=c++17"]
    b.prefs.codegen.cpp.extra_compile_args_gcc = flags
    b.defaultclock.dt = dt * b.ms
    b.seed(1)


def simulate(network: Any, monitor: Any, neurons: int, duration: float) -> None:
    """Run a network and print the seconds. Drawing the synapses is no part of the simulation."""
    start = time.perf_counter()
    network.run(duration * b.ms)
    with tempfile.TemporaryDirectory() as folder:
        b.device.build(directory=folder, compile=True, run=False, debug=False)
        compiled = time.perf_counter() - start
        b.device.run(directory=folder)
        elapsed = b.device._last_run_time
        rate = monitor.num_spikes / neurons / duration * 1000
    print(f"compile {compiled:.3f} s simulate {elapsed:.4f} s rate {rate:.2f} Hz")
