"""Optimisations of each population, projection and kernel, with reasons.

Those that were not applied stand beside those that were.

    population pop0: 100 spiking neurons                                    model.py:22
      + discretize       v: explicit
      + vectorize        the loop over %i: 8 lanes                          (@pop0_update)
      - licm             the load of %w: the loop writes it                 (@pop0_update)
      = refractory       keeps v; others go on
      = @pop0_update     134 operations, 2 loops, 8 lanes

Everything comes from the structured report of the passes and from the IR itself.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from unicodedata import normalize

from attrs import evolve, field

from ...ir.attrs_classes import frozen
from ...ir.core import Op
from ...ir.diagnostics import fail
from ...ir.dialects import func, net, scf
from ...ir.location import Loc, spot
from ...ir.suggest import did_you_mean
from ...ir.types import VectorType
from ..framework.report import Remark, Report

APPLIED, REFUSED, KERNEL = "+", "-", "="


@frozen
class KernelSummary:
    """A function of the last level and how big it is."""

    name: str
    operations: int
    loops: int
    lanes: int

    def __str__(self) -> str:
        lanes = f", {self.lanes} lanes" if self.lanes else ""
        loops = f"{self.loops} loop{'s' * (self.loops != 1)}"
        return f"{self.operations} operations, {loops}{lanes}"


@frozen
class SubjectNote:
    """Behaviour of a part, whatever the passes did."""

    name: str
    text: str


@frozen
class Subject:
    """A population, projection or monitor, or none of them.

    The last one has the remarks that belong to nothing else.
    """

    kind: str
    name: str
    detail: str
    loc: Loc | None = None
    remarks: tuple[Remark, ...] = ()
    kernels: tuple[KernelSummary, ...] = ()
    notes: tuple[SubjectNote, ...] = ()

    @property
    def title(self) -> str:
        """``population pop0: 100 spiking neurons``."""
        head = f"{self.kind} {self.name}".strip()
        return f"{head}: {self.detail}" if self.detail else head

    @property
    def place(self) -> str:
        """``model.py:22``, or nothing."""
        found = spot(self.loc) if self.loc is not None else None
        return f"{PurePath(found.file).name}:{found.line}" if found else ""

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Sign, pass or kernel, and text; equal rows are counted."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for remark in self.remarks:
            counts[
                APPLIED if remark.applied else REFUSED, remark.pass_name, self._said(remark)
            ] += 1
        rows = [
            (sign, name, f"{said} (x {n})" if n > 1 else said)
            for (sign, name, said), n in counts.items()
        ]
        rows += [(KERNEL, note.name, note.text) for note in self.notes]
        return rows + [(KERNEL, "@" + kernel.name, str(kernel)) for kernel in self.kernels]

    def _said(self, remark: Remark) -> str:
        said = f"{remark.text}: {remark.reason}" if remark.reason else remark.text
        return said if remark.subject in (self.name, "") else f"{said}  [@{remark.subject}]"


@frozen
class Explanation:
    """``str`` is for a terminal; a notebook shows a table."""

    subjects: tuple[Subject, ...] = ()
    rewrites: tuple[tuple[str, int], ...] = field(default=())

    def __str__(self) -> str:
        blocks = []
        for subject in self.subjects:
            rows = subject.rows
            width = max([len(name) for _, name, _ in rows], default=0)
            place = f"   ({subject.place})" if subject.place else ""
            lines = [subject.title + place]
            lines += [f"  {sign} {name:<{width}}  {said}" for sign, name, said in rows]
            blocks.append("\n".join(lines))
        if self.rewrites:
            counted = ", ".join(f"{n} x {name}" for name, n in self.rewrites)
            blocks.append(f"rewrites: {counted}")
        legend = "+ applied   - not applied, and why   = what came of it"
        return "\n\n".join([*blocks, legend])

    def __repr__(self) -> str:
        return str(self)

    def about(self, name: str | None) -> Explanation:
        """Only the remarks about a name; None: all.

        The name is one of a population, projection, kernel, pass or variable.
        """
        if not name:
            return self
        name = normalize("NFKC", name)  # as names of models are
        exact = [s for s in self.subjects if s.name == name]
        if exact:
            return Explanation(tuple(exact))
        found = []
        for subject in self.subjects:
            remarks = tuple(r for r in subject.remarks if _concerns(r, name))
            kernels = tuple(k for k in subject.kernels if k.name == name)
            notes = tuple(n for n in subject.notes if name in (n.name, *_words(n.text)))
            if remarks or kernels or notes:
                found.append(evolve(subject, remarks=remarks, kernels=kernels, notes=notes))
        if not found:
            known = [s.name for s in self.subjects if s.name]
            fail(f"there is nothing to say about '{name}'{did_you_mean(name, known)}")
        return Explanation(tuple(found))

    def _repr_html_(self) -> str:
        out = []
        cell = '<td style="text-align:left;padding:0 1em 0 0">'
        for subject in self.subjects:
            place = f' <span style="opacity:.6">{html.escape(subject.place)}</span>'
            out.append(f"<p><b>{html.escape(subject.title)}</b>{place}</p><table>")
            for row in subject.rows:
                out.append(
                    f"<tr>{''.join(cell + html.escape(word) + '</td>' for word in row)}</tr>"
                )
            out.append("</table>")
        return "".join(out)

    def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def _concerns(remark: Remark, name: str) -> bool:
    return name in (remark.pass_name, remark.subject) or name in _words(remark.text)


def _words(text: str) -> list[str]:
    for mark in "%:,;":
        text = text.replace(mark, " ")
    return text.split()


def explain(report: Report, network: Op | None, kernels: Op | None) -> Explanation:
    """The remarks of ``report``, by parts of ``network`` and their kernels.

    ``network`` is at the net level.
    """
    subjects = _parts(network) if network is not None else []
    sizes = _kernels(kernels) if kernels is not None else []
    names = [subject.name for subject in subjects]
    remarks = [(each, _owner_of_remark(each, names)) for each in report.remarks]
    filled = [
        evolve(
            subject,
            remarks=tuple(r for r, owner in remarks if owner == subject.name),
            kernels=tuple(k for k in sizes if _owner_of_kernel(k.name, names) == subject.name),
        )
        for subject in subjects
    ]
    rest = Subject(
        "the whole network" if network is not None else "the module",
        "",
        "",
        remarks=tuple(r for r, owner in remarks if owner is None),
        kernels=tuple(k for k in sizes if _owner_of_kernel(k.name, names) is None),
    )
    told = [s for s in filled if s.rows or s.kind != "monitor"]
    if rest.rows:
        told.append(rest)
    return Explanation(tuple(told), tuple(report.statistics.most_common()))


def _owner_of_remark(remark: Remark, names: Sequence[str]) -> str | None:
    """The part that a remark is about. A part may be called like the kernel of another one."""
    if remark.of_part and remark.subject in names:
        return remark.subject
    return _owner_of_kernel(remark.subject, names)


def _owner_of_kernel(symbol: str, names: Sequence[str]) -> str | None:
    """The part that a kernel belongs to: ``pop0`` for ``pop0_update``."""
    fits = [name for name in names if symbol.startswith(f"{name}_")]
    return max(fits, key=len, default=None)


def _parts(network: Op) -> list[Subject]:
    found = []
    for op in _top(network):
        if isinstance(op, net.Population):
            how = "spiking" if op.kind == "spike" else "rate-coded"
            detail = f"{op.size} {how} neurons"
            notes = _refractory(op)
            found.append(Subject("population", op.sym_name, detail, op.loc, notes=notes))
        elif isinstance(op, net.Projection):
            targets = ", ".join(t.value for t in op.targets)
            detail = f"{op.pre} -> {op.post}, {targets} ({op.kind}, {op.pattern})"
            found.append(Subject("projection", op.sym_name, detail, op.loc))
        elif isinstance(op, net.Monitor):
            recorded = ", ".join(item.label for item in op.items)
            found.append(Subject("monitor", op.sym_name, f"{recorded} of {op.source}", op.loc))
    return found


def _refractory(op: net.Population) -> tuple[SubjectNote, ...]:
    """The variables that a refractory neuron keeps. Without a refractory period there are none."""
    if op.refractory is None:
        return ()
    own = [v for v in op.original.variables.values() if v.role == "variable"]
    held = ", ".join(v.sym_name for v in own if v.frozen and v.locality == "local")
    return (SubjectNote("refractory", f"keeps {held or 'nothing'}; others go on"),)


def _top(module: Op) -> Iterable[Op]:
    return (op for region in module.regions for block in region.blocks for op in block.ops)


def _kernels(module: Op) -> list[KernelSummary]:
    found = []
    for op in _top(module):
        if isinstance(op, func.Func) and not op.is_declaration:
            inside = [each for each in op.walk() if each is not op]
            loops = sum(isinstance(each, scf.For | scf.While) for each in inside)
            types = [value.type for each in inside for value in each.results]
            lanes = max([t.size for t in types if isinstance(t, VectorType)], default=0)
            found.append(KernelSummary(op.sym_name, len(inside), loops, lanes))
    return found
