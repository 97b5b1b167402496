"""The levels of the IR, with the operations of each.

===========  ======================================================================
``net``      the user's model: populations, projections, differential equations
``eq``       update arithmetic: assignments instead of differential equations
``loops``    a step as loops over neurons, spikes and synapses, without equations
``kernels``  functions that each worker runs, with loops over its neurons and synapses
``native``   the input of code generators: loops, vectors, memory, arithmetic
``scalar``   the same without vectors, and without functions of a C library
===========  ======================================================================

Passes name levels in ``requires`` and ``ensures``; :func:`check_level` checks one.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field

from .attrs_classes import frozen
from .core import Op
from .diagnostics import Diagnostic, error
from .types import VectorType
from .verifier import VerifyError

REMOVED_BY = {
    "eq.system": "discretize",
    "eq.ddt": "discretize",
    "eq.equation": "discretize",
    "net": "map-to-threads",
    "eq": "lower-equations",
    "loops": "map-to-threads",
    "rng": "expand-rng",
    "syn": "lower-syn",
    "special.propagator": "expand-propagators",
    "math": "expand-math",
    "special": "expand-math",
    "arith.remf": "expand-remainders",
}
"""The pass that removes all operations of a name or dialect."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@frozen
class Spec:
    """A level of the IR, with the operations that it allows.

    They are those of ``dialects`` without ``excluded``, and those named in ``also``.
    """

    name: str
    meaning: str
    dialects: frozenset[str] = field(converter=_words)
    excluded: frozenset[str] = frozenset()
    vectors: bool = False
    also: frozenset[str] = frozenset()

    def allows(self, name: str) -> bool:
        """Whether operations called ``name`` may occur."""
        known = name.partition(".")[0] in self.dialects and name not in self.excluded
        return known or name in self.also

    def check(self, root: Op) -> list[Diagnostic]:
        """Errors for operations in ``root`` that do not belong here."""
        known: dict[str, bool] = {}
        found: list[Diagnostic] = []
        for op in root.walk():
            allowed = known.get(op.name)
            if allowed is None:
                allowed = known[op.name] = self.allows(op.name)
            if not allowed:
                found.append(error(self._text(op.name), op.loc))
            elif not self.vectors:
                found += _vectors(op, self.name)
        return found

    def remover(self, name: str) -> str | None:
        """The pass that should have removed operations called ``name``.

        None unless they belong to an earlier level.
        """
        levels = list(SPECS.values())
        earlier = any(level.allows(name) for level in levels[: levels.index(self)])
        known = REMOVED_BY.get(name) or REMOVED_BY.get(name.partition(".")[0])
        return known if earlier else None

    def _text(self, name: str) -> str:
        text = f"'{name}' does not belong to the level '{self.name}' ({self.meaning})"
        remover = self.remover(name)
        return f"{text}; '{remover}' should have removed it" if remover else text


def _vectors(op: Op, level: str) -> Iterator[Diagnostic]:
    for value in op.results:
        if isinstance(value.type, VectorType):
            yield error(
                f"'{op.name}' gives {value.type}, but there are no vectors at '{level}'", op.loc
            )


_EQUATIONS = frozenset({"eq.system", "eq.ddt", "eq.equation"})
_DECLARATIONS = frozenset({"eq.variable", "eq.yield"})
_INSTRUCTIONS = frozenset(
    f"math.{name}"
    for name in (
        *("absf", "sqrt", "floor", "ceil", "trunc", "round", "roundeven", "copysign", "fma"),
        *("isnan", "isfinite", "ctpop", "cttz"),
    )
)

SPECS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec("net", "what the user wrote", "builtin net eq arith math special"),
        Spec("eq", "update arithmetic", "builtin net eq arith math special", _EQUATIONS),
        Spec(
            "loops",
            "a step without equations",
            "builtin net loops scf arith math special rng",
            also=_DECLARATIONS,
        ),
        Spec(
            "kernels",
            "loops over neurons",
            "builtin func scf memref arith math special rng syn gpu nvvm",
        ),
        Spec(
            "native",
            "what code generation takes",
            "builtin func scf memref vector arith math special gpu nvvm",
            frozenset({"special.propagator"}),
            vectors=True,
        ),
        Spec(
            "scalar",
            "what code generation takes for machines without vectors and without a C library",
            "builtin func scf memref arith gpu nvvm",
            frozenset({"arith.remf"}),
            also=_INSTRUCTIONS,
        ),
    )
}
"""The levels, in the order of the compiler."""


def check_level(root: Op, level: str) -> None:
    """Check that all operations in ``root`` belong to a level.

    Raises :class:`~ranvier.ir.verifier.VerifyError` with all that do not.
    """
    found = SPECS[level].check(root)
    if found:
        raise VerifyError(found)
