"""The PTX of known networks, and a record of it.

``golden_ptx.json`` has, for every network and architecture, a hash of the text, and what ``ptxas``
found: registers, spills, stack and shared memory of each function. A change of the text shows in
review, a change of resources with its numbers. ``python -m samples.golden_ptx``, in the folder of
the tests, writes it anew; resources stay those of before where there is no ``ptxas`` and the text
is the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

import ranvier as rv
from ranvier.codegen_ptx.machine import described_target
from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptxas import assemble, find_ptxas, version

from .ptx_code import ASSEMBLED, INSTRUCTION, ptx_of
from .seed_levels import NETWORKS as SEEDS

FILE = Path(__file__).parent.parent / "codegen_ptx" / "golden_ptx.json"

COMPARED = ("sm_75", "sm_90")
"""Architectures whose text is compared; all of them differ in little."""


@frozen
class Golden:
    """A network whose PTX is remembered."""

    name: str
    build: Callable[[], rv.Network]
    _codes: dict[str, PtxCode] = field(factory=dict, eq=False)

    def code(self, machine: str) -> PtxCode:
        """Its PTX for an architecture."""
        if machine not in self._codes:
            self._codes[machine] = ptx_of(self.build(), machine)
        return self._codes[machine]

    def found(self, machine: str) -> dict[str, Any]:
        """A hash of its PTX, and its instructions by kind."""
        ptx = self.code(machine).ptx
        kinds = Counter(each.split(".")[0] for each in INSTRUCTION.findall(ptx))
        return {
            "hash": hashlib.sha256(ptx.encode()).hexdigest()[:16],
            "instructions": sum(kinds.values()),
            "kinds": " ".join(f"{name}*{count}" for name, count in sorted(kinds.items())),
            "kernels": ptx.count(".entry "),
        }

    def resources(self, machine: str) -> dict[str, dict[str, int | None]]:
        """The resources of each function, as ``ptxas`` counts them."""
        return {
            each.name: {
                "registers": each.registers, "spills": each.stores + each.loads,
                "stack": each.stack, "shared": each.shared,
            }
            for each in assemble(self.code(machine).ptx, machine)
        }  # fmt: skip


def _brunel() -> rv.Network:
    from differential.test_golden_states import brunel

    return brunel()


def _hodgkin_huxley() -> rv.Network:
    from hardware.networks import hodgkin_huxley

    return hodgkin_huxley(100)


NETWORKS = {
    name: Golden(name, build)
    for name, build in {
        "coba": SEEDS["coba"], "brunel": _brunel, "rate": SEEDS["rate"],
        "coba-single": SEEDS["coba-single"], "hodgkin_huxley": _hodgkin_huxley,
        "hybrid": SEEDS["hybrid"],
    }.items()
}  # fmt: skip
"""The networks by name."""


@cache
def everything_recorded() -> dict[str, Any]:
    """The content of the file."""
    if not FILE.exists():
        return {"llvm": "", "ptxas": "", "networks": {}}
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def recorded(name: str) -> dict[str, Any]:
    """The record of a network: ``texts`` and ``resources``, by architecture."""
    found: dict[str, Any] = everything_recorded()["networks"].get(name, {})
    return {"texts": found.get("texts", {}), "resources": found.get("resources", {})}


def llvm() -> str:
    """The version of LLVM."""
    return described_target(ASSEMBLED[0]).split(",")[0]


def renewed(golden: Golden) -> dict[str, Any]:
    """The new record of a network."""
    texts = {machine: golden.found(machine) for machine in COMPARED}
    if find_ptxas() is not None:
        return {"texts": texts, "resources": {m: golden.resources(m) for m in ASSEMBLED}}
    before = recorded(golden.name)
    same = before["texts"] == texts
    return {"texts": texts, "resources": before["resources"] if same else {}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or only what concerns some networks."""
    names = list(sys.argv[1:] if arguments is None else arguments) or list(NETWORKS)
    known = dict(everything_recorded()["networks"])
    known |= {name: renewed(NETWORKS[name]) for name in names}
    assembler = version() or everything_recorded()["ptxas"]
    content = {"llvm": llvm(), "ptxas": assembler, "networks": known}
    text = json.dumps(content, indent=1)
    flat = re.sub(r"\{[^{}]*\}", lambda found: " ".join(found[0].split()), text)  # a line for each
    FILE.write_text(flat + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}: {', '.join(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
