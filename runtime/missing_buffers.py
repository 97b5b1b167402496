"""Buffers that kernels ask for and nothing else made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ir.buffers import RECORD, Key
from ..ir.diagnostics import fail
from .arguments import Arguments, BufferSpec, KeyedBuffers
from .device import Device
from .extents import Extents
from .synapses import Synapses


def make_missing(
    arguments: Arguments,
    known: KeyedBuffers,
    synapses: Mapping[str, Synapses],
    extents: Extents,
    device: Device,
) -> None:
    """Make those buffers of all arguments that are not ``known``. They are zeros.

    Kernels and run time choose the widths of ranks and offsets alike, or nothing runs.
    """
    for spec, keys in zip(arguments.specs, arguments.rows, strict=True):
        if spec.role is RECORD:
            continue
        missing = [row for row, key in enumerate(keys) if key not in known]
        if spec.first.extent.kind == "synapses":
            _index_columns(spec, [keys[row].owner for row in missing], synapses)
        else:
            known |= {keys[row]: _made(spec, row, arguments, extents, device) for row in missing}
        _check_types(spec, keys, known)


def _made(
    spec: BufferSpec, row: int, arguments: Arguments, extents: Extents, device: Device
) -> Any:
    extent = spec.extent(row)
    whole = extent.kind == "buffers"
    count = len(arguments.keys) if whole else extents.elements(extent)
    return device.allocate(count, spec.dtype)


def _index_columns(spec: BufferSpec, owners: list[str], synapses: Mapping[str, Synapses]) -> None:
    """Make the column indices that the buffer is a part of."""
    for owner in owners:
        if spec.first.name in synapses[owner].storage.layout.names("column"):
            synapses[owner].index_columns()


def _check_types(spec: BufferSpec, keys: list[Key], known: KeyedBuffers) -> None:
    for key in keys:
        made = known.get(key)
        if made is not None and made.dtype != spec.dtype:
            fail(f"the kernels take '{key}' as {spec.dtype}, it is {made.dtype}")
