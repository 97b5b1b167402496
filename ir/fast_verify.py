"""Fast checks: one generated expression per class of operations.

``op.verify()`` says what is wrong and is slow; most operations are right. From the declaration a
predicate is generated that only tells whether ``op.verify()`` would find no fault, apart from those
of the class's own ``check``::

    len(o) == 2 and len(r) == 1 and accepts_0(o[0].type) and o[1].type is o[0].type ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .constraints import AnyType
from .core import DECISIONS, Op
from .definitions import OpDef, PropDef

FastCheck = Callable[[Op], bool]


_MADE: dict[type[Op], FastCheck] = {}


def fast_check(cls: type[Op]) -> FastCheck:
    """The predicate of a class of operations.

    It is false throughout for classes whose variadic groups would make the expression too long.
    """
    if cls not in _MADE:
        _MADE[cls] = _make(cls)
    return _MADE[cls]


def _make(cls: type[Op]) -> FastCheck:
    scope: dict[str, Any] = {}
    terms = " and ".join(_terms(cls.defn, scope)) or "True"
    source = (
        f"def check(op):\n    o, r, p = op.operands, op.results, op.props\n    return {terms}\n"
    )
    exec(compile(source, f"<fast check of {cls.name}>", "exec"), scope)
    found: FastCheck = scope["check"]
    return found


def _terms(defn: OpDef, scope: dict[str, Any]) -> Iterator[str]:
    regions = "(op if op.opened else op.original).regions"
    yield f"len({regions}) == {len(defn.regions)}" if defn.regions else "not op.regions"
    if defn.successors:
        yield f"len(op.successors) == {len(defn.successors)}"
    places: dict[str, str] = {}
    for letter, group in (("o", defn.operands), ("r", defn.results)):
        variadic = [name for name, d in group if d.variadic]
        if len(variadic) > 1:
            yield "False"  # in segments: too long to say here
            return
        yield f"len({letter}) {'>=' if variadic else '=='} {len(group) - len(variadic)}"
        yield from _values(letter, group, places, scope)
    yield from (_property(name, decl, scope) for name, decl in defn.props)
    if defn.decisions:
        scope["decisions"] = {name: decl.kind for name, decl in defn.decisions}
        found = f"p[{DECISIONS!r}].value"
        known = f"all([isinstance(v, decisions.get(n, ())) for n, v in {found}])"
        yield f"({DECISIONS!r} not in p or {known})"


def _values(
    letter: str, group: Any, places: dict[str, str], scope: dict[str, Any]
) -> Iterator[str]:
    after = 0
    names = [name for name, _ in group]
    for i, (name, decl) in enumerate(group):
        if decl.variadic:
            after = len(group) - i - 1
            if decl.constraint is not AnyType or decl.same_type_as:
                scope[f"accepts_{name}"] = decl.constraint.accepts
                part = f"{letter}[{i}:len({letter}) - {after}]"
                yield f"all([accepts_{name}(v.type) for v in {part}])"
            continue
        index = i - len(names) if any(d.variadic for _, d in group[:i]) else i
        place = places[name] = f"{letter}[{index}].type"
        if decl.same_type_as in places:
            yield f"{place} is {places[decl.same_type_as]}"
            continue
        if decl.same_type_as:
            yield "False"
        if decl.constraint is not AnyType:
            scope[f"seen_{name}"] = decl.constraint._seen
            scope[f"accepts_{name}"] = decl.constraint.accepts
            yield f"(seen_{name}.get({place}) or accepts_{name}({place}))"
        if getattr(decl, "type", None) is not None:
            scope[f"type_{name}"] = decl.type
            yield f"{place} is type_{name}"


def _property(name: str, decl: PropDef, scope: dict[str, Any]) -> str:
    scope[f"kind_{name}"] = decl.kind
    test = f"isinstance(p.get({name!r}), kind_{name})"
    return test if decl.required else f"({name!r} not in p or {test})"
