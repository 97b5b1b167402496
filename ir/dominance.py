"""Dominators of the blocks of a region.

Structured control flow needs none of this: a region with one block is its own dominator tree. With
several blocks, block A dominates B where every path from the entry to B goes through A.
"""

from __future__ import annotations

from .core import Block, Region


def successors(block: Block) -> tuple[Block, ...]:
    """The blocks that may run after ``block``."""
    return block.ops[-1].successors if block.ops else ()


def reverse_postorder(region: Region) -> list[Block]:
    """Reachable blocks, each before its successors except along back edges."""
    order: list[Block] = []
    seen = {region.blocks[0]}
    stack = [(region.blocks[0], iter(successors(region.blocks[0])))]
    while stack:
        block, rest = stack[-1]
        following = next((b for b in rest if b not in seen), None)
        if following is None:
            order.append(block)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(successors(following))))
    return order[::-1]


def immediate_dominators(region: Region) -> dict[Block, Block]:
    """The immediate dominator of every reachable block.

    The entry is its own. The algorithm is that of Cooper, Harvey and Kennedy (2001): intersect
    until nothing changes.
    """
    order = reverse_postorder(region)
    number = {block: i for i, block in enumerate(order)}
    before: dict[Block, list[Block]] = {block: [] for block in order}
    for block in order:
        for following in successors(block):
            before[following].append(block)
    above = {order[0]: order[0]}

    def common(a: Block, b: Block) -> Block:
        while a is not b:
            while number[a] > number[b]:
                a = above[a]
            while number[b] > number[a]:
                b = above[b]
        return a

    changed = True
    while changed:
        changed = False
        for block in order[1:]:
            known = [b for b in before[block] if b in above]
            found = known[0]
            for other in known[1:]:
                found = common(found, other)
            if above.get(block) is not found:
                above[block], changed = found, True
    return above


def dominator_tree(region: Region) -> dict[Block, list[Block]]:
    """The blocks that each reachable block immediately dominates, in order."""
    above = immediate_dominators(region)
    below: dict[Block, list[Block]] = {block: [] for block in above}
    for block in region.blocks[1:]:
        if block in above:
            below[above[block]].append(block)
    return below
