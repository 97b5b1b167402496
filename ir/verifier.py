"""The verifier, which collects every violation before it raises.

Properties that :func:`verify` checks:

1. each operation by itself: number and types of operands and results, presence and class of
   properties, number of regions (generated from the declaration), then its own ``check``;
2. structure: regions, blocks and operations know their parents; results and block arguments know
   their owner and index; uses are those that operands have, no more and no fewer; a terminator
   ends each block whose parent wants one, stands nowhere else, and belongs to its parent;
   successors are blocks of the same region, never its entry, and only terminators have them;
3. dominance: a value is defined before it is used, in the same block, in a block that dominates it
   or in an enclosing one, and never across the border of an isolated operation;
4. symbols: defined once per symbol table; every reference to one is resolved and fits in type
   (see :mod:`.symbols` for the rules).

One walk does all of it. Without ``thorough`` it leaves out the properties that only a mistake in
the IR's own bookkeeping can break (uses, owners): that is for production, about a microsecond per
operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from .core import Block, Op, Region, Value, symbol_name
from .diagnostics import Diagnostic, RanvierError, render
from .dialects import builtin, eq, func, loops, net, scf
from .dominance import dominator_tree
from .fast_verify import FastCheck, fast_check
from .symbols import REFERENCES, Rule, Scope, table_of
from .task_symbols import WALKS

OPEN_ENDED: tuple[type[Op], ...] = (builtin.Module, eq.System, loops.Step, loops.Phase)
"""Operations whose blocks end without a terminator."""

PARENTS: dict[type[Op], tuple[type[Op], ...]] = {
    func.Return: (func.Func,),
    scf.Yield: (scf.For, scf.If, scf.While),
    scf.Condition: (scf.While,),
    eq.Yield: (net.Population, net.Projection),
    loops.Yield: WALKS,
}
"""Parents in which a terminator may stand; without an entry, any."""


class VerifyError(RanvierError):
    """Malformed IR: a mistake of a pass, not of the user."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(render(diagnostics))
        self.diagnostics = diagnostics


def verify(root: Op, *, thorough: bool = True) -> None:
    """Check ``root`` and all inside it.

    Raises :class:`VerifyError` with all violations. Regions of lazy clones that were not made yet
    are those of other operations, and checked there.
    """
    found = violations(root, thorough=thorough)
    if found:
        raise VerifyError(found)


def violations(root: Op, *, thorough: bool = True) -> list[Diagnostic]:
    """All violations in ``root``; see :func:`verify`."""
    walk = _Walk(set(root.operands))
    around = root.parent_op
    if around is not None and around.symbol_table:
        walk.scope = Scope(table_of(around), root)
    walk.op(root, _facts(type(root)))
    walk.regions(root)
    if thorough:
        walk.found += bookkeeping(root)
    return walk.found


class _Facts(NamedTuple):
    """Facts about a class of operations that the walk needs."""

    fast: FastCheck
    check: Callable[[Any], Iterator[str]] | None
    references: Rule | None
    plain: bool  # the fast check says everything


FACTS: dict[type[Op], _Facts] = {}


def _facts(cls: type[Op]) -> _Facts:
    if cls not in FACTS:
        own = None if cls.check is Op.check else cls.check
        rule = REFERENCES.get(cls)
        FACTS[cls] = _Facts(fast_check(cls), own, rule, own is None and rule is None)
    return FACTS[cls]


