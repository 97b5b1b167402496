"""Tasks about trouble: Ctrl-C, no memory, failing kernels, several networks."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import ranvier as rv
from ranvier.ir.diagnostics import ModelError, NoMemory
from ranvier.runtime.device.cuda.driver import Launch

from .compare import Bits, bits, differences, on_the_cpu
from .device_tasks import HEAD
from .here import Here
from .networks import build
from .tasks import Differs, Facts, NotThere

TRAP = f"{HEAD}.visible .entry failing(.param .u64 unused)\n{{ trap; }}\n"
"""A kernel that fails."""

FIRST = 2
"""Steps before those that Ctrl-C ends."""

PATIENCE = 20.0
"""Seconds until a run must have begun."""


def _same(meant: Bits, found: Bits, what: str) -> None:
    said = differences(meant, found)
    if said:
        raise Differs(f"{what}: {'; '.join(said[:4])}", {"differences": said[:40]})


def ctrl_c(here: Here, size: int, steps: int = 100_000_000) -> Facts:
    """A run that Ctrl-C ends after a whole step. It goes on as if nothing had happened."""
    if os.name != "posix":
        raise NotThere("Windows sends no such signals")
    net = build("delayed", size)
    compiled = here.compiled(net)
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        begun = time.monotonic()
        while net.current_step <= FIRST and time.monotonic() < begun + PATIENCE:
            time.sleep(0.01)
        signal.pthread_kill(main, signal.SIGINT)

    net.simulate(FIRST * net.dt)  # how long a step takes is known from then on
    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    start = time.monotonic()
    try:
        net.simulate(steps * net.dt)
    except KeyboardInterrupt:
        seconds = time.monotonic() - start
    else:
        raise Differs("Ctrl-C did not end the run")
    done = net.current_step
    net.simulate(3 * net.dt)
    _same(on_the_cpu(partial(build, "delayed", size), (done, 3), keep=True)[2], bits(net, compiled),
          f"after Ctrl-C in step {done}")  # fmt: skip
    return {"steps": done, "seconds": seconds}


def states(here: Here, network: str, size: int, steps: int = 100) -> Facts:
    """States that another run saved, on the GPU or the CPU."""
    make = partial(build, network, size)
    meant = on_the_cpu(make, (steps, steps), keep=True)[2]
    with tempfile.TemporaryDirectory(prefix="ranvier-gpu-") as folder:
        for first, second in (("cuda", "cuda"), ("cpu", "cuda"), ("cuda", "cpu")):
            file = Path(folder) / f"{first}-{second}.npz"
            nets = make(), make()
            _compile(here, nets[0], first)
            nets[0].simulate(steps * nets[0].dt)
            nets[0].save(file)
            compiled = _compile(here, nets[1], second)
            nets[1].load(file)
            nets[1].simulate(steps * nets[1].dt)
            found = {name: data for name, data in bits(nets[1], compiled).items() if name in meant}
            states_only = {n: d for n, d in meant.items() if not n.startswith("recording")}
            found = {name: data for name, data in found.items() if name in states_only}
            _same(states_only, found, f"a state of {first} on {second}")
    return {"steps": 2 * steps}


def _compile(here: Here, net: rv.Network, target: str) -> Any:
    return here.compiled(net) if target == "cuda" else net.compile(target="cpu")


def no_memory(here: Here, size: int) -> Facts:
    """A network that finds memory only when others give theirs back."""
    other = build("coba", size)
    here.compiled(other)  # whose code stays loaded, so that only buffers are missing
    gpu = here.gpu
    taken, left = [], here.context.free_memory()
    piece = max(1, left // 4)
    while piece >= 1 << 16:
        try:
            taken.append(gpu.allocate(piece))
        except NoMemory:
            piece //= 2
    net = build("coba", size)
    try:
        here.compiled(net)
    except NoMemory as problem:
        said = str(problem)
    else:
        raise Differs(f"{here.context.free_memory()} of {left} bytes are enough")
    count = len(taken)
    taken.clear()
    compiled = here.compiled(net)
    net.simulate(10 * net.dt)
    _same(on_the_cpu(partial(build, "coba", size), (10,), True)[2], bits(net, compiled), "then")
    return {"said": said, "pieces": count, "free before": left}


def two_networks(here: Here, size: int, rounds: int = 5, steps: int = 40) -> Facts:
    """Two networks that take turns, then two in threads."""
    makes = [partial(build, "coba", size), partial(build, "brunel", size)]
    for threads in (False, True):
        nets = [make() for make in makes]
        compiled = [here.compiled(net) for net in nets]
        problems: list[BaseException] = []

        def run(net: Any, problems: list[BaseException] = problems) -> None:
            try:
                net.simulate(steps * net.dt)
            except BaseException as problem:
                problems.append(problem)

        for _ in range(rounds):
            workers = [threading.Thread(target=run, args=(net,)) for net in nets]
            for worker in workers:
                worker.start()
                if not threads:
                    worker.join()
            for worker in workers:
                worker.join()
        if problems:
            raise problems[0]
        for make, net, each in zip(makes, nets, compiled, strict=True):
            meant = on_the_cpu(make, (rounds * steps,), True)[2]
            _same(meant, bits(net, each), "in threads" if threads else "in turns")
    return {"steps": rounds * steps}


def failing_launch(here: Here, size: int, steps: int = 20) -> Facts:
    """A kernel that fails. Networks say that they are lost; what they recorded is not."""
    net = build("coba", size)
    here.compiled(net)
    net.simulate(steps * net.dt)
    gpu = here.gpu
    function = here.context.load(TRAP).function("failing")
    said = []
    try:
        gpu.run([Launch(function, (1, 1, 1), (32, 1, 1), [0])])
    except ModelError as problem:
        said.append(str(problem))
    else:
        raise Differs("a kernel with a trap went well")
    try:
        net.simulate(steps * net.dt)
    except ModelError as problem:
        said.append(str(problem))
    else:
        raise Differs("a network goes on after the context was lost")
    recorded = net.get_monitor("some").get("v")
    if len(recorded) != steps:
        raise Differs(f"{len(recorded)} of {steps} samples are left")
    return {"said": said}
