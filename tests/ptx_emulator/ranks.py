"""The order of segments in which threads that parted meet again.

Every loop lies in one piece, before what follows it; otherwise segments come before their
successors. Whoever is behind in this order runs first: those who left a loop wait for the others.
"""

from __future__ import annotations

from collections.abc import Sequence


def ranked(entry: int, successors: Sequence[Sequence[int]]) -> list[int]:
    """The nodes that can be reached from the entry, in order."""
    found: list[int] = []
    todo: list[tuple[list[int], frozenset[int] | None]] = [([entry], None)]
    while todo:
        roots, within = todo.pop()
        components = _components(roots, within, successors)
        if len(components) == 1 and len(components[0]) == 1:
            found.append(components[0][0])
            continue
        for component in components:
            head = component[0]
            if len(component) > 1:
                rest = frozenset(component) - {head}
                todo.append((sorted(rest, key=component.index), rest))
                todo.append(([head], frozenset([head])))
            else:
                todo.append((component, frozenset(component)))
    return found


def _components(
    roots: list[int], within: frozenset[int] | None, successors: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Strongly connected components, each entered by its first node.

    The last of them come first: a stack takes them in the other order. By Tarjan's algorithm,
    without recursion.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in roots:
        if root in number:
            continue
        work = [(root, iter(successors[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if within is not None and other not in within:
                    continue
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(successors[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    at = stack.index(node)
                    found.append(stack[at:])
                    on_stack -= set(stack[at:])
                    del stack[at:]
    return found