class _Walk:
    """The walk over all operations.

    ``visible`` are the values that an operation may use at the present place.
    """

    def __init__(self, visible: set[Value]) -> None:
        self.found: list[Diagnostic] = []
        self.visible = visible
        self.scope: Scope | None = None  # None: not inside a symbol table, nothing is resolved

    def complain(self, op: Op, text: str) -> Diagnostic:
        """Note a violation."""
        self.found.append(op.error(text))
        return self.found[-1]

    # ------------------------------------------------------------------ one operation

    def op(self, op: Op, facts: _Facts) -> None:
        """Check an operation by itself, and its references to symbols."""
        if not facts.fast(op):
            self.by_itself(op, op.verify)
        elif facts.check is not None:
            self.by_itself(op, op.check)
        if facts.references is not None and self.scope is not None:
            rule, scope = facts.references, self.scope
            self.by_itself(op, lambda: rule(op, scope))

    def by_itself(self, op: Op, check: Callable[[], Iterator[str]]) -> None:
        """Run a check and note its complaints.

        An exception in it is a violation too: the operation is malformed.
        """
        before = len(self.found)
        try:
            for text in check():
                self.complain(op, text)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as problem:
            if len(self.found) == before:
                self.complain(op, f"is malformed ({type(problem).__name__}: {problem})")

    def not_visible(self, op: Op) -> None:
        """Note operands whose definitions do not dominate their uses."""
        for i, value in enumerate(op.operands):
            if value not in self.visible:
                what = self.complain(op, f"operand {i} is not defined before its use")
                where = value.op
                if where is not None:
                    known = "defined here" if where.block is not None else "this was removed"
                    what.note(f"'{where.name}': {known}", where.loc)

    # ------------------------------------------------------------------ regions and blocks

    def regions(self, op: Op) -> None:
        """Check all regions of an operation.

        Those of an isolated one, or of a symbol table, have a scope of their own.
        """
        outer = self.visible, self.scope
        if op.isolated:
            self.visible = set()
        if op.symbol_table:
            self.scope = Scope(table_of(op), None)
            self.redefinitions(op, self.scope)
        for region in op.regions:
            if region.parent is not op:
                self.complain(op, "holds a region that has another parent")
            if len(region.blocks) > 1:
                self.graph(op, region)
            elif region.blocks:
                self.block(op, region, region.blocks[0], ())
        self.visible, self.scope = outer

    def graph(self, op: Op, region: Region) -> None:
        """Check the blocks of a region, each before those it dominates.

        Unreachable blocks come last.
        """
        self.edges(region)
        try:
            below = dominator_tree(region)
        except KeyError:
            return  # a successor outside the region, already complained of
        self.block(op, region, region.blocks[0], below)
        everything = {v for b in below for inner in b.ops for v in inner.results}
        everything.update(a for b in below for a in b.args)
        self.visible |= everything
        for block in region.blocks:
            if block not in below:
                self.block(op, region, block, {block: []})
        self.visible -= everything

    def edges(self, region: Region) -> None:
        """Check that no successor is an entry or outside the region."""
        blocks = set(region.blocks)
        for block in region.blocks:
            for successor in block.ops[-1].successors if block.ops else ():
                if successor not in blocks:
                    self.complain(block.ops[-1], "branches to a block of another region")
                elif successor is region.blocks[0]:
                    self.complain(block.ops[-1], "branches to the entry of its region")

    def block(self, parent: Op, region: Region, block: Block, below: Any) -> None:
        """Check a block, then those ``below`` it in dominance."""
        if block.parent is not region:
            self.complain(parent, "holds a block that has another parent")
        ops, visible, table = block.ops, self.visible, parent.symbol_table
        visible.update(block.args)
        for op in ops:
            if op.block is not block:
                self.complain(op, "stands in a block that is not its own")
            if table and self.scope is not None:
                self.scope = Scope(self.scope.symbols, op, self.scope.declared)
            facts = FACTS.get(type(op)) or _facts(type(op))
            if not (facts.plain and facts.fast(op)):
                self.op(op, facts)
            if not visible.issuperset(op.operands):
                self.not_visible(op)
            if op.opened and op.regions:
                self.regions(op)
            visible.update(op.results)
        self.ending(parent, block)
        for inner in below[block] if below else ():
            self.block(parent, region, inner, below)
        for op in ops:
            visible.difference_update(op.results)
        visible.difference_update(block.args)

    def ending(self, parent: Op, block: Block) -> None:
        """Check that terminators end blocks whose parents want them.

        They stand nowhere else.
        """
        for op in block.ops[:-1]:
            if op.terminator:
                self.complain(op, "must be the last operation of its block")
            if op.successors:
                self.complain(op, "has successors, but does not end its block")
        last = block.ops[-1] if block.ops else None
        if isinstance(parent, OPEN_ENDED):
            if last is not None and last.terminator:
                self.complain(last, f"has no place in '{parent.name}'")
        elif last is None or not last.terminator:
            self.complain(parent, "has a block that does not end with a terminator")
        elif not isinstance(parent, PARENTS.get(type(last), Op)):
            self.complain(last, f"does not belong into '{parent.name}'")

    # ------------------------------------------------------------------ the whole

    def redefinitions(self, table: Op, scope: Scope) -> None:
        """Check that symbols are defined once."""
        for region in table.regions:
            for block in region.blocks:
                for op in block.ops:
                    name = symbol_name(op)
                    first = scope.symbols.get(name) if name is not None else None
                    if first is not None and first is not op:
                        what = self.complain(op, f"redefines the symbol @{name}")
                        what.note("first defined here", first.loc)


def bookkeeping(root: Op) -> list[Diagnostic]:
    """Violations in uses, owners and indices.

    The primitives of the IR keep them up to date.
    """
    found: list[Diagnostic] = []
    inside = list(root.walk())
    operands = uses = 0
    for op in inside:
        operands += len(op.operands)
        for i, value in enumerate(op.operands):
            if (op, i) not in value.uses:
                found.append(op.error(f"is missing in the uses of its operand {i}"))
        for owner, values in _defined(op):
            for i, value in enumerate(values):
                uses += len(value.uses)
                if value.owner is not owner or value.index != i:
                    found.append(op.error("holds a value that has another owner or index"))
    if found or uses != operands:
        found += _stale_uses(inside)
    return found


def _defined(op: Op) -> Iterator[tuple[Op | Block, Sequence[Value]]]:
    """The values that an operation and its blocks define."""
    yield op, op.results
    for region in op.regions:
        for block in region.blocks:
            yield block, block.args


def _stale_uses(inside: list[Op]) -> Iterator[Diagnostic]:
    """Errors for uses that no operand has."""
    slots = {(op, i): value for op in inside for i, value in enumerate(op.operands)}
    for op in inside:
        for _, values in _defined(op):
            for value in values:
                for user, i in value.uses:
                    if slots.get((user, i)) is not value:
                        what = op.error("has a use that is not there")
                        yield what.note(f"operand {i} of '{user.name}'", user.loc)
