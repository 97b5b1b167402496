"""Tasks about the device, its driver and both packages.

All that networks need of them is tried once.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from samples.golden_ptx import NETWORKS, recorded

from ranvier.codegen_ptx.machine import newest_for
from ranvier.codegen_ptx.ptxas import assemble, find_ptxas
from ranvier.codegen_ptx.ptxas import version as ptxas_version
from ranvier.runtime.device.cuda.choose import find_device, find_driver
from ranvier.runtime.device.cuda.driver import Launch, OutOfMemory, RefusedPtx

from .here import Here
from .tasks import Differs, Facts

ASKED = (
    "name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,clocks.max.mem,power.limit,"
    "temperature.gpu,ecc.mode.current,mig.mode.current,persistence_mode,pstate,compute_mode"
)
"""Facts that the driver's command tells of a device."""

HEAD = ".version 6.3\n.target sm_75\n.address_size 64\n"

NOTHING = HEAD + ".visible .entry nothing(.param .u64 unused)\n{\n    ret;\n}\n"

ADDING = (
    HEAD
    + """
.visible .entry adding(.param .u64 place, .param .u64 value) .maxntid 256
{
    .reg .b64 %d<6>;
    .reg .b32 %r<5>;
    ld.param.u64 %d0, [place];
    ld.param.u64 %d1, [value];
    mov.u32 %r0, %ctaid.x;
    mov.u32 %r1, %ntid.x;
    mov.u32 %r2, %tid.x;
    mad.lo.s32 %r3, %r0, %r1, %r2;
    mul.wide.u32 %d2, %r3, 8;
    add.s64 %d3, %d0, %d2;
    ld.global.u64 %d4, [%d3];
    add.s64 %d5, %d4, %d1;
    st.global.u64 [%d3], %d5;
    ret;
}
"""
)
"""A kernel that adds a number to each word."""

ENTRY = re.compile(r"\.entry\s+([\w$]+)")


def device(here: Here) -> Facts:
    """The device and its driver."""
    facts = find_device(here.setting.ordinal, here.setting.package)
    driver = find_driver(here.setting.package)
    return {
        "name": facts.name,
        "capability": list(facts.capability),
        "machine": facts.machine,
        "memory": facts.memory,
        "free": here.context.free_memory(),
        "multiprocessors": facts.multiprocessors,
        "driver": "{}.{}".format(*facts.driver),
        "package": f"{driver.name} {_version(driver.name)}",
        "graphs": here.context.has_graphs,
        "emulated": here.emulated,
    }


def machine(here: Here) -> Facts:
    """The machine, versions of libraries, and clocks of the device."""
    clock = clocks(here)
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in ("llvmlite", "numpy", "ranvier")},
        "ptxas": ptxas_version() if find_ptxas() else "",
        "visible devices": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
        "clocks": clock,
        "alone": "Exclusive" in clock.get("compute_mode", ""),
    }


