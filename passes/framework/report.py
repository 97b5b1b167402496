"""The report of passes: actions and refusals, for people and tools.

A remark says which pass did what to whom (``subject``: the symbol of a population, projection or
function); a refusal says why not. Statistics count what would be too much to tell one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from attrs import field

from ...ir.attrs_classes import define, frozen
from ...ir.core import Op, symbol_name
from ...ir.dialects.loops import Task
from ...ir.dialects.net import Monitor, Population, Projection
from ...ir.location import Loc


@frozen
class Remark:
    """One action of a pass, or one refusal with its ``reason``.

    ``of_part`` tells a population, projection or monitor from a kernel that is called like it.
    """

    pass_name: str
    subject: str
    text: str
    reason: str = ""
    loc: Loc | None = None
    of_part: bool = False

    @property
    def applied(self) -> bool:
        """Whether the pass did it."""
        return not self.reason

    def about(self, subject: str) -> Remark:
        """The same of another subject."""
        said: Any = {"reason": self.reason, "loc": self.loc, "of_part": self.of_part}
        return Remark(self.pass_name, subject, self.text, **said)

    def __str__(self) -> str:
        about = f"{self.pass_name}: {self.subject}: {self.text}"
        return f"{about} left as it is: {self.reason}" if self.reason else about


class _Repeated(NamedTuple):
    remarks: Sequence[Remark]
    subject: str


@define
class Report:
    """Actions and refusals of passes, with reasons; ``str`` is for people."""

    _said: list[Remark | _Repeated] = field(factory=list)
    statistics: Counter[str] = field(factory=Counter)

    @property
    def remarks(self) -> list[Remark]:
        """All remarks, in order."""
        return self.since(0)

    @property
    def mark(self) -> int:
        """The present end, for :meth:`since`."""
        return len(self._said)

    def since(self, mark: int) -> list[Remark]:
        """The remarks made since there was this mark."""
        found: list[Remark] = []
        for each in self._said[mark:]:
            if isinstance(each, Remark):
                found.append(each)
            else:
                found += [remark.about(each.subject) for remark in each.remarks]
        return found

    def repeat(self, remarks: Sequence[Remark], subject: str) -> None:
        """Note the same remarks about another subject. They are made when they are asked for."""
        self._said.append(_Repeated(remarks, subject))

    def did(self, pass_name: str, subject: Op | str, text: str, loc: Loc | None = None) -> None:
        """Note something done by a pass to ``subject``."""
        part, symbol = _is_part(subject), symbol_of(subject)
        self._said.append(Remark(pass_name, symbol, text, loc=loc, of_part=part))

    def refused(
        self, pass_name: str, subject: Op | str, text: str, reason: str, loc: Loc | None = None
    ) -> None:
        """Note something that a pass left alone, and why."""
        part, symbol = _is_part(subject), symbol_of(subject)
        self._said.append(Remark(pass_name, symbol, text, reason, loc=loc, of_part=part))

    def copy(self) -> Report:
        """A report of its own, with the same in it."""
        return Report(list(self._said), Counter(self.statistics))

    def __str__(self) -> str:
        return "\n".join(map(str, self.remarks))


def counted(number: int, what: str) -> str:
    """``1 loop``, ``2 loops``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def symbol_of(subject: Op | str) -> str:
    """The symbol of the nearest operation around that has one. The operation itself comes first.

    A task has that of its kernel.
    """
    if isinstance(subject, str):
        return subject
    op = _named(subject)
    if isinstance(op, Task):
        return f"{op.owner}_{op.what}"
    return "the module" if op is None else str(symbol_name(op))


def _is_part(subject: Op | str) -> bool:
    """Whether a subject is in a population, projection or monitor."""
    named = _named(subject) if isinstance(subject, Op) else None
    return isinstance(named, Population | Projection | Monitor)


def _named(op: Op | None) -> Op | None:
    """The nearest operation around with a symbol, or task. ``op`` itself comes first."""
    while op is not None and not isinstance(op, Task) and symbol_name(op) is None:
        op = op.parent_op
    return op
