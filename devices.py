"""The device of a network, as its settings ask for it.

Settings name a kind of machine and, of GPUs, one of them. Nothing is taken in place of what was
asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve

from .codegen.backend import backend
from .frontend.network import Network
from .frontend.user_errors import WrongValue, reject
from .ir.target import Target, find_target
from .passes.framework.settings import Options, current_options
from .runtime.device import Device, RefusedCode, machine_of, make_device


def check_settings(network: Network, target: Target) -> None:
    """Refuse settings of another kind of machine than the target.

    Raises ModelError for a number of threads where the target has its own, and for the number of a
    device where there is one only.
    """
    threads, device = network.options.num_threads, network.options.device
    if target.workers and threads:
        reject(
            f"num_threads={threads} (-j {threads} on the command line) is for threads of the CPU; "
            f"with the target '{target.name}' kernels run on as many threads of the GPU as they "
            "are made for",
            "leave it out; device=1 (--gpu=1 on the command line) chooses a GPU",
            "or compile for the target 'cpu'",
            kind=WrongValue,
        )
    if network.options.atomics is not None and not target.workers:
        reject(
            f"atomics='{network.options.atomics}' is for GPUs, but the network is compiled for the "
            f"target '{target.name}'",
            "paradigm='cuda' compiles it for a GPU; leave atomics out to run on the CPU",
            kind=WrongValue,
        )
    if device is not None and not target.workers and network.options.paradigm != "cuda":
        reject(
            f"device={device} chooses a GPU, but the network is compiled for the target "
            f"'{target.name}'",
            "paradigm='cuda' compiles it for that GPU; leave device out to run on the CPU",
            kind=WrongValue,
        )


def for_machine(options: Options, network: Network) -> Options:
    """Options with the machine that code is made for.

    Without one where that is the machine of this process. It is that of the network's device unless
    options name another. Raises ModelError where there is no device, or no such machine.
    """
    target = find_target(options.target)
    if not target.machine:
        return options
    ordinal = network.options.device or 0
    generator = backend(target.code_generator)
    device = machine_of(target, ordinal, options.gpu_driver)
    asked = options.gpu_arch
    name = generator.machine(asked) if asked else generator.machine(device, device=True)
    atomics: Any = network.options.atomics or options.gpu_atomics
    return evolve(options, gpu_arch=name, gpu_atomics=atomics)


def device_of(network: Network, target: Target, workers: int) -> Device:
    """The device that a network's settings name. At most so many ``workers`` run its kernels."""
    ordinal, driver = network.options.device or 0, current_options().gpu_driver
    return make_device(target, workers, ordinal=ordinal, driver=driver)


@contextmanager
def keeping_refused_code() -> Iterator[None]:
    """Keep code that a device refuses.

    It is written to a file, which the error names.
    """
    try:
        yield
    except RefusedCode as problem:
        import tempfile  # slow to load, and hardly ever needed

        folder = Path(current_options().reproducer_dir or tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(problem.suffix, "refused-kernel-", folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(problem.code)
        problem.diagnostics[-1].note(f"the code is in {name}, to show it to others")
        raise type(problem)(problem.code, problem.suffix, *problem.diagnostics) from problem
