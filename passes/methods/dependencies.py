"""Variables of a system that its equations see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...ir.dialects import eq
from ...ir.methods.reads import read_by

if TYPE_CHECKING:
    from .scheme import Ode


class Dependencies:
    """Variables that equations see, also by way of assignments.

    Only variables of the same system count.

    An assignment is followed where it says what its variable is, as ``q = 2*u``: not ``q += u``.
    ``by`` has for each equation the variables of the system that it sees, with what stores them for
    it: the variable of an assignment, or "" where only the equation itself reads them.
    """

    def __init__(self, system: Any, odes: Sequence[Ode]) -> None:
        variables = {ode.variable for ode in odes}
        reads: dict[str, set[str]] = {}
        for op in system.block.ops:
            if isinstance(op, eq.Write) and op.variable not in variables:
                reads.setdefault(op.variable, set()).update(read_by([op.value], anywhere=True))
        defined = {n: found for n, found in reads.items() if n not in reached(n, reads)}
        self.by: dict[str, dict[str, str]] = {}
        for ode in odes:
            read = read_by([ode.factor, ode.rate], anywhere=True)
            found = dict.fromkeys(variables & read, "")
            for name in sorted(read & set(defined)):
                found |= dict.fromkeys(variables & reached(name, defined), name)
            self.by[ode.variable] = found

    def mutual(self, variable: str, other: str) -> bool:
        """Whether ``variable`` sees ``other``, which depends on it, in whatever way."""
        return other in self.by[variable] and variable in reached(other, self.by)


def reached(name: str, reads: Mapping[str, Iterable[str]]) -> set[str]:
    """The names that a name leads to. It leads to itself only on a way that leads back to it."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(reads.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