def clocks(here: Here) -> dict[str, str]:
    """Clocks and settings of the device, as ``nvidia-smi`` tells them now."""
    program = shutil.which("nvidia-smi")
    if program is None or here.emulated:
        return {}
    command = [program, f"--query-gpu={ASKED}", "--format=csv,noheader"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
    lines = said.strip().splitlines()
    if len(lines) <= here.setting.ordinal:
        return {}
    values = [each.strip() for each in lines[here.setting.ordinal].split(",")]
    return dict(zip(ASKED.split(","), values, strict=False))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _same(what: str, found: Any, meant: Any) -> None:
    if not np.array_equal(found, meant):
        raise Differs(f"{what}: {found!r} instead of {meant!r}")


def memory(here: Here) -> Facts:
    """Copies, patterns, pinned memory, and memory that is not there."""
    context = here.context
    values = np.arange(1 << 12, dtype=np.float64)
    address = context.allocate(values.nbytes)
    if address % 256:
        raise Differs(f"an address of {address:#x} is no multiple of 256")
    context.upload(address, values)
    found = np.empty_like(values)
    context.download(found, address)
    _same("a copy", found, values)
    for pattern in (b"\x07", b"\x01\x02", b"\x01\x02\x03\x04"):
        context.fill(address, pattern, 64)
        piece = np.empty(64 * len(pattern), np.uint8)
        context.download(piece, address)
        _same(f"a pattern of {len(pattern)} bytes", piece, np.frombuffer(pattern * 64, np.uint8))
    pinned = context.pinned(values.nbytes)
    context.upload(address, values)
    context.download(pinned, address)
    _same("a copy to pinned memory", pinned.view(np.float64), values)
    before = context.free_memory()
    try:
        context.allocate(1 << 50)
    except OutOfMemory as problem:
        said = str(problem)
    else:
        raise Differs("a petabyte was allocated")
    context.release(address)
    return {"free": before, "said without memory": said}


def launches(here: Here) -> Facts:
    """A kernel, its facts, events, graphs, and PTX that is refused."""
    context = here.context
    module = context.load(ADDING)
    function = module.function("adding")
    address, count = context.allocate(8 * 1024), 1024
    context.fill(address, b"\0", 8 * count)
    launch = Launch(function, (8, 1, 1), (128, 1, 1), [address, 1 << 40])
    start, end = context.event(), context.event()
    start.record()
    context.launch(launch)
    context.graph([launch, launch]).launch()
    end.record()
    end.synchronise()
    seconds = end.seconds_since(start)
    found = np.empty(count, np.int64)
    context.download(found, address)
    _same("a sum of three launches", found, np.full(count, 3 << 40))
    context.synchronise()
    context.release(address)
    facts = function.facts
    if facts.threads < 256 or facts.registers < 2:
        raise Differs(f"facts of a kernel: {facts}")
    return {"seconds": seconds, "facts": str(facts), **({} if here.emulated else refused(here))}


def wrong_ptx() -> str:
    """PTX with an instruction that is none."""
    return ADDING.replace("add.s64 %d5", "added.s64 %d5")


def refused(here: Here) -> Facts:
    """The driver's words for PTX that it does not take."""
    try:
        here.context.load(wrong_ptx())
    except RefusedPtx as problem:
        if "added" not in problem.text and "line" not in problem.text:
            raise Differs(f"no log comes with refused PTX: {problem}") from problem
        return {"said of wrong PTX": problem.text.strip()}
    raise Differs("wrong PTX was taken")


def kernels(here: Here, network: str) -> Facts:
    """Registers and local memory of kernels, beside those of ``ptxas``."""
    name = newest_for(here.gpu.facts.machine)
    known = recorded(network)
    older = [each for each in known["resources"] if _number(each) < _number(name)]
    found = {each: _loaded(here, NETWORKS[network].code(each).ptx) for each in (name, *older)}
    own = known["resources"].get(name) or _assembled(network, name)
    rows, spills = {}, []
    for kernel, each in found[name].items():
        meant = own.get(kernel, {})
        rows[kernel] = {**each, "ptxas": meant}
        if each["local"] and meant and not meant["spills"] and not meant["stack"]:
            spills.append(f"{kernel}: {each['local']} bytes of local memory; ptxas needs none")
    if spills:
        raise Differs("; ".join(spills), {"kernels": rows})
    return {"kernels": rows, "architectures": {each: len(found[each]) for each in found}}


def _number(architecture: str) -> int:
    return int(architecture.removeprefix("sm_"))


def _loaded(here: Here, ptx: str) -> dict[str, Facts]:
    """Facts of all kernels of a text."""
    module = here.context.load(ptx)
    found = {}
    for name in ENTRY.findall(ptx):
        facts = module.function(name).facts
        found[name] = {
            "registers": facts.registers, "local": facts.local, "shared": facts.shared,
            "threads": facts.threads,
        }  # fmt: skip
    return found


def _assembled(network: str, architecture: str) -> dict[str, Facts]:
    """The resources that ``ptxas`` finds, where it is installed."""
    if find_ptxas() is None:
        return {}
    found = assemble(NETWORKS[network].code(architecture).ptx, architecture)
    return {
        each.name: {"registers": each.registers, "spills": each.stores + each.loads,
                    "stack": each.stack, "shared": each.shared}
        for each in found
    }  # fmt: skip


def numbers(here: Here) -> Facts:
    """The device's own speed: memory that is filled, and launches."""
    context, small = here.context, here.emulated
    size = 1 << 20 if small else min(4 << 30, context.free_memory() // 4)
    count, repeats = (20, 2) if small else (1000, 10)
    address = context.allocate(size)
    filled = _best(here, lambda: context.fill(address, b"\0\0\0\0", size // 4), repeats)
    context.release(address)
    launch = Launch(context.load(NOTHING).function("nothing"), (1, 1, 1), (32, 1, 1), [0])

    def launched() -> None:
        for _ in range(count):
            context.launch(launch)

    plain = _best(here, launched, repeats)
    found: Facts = {
        "bytes per second, written": size / filled,
        "seconds of a launch": plain / count,
    }
    if context.has_graphs:
        graph = context.graph([launch] * 100)
        found["seconds of a launch in a graph"] = _best(here, graph.launch, repeats) / 100
    return found


def _best(here: Here, call: Any, repeats: int) -> float:
    """The shortest time of several calls, by events. The first one does not count."""
    context, best = here.context, float("inf")
    for number in range(repeats + 1):
        start, end = context.event(), context.event()
        start.record()
        call()
        end.record()
        end.synchronise()
        if number:
            best = min(best, end.seconds_since(start))
    return max(best, 1e-9)
