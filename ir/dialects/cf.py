"""``cf``: branches between the blocks of a region, as in MLIR.

Values reach a block as its arguments. No pass makes branches and no level has them: passes and code
generators work on structured control flow (``scf``). They are here so that MLIR's own lowering of
our loops (``--convert-scf-to-cf``) can be read, verified and run: the interpreter has to say the
same of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..constraints import ScalarTruth
from ..core import Block, Op, Value
from ..declare import op, operand, successor


def _passes(values: Sequence[Value], block: Block, where: str) -> Iterator[str]:
    given, wanted = [v.type for v in values], [a.type for a in block.args]
    if given != wanted:
        texts = [", ".join(map(str, types)) or "nothing" for types in (given, wanted)]
        yield f"passes {texts[0]} to the {where}, which takes {texts[1]}"


@op(
    "cf.br",
    format="$target (`(` $arguments^ `:` type($arguments) `)`)? attr-dict",
    terminator=True,
)
class Branch(Op):
    """Continues with the block ``target``."""

    arguments: Sequence[Value] = operand(variadic=True)
    target: Block = successor()

    def check(self) -> Iterator[str]:
        """Check that the operands have the types of the block's arguments."""
        return _passes(self.arguments, self.target, "block")


@op(
    "cf.cond_br",
    format="$condition `,` "
    "$true_target (`(` $true_arguments^ `:` type($true_arguments) `)`)? `,` "
    "$false_target (`(` $false_arguments^ `:` type($false_arguments) `)`)? attr-dict",
    terminator=True,
)
class CondBranch(Op):
    """Continues with one of two blocks, depending on ``condition``."""

    condition: Value = operand(ScalarTruth)
    true_arguments: Sequence[Value] = operand(variadic=True)
    false_arguments: Sequence[Value] = operand(variadic=True)
    true_target: Block = successor()
    false_target: Block = successor()

    def check(self) -> Iterator[str]:
        """Check that operands have the types of the blocks' arguments."""
        yield from _passes(self.true_arguments, self.true_target, "first block")
        yield from _passes(self.false_arguments, self.false_target, "second block")
