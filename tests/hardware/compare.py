"""The bits of a network, on the CPU and elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

import ranvier as rv
from ranvier.codegen_llvm import listings
from ranvier.codegen_llvm.cpu import cpu_target

Array = NDArray[Any]
Bits = dict[str, Array]

SHOWN = 3
"""Numbers that are shown of an array that differs."""


def bits(net: rv.Network, compiled: Any) -> Bits:
    """The whole state of a network, and its recordings since then."""
    found: Bits = {str(key): np.asarray(value) for key, value in compiled.state().items()}
    for monitor in net.monitors:
        for name, data in monitor.get(force_dict=True).items():
            found |= dict(_flat(f"{monitor.name}.{name}", data))
    return found


def _flat(name: str, data: Any) -> Iterator[tuple[str, Array]]:
    """Recordings as arrays: samples, or counts and steps of spikes."""
    if isinstance(data, dict):
        ranks = sorted(data)
        yield f"{name} count", np.array([len(data[each]) for each in ranks], np.int64)
        steps = [np.asarray(data[each], np.int64) for each in ranks]
        yield f"{name} steps", np.concatenate(steps) if steps else np.zeros(0, np.int64)
    else:
        yield name, np.asarray(data)


def differences(expected: Mapping[str, Array], found: Mapping[str, Array]) -> list[str]:
    """The arrays that differ, with their first numbers. NaN is NaN."""
    said = [f"only one has {name}" for name in sorted(expected.keys() ^ found.keys())]
    for name in sorted(expected.keys() & found.keys()):
        one, other = np.ascontiguousarray(expected[name]), np.ascontiguousarray(found[name])
        if one.dtype != other.dtype or one.shape != other.shape:
            said.append(f"{name}: {one.dtype}{one.shape} is not {other.dtype}{other.shape}")
            continue
        where = _differ(one.reshape(-1), other.reshape(-1))
        if where.size:
            pairs = [(one.reshape(-1)[i], other.reshape(-1)[i]) for i in where[:SHOWN]]
            shown = ", ".join(f"{a!r} is not {b!r}" for a, b in pairs)
            said.append(f"{name}: {where.size} of {one.size} from {where[0]} on: {shown}")
    return said


def _differ(one: Array, other: Array) -> Array:
    """The places of other bits."""
    if one.dtype.kind in "OUS":
        return np.flatnonzero(one != other)
    plain = np.dtype(f"u{one.dtype.itemsize}") if one.dtype.itemsize in (1, 2, 4, 8) else None
    wrong = one != other if plain is None else one.view(plain) != other.view(plain)
    if one.dtype.kind == "f":
        wrong &= ~(np.isnan(one) & np.isnan(other))
    return np.flatnonzero(wrong)


def checksum(found: Mapping[str, Array]) -> str:
    """A hash of all bits."""
    made = sha256()
    for name in sorted(found):
        made.update(name.encode())
        made.update(np.ascontiguousarray(found[name]).tobytes())
    return made.hexdigest()[:16]


@contextmanager
def denormals_kept() -> Iterator[None]:
    """Code for the CPU that keeps denormal numbers, as GPUs do."""

    def kept(machine: Any, *, flush: bool) -> Any:
        return cpu_target(machine, flush=False)

    with mock.patch.object(listings, "cpu_target", kept):
        yield


def on_the_cpu(
    make: Callable[[], rv.Network], runs: Sequence[int], keep: bool
) -> tuple[rv.Network, Any, Bits]:
    """A network, compiled for the CPU and run. ``keep``: denormal numbers stay what they are."""
    net = make()
    if keep:
        with denormals_kept():
            compiled = net.compile(target="cpu")
    else:
        compiled = net.compile(target="cpu")
    for steps in runs:
        net.simulate(steps * net.dt)
    return net, compiled, bits(net, compiled)
