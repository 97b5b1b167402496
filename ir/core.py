"""Values, operations, blocks and regions: the entities of the IR.

Entities have identity. Their use lists are kept by two primitives (:meth:`Op.set_operand`,
:meth:`Op.drop_operands`); passes change entities through
:class:`~ranvier.ir.rewriter.Rewriter` and :class:`~ranvier.ir.builder.Builder` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from .attributes import Attribute
from .block_changes import BlockChanges
from .diagnostics import Diagnostic, error
from .location import UNKNOWN, Loc

if TYPE_CHECKING:
    from .assembly.form import Form
    from .definitions import OpDef
    from .types import Type


SEGMENTS = "operandSegmentSizes"
"""The property with the sizes of several variadic groups of operands."""

DECISIONS = "decisions"
"""The property that holds the decisions of passes about an operation."""


class Value:
    """A result of an operation or an argument of a block.

    ``name`` is a hint for printing.
    """

    __slots__ = ("index", "name", "owner", "type", "uses")

    def __init__(self, type_: Type, owner: Op | Block, index: int, name: str | None = None) -> None:
        self.type = type_
        self.owner = owner
        self.index = index
        self.uses: dict[tuple[Op, int], None] = {}
        self.name = name

    @property
    def op(self) -> Op | None:
        """The operation that defines the value; None for a block argument."""
        return self.owner if isinstance(self.owner, Op) else None

    def named(self, name: str | None) -> Value:
        """Set the name hint and return the value, for chaining."""
        if name:
            self.name = name
        return self

    def users(self) -> list[Op]:
        """The operations that use the value, in order of first use."""
        return list(dict.fromkeys(op for op, _ in self.uses))


class Op:
    """An operation. Subclasses are declared with :func:`~ranvier.ir.declare.op`."""

    __slots__ = (
        "_version",
        "attributes",
        "block",
        "loc",
        "operands",
        "props",
        "regions",
        "results",
        "successors",
    )

    name: ClassVar[str] = ""
    defn: ClassVar[OpDef]
    form: ClassVar[Form | None] = None
    pure: ClassVar[bool] = False
    terminator: ClassVar[bool] = False
    commutative: ClassVar[bool] = False
    symbol: ClassVar[bool] = False
    symbol_table: ClassVar[bool] = False
    isolated: ClassVar[bool] = False
    reads: ClassVar[bool] = False
    writes: ClassVar[bool] = False
    recursive: ClassVar[bool] = False
    touches: ClassVar[str] = ""
    opened: bool = True  # see ``lazy_clone.py``

    operands: list[Value]
    results: tuple[Value, ...]
    props: dict[str, Attribute]
    regions: tuple[Region, ...]
    successors: tuple[Block, ...]
    attributes: dict[str, Attribute]
    _version: int

    if TYPE_CHECKING:

        def __init__(self, *operands: Any, **properties: Any) -> None:
            """Generated for every class from its declaration."""

    def _setup(
        self,
        operands: list[Value],
        result_types: tuple[Type, ...],
        props: dict[str, Attribute],
        regions: tuple[Region, ...] = (),
        successors: tuple[Block, ...] = (),
    ) -> None:
        """Fill the uniform storage; called by the generated constructors."""
        self.operands = operands
        for i, value in enumerate(operands):
            value.uses[self, i] = None
        self.results = tuple([Value(t, self, i) for i, t in enumerate(result_types)])
        self.props = props
        self.regions = regions
        for region in regions:
            region.parent = self
        self.successors = successors
        self.attributes = {}
        self.loc: Loc = UNKNOWN
        self.block: Block | None = None

    def verify(self) -> Iterator[str]:
        """Yield the faults of this operation, without those of its regions.

        Generated from the declaration; :meth:`check` follows.
        """
        raise NotImplementedError

    def check(self) -> Iterator[str]:
        """Yield faults by rules beyond the declaration; written by hand."""
        return iter(())

    def error(self, text: str) -> Diagnostic:
        """A diagnostic about this operation, not raised yet; ``op.error(...).note(...)``."""
        return error(f"'{self.name}' {text}", self.loc)

    def set_operand(self, i: int, value: Value) -> None:
        """Replace operand ``i``."""
        del self.operands[i].uses[self, i]
        self.operands[i] = value
        value.uses[self, i] = None

    def drop_operands(self) -> None:
        """Drop all operands of an operation that is to be erased."""
        for i, value in enumerate(self.operands):
            del value.uses[self, i]
        self.operands = []

    @property
    def version(self) -> int:
        """The number of changes inside a module or function, for caches."""
        try:
            return self._version
        except AttributeError:
            return 0

    @property
    def parent_op(self) -> Op | None:
        """The operation whose region holds this one."""
        return self.block.parent.parent if self.block and self.block.parent else None

    def walk(self, *, opened: bool = False) -> Iterator[Op]:
        """This operation and all inside it, in pre-order.

        ``opened``: regions of lazy clones that were not made yet stay so, and are left out.
        """
        stack = [self]
        while stack:
            op = stack.pop()
            yield op
            if (op.opened or not opened) and op.regions:
                for region in reversed(op.regions):
                    for block in reversed(region.blocks):
                        stack += reversed(block.ops)

    def clone(self, env: dict[Value, Value], blocks: dict[Block, Block] | None = None) -> Op:
        """A copy of the operation, with operands mapped through ``env``.

        Its results and block arguments are added to ``env``. Successors are mapped through
        ``blocks`` where it has them.
        """
        new = type(self).__new__(type(self))
        new._setup(
            [env.get(v, v) for v in self.operands],
            tuple([v.type for v in self.results]),
            dict(self.props),
            tuple([region.clone(env) for region in self.regions]) if self.regions else (),
        )
        if self.successors:
            new.successors = tuple([(blocks or {}).get(b, b) for b in self.successors])
        if self.attributes:
            new.attributes = dict(self.attributes)
        new.loc = self.loc
        for i, old in enumerate(self.results):
            value = new.results[i]
            value.name = old.name
            env[old] = value
        return new

    def __str__(self) -> str:
        from .printer import print_op

        return print_op(self)

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Block:
    """Block arguments, and operations in order.

    The last operation is a terminator where the parent wants one.
    """

    __slots__ = ("_changes", "_ops", "args", "parent")

    def __init__(self, arg_types: tuple[Type, ...] = (), names: tuple[str, ...] = ()) -> None:
        self.args: list[Value] = []
        self._ops: list[Op] = []
        self._changes: BlockChanges | None = None
        self.parent: Region | None = None
        for i, type_ in enumerate(arg_types):
            self.add_arg(type_, names[i] if i < len(names) else None)

    def add_arg(self, type_: Type, name: str | None = None) -> Value:
        """Append a block argument."""
        value = Value(type_, self, len(self.args), name)
        self.args.append(value)
        return value

    @property
    def ops(self) -> list[Op]:
        """The operations in order.

        Changes in the middle of the block leave this list as it is and make a new one.
        """
        if self._changes is not None:
            self._ops = self._changes.apply(self, self._ops)
            self._changes = None
        return self._ops

    def append(self, op: Op) -> Op:
        """Append an operation."""
        ops = self._ops if self._changes is None else self.ops
        op.block = self
        ops.append(op)
        return op

    def insert_before(self, anchor: Op, op: Op) -> None:
        """Insert ``op``, which is in no block, before ``anchor``."""
        if self._changes is None:
            self._changes = BlockChanges()
        elif self._changes.knows(op):
            self._ops, self._changes = self._changes.apply(self, self._ops), BlockChanges()
        op.block = self
        self._changes.insert(anchor, op)

    def remove(self, op: Op) -> None:
        """Take an operation out of the block."""
        if self._changes is None:
            self._changes = BlockChanges()
        op.block = None

    @property
    def terminator(self) -> Op | None:
        """The last operation, if it is a terminator."""
        return self.ops[-1] if self.ops and self.ops[-1].terminator else None


class Region:
    """A list of blocks; the first is the entry."""

    __slots__ = ("blocks", "parent")

    def __init__(self, *blocks: Block) -> None:
        self.blocks: list[Block] = []
        self.parent: Op | None = None
        for block in blocks:
            self.append(block)

    def append(self, block: Block) -> Block:
        """Append a block."""
        block.parent = self
        self.blocks.append(block)
        return block

    @property
    def block(self) -> Block:
        """The only (or entry) block."""
        return self.blocks[0]

    def clone(self, env: dict[Value, Value]) -> Region:
        """A copy; see :meth:`Op.clone`."""
        new = Region()
        blocks: dict[Block, Block] = {}
        for block in self.blocks:
            copy = blocks[block] = new.append(Block())
            for arg in block.args:
                env[arg] = copy.add_arg(arg.type, arg.name)
        for block, copy in blocks.items():
            for op in block.ops:
                copy.append(op.clone(env, blocks))
        return new


def symbol_name(op: Op) -> str | None:
    """The symbol an operation defines."""
    name: Any = op.props.get("sym_name")
    return name.value if name is not None else None


def lookup_symbol(table: Op, name: str) -> Op | None:
    """The operation of symbol ``name`` directly inside the symbol table ``table``."""
    for region in table.regions:
        for block in region.blocks:
            for op in block.ops:
                if symbol_name(op) == name:
                    return op
    return None
