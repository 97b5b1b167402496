"""Code generated from the declaration of an operation: constructor, accessors, verifier.

The source is compiled at most once per class. ``linecache`` knows it, so that tracebacks show it::

    def __init__(self, lhs, rhs):
        self._setup([lhs, rhs], (lhs.type,), {}, ())
"""

from __future__ import annotations

import keyword
import linecache
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from .attributes import Attribute, StringAttr, SymbolRefAttr, attribute, segment_sizes
from .constraints import AnyType
from .core import DECISIONS, SEGMENTS, Block, Op, Region
from .definitions import OpDef, ResultDef

Scope = dict[str, Any]


def accessors(defn: OpDef) -> dict[str, property]:
    """Python properties for all declared names of an operation."""
    out: dict[str, property] = {}
    for i, (name, decl) in enumerate(defn.operands):
        if defn.segmented:
            out[name] = property(_group_getter(i, decl.variadic))
        else:
            out[name] = _placed("operands", i, defn.operands)
    for i, (name, _) in enumerate(defn.results):
        out[name] = _placed("results", i, defn.results)
    for name, declared in defn.props:
        default = None if declared.required else declared.default
        out[name] = property(_prop_getter(name, default))
    for name, decided in defn.decisions:
        out[name] = property(_decision_getter(name, decided.default))
    for storage in ("regions", "successors"):
        for i, name in enumerate(getattr(defn, storage)):
            out[name] = _reads(f"self.{storage}[{i}]")
    return out


@cache
def _reads(code: str) -> property:
    """A Python property that computes ``code``, shared by classes."""
    return property(eval(f"lambda self: {code}"))


def _placed(storage: str, i: int, group: tuple[tuple[str, Any], ...]) -> property:
    """A Python property for the value or values of a declaration.

    ``i`` is its position in ``group``; after a variadic one, positions count from the end.
    """
    variadic = next((k for k, (_, d) in enumerate(group) if d.variadic), len(group))
    after = len(group) - i
    if group[i][1].variadic:
        code = f"self.{storage}[{i}:len(self.{storage}) - {after - 1}]"
    else:
        code = f"self.{storage}[{i if i <= variadic else -after}]"
    return _reads(code)


def _group_getter(i: int, variadic: bool) -> Callable[[Op], Any]:
    def get(self: Op) -> Any:
        sizes = self.props[SEGMENTS].value  # type: ignore[attr-defined]
        start = sum(sizes[:i])
        return self.operands[start : start + sizes[i]] if variadic else self.operands[start]

    return get


def _prop_getter(name: str, default: Any) -> Callable[[Op], Any]:
    missing = getattr(default, "value", True) if isinstance(default, Attribute) else default

    def get(self: Op) -> Any:
        found = self.props.get(name)
        return missing if found is None else getattr(found, "value", True)

    return get


def _decision_getter(name: str, default: Any) -> Callable[[Op], Any]:
    def get(self: Op) -> Any:
        found: Any = self.props.get(DECISIONS)
        for key, value in () if found is None else found.value:
            if key == name:
                return value.value
        return default

    return get


def single_block() -> Region:
    """A region with one empty block."""
    return Region(Block())


def generated(defn: OpDef) -> dict[str, Any]:
    """The generated ``__init__`` and ``verify``, compiled at the first call.

    Most classes are never used in one process, and the verifier only for a faulty operation.
    """

    def construct(self: Any, *args: Any, **kwargs: Any) -> None:
        _install(self, "__init__", construct, _compiled(defn, "__init__", _constructor))
        self.__init__(*args, **kwargs)

    def verify(self: Any) -> Iterator[str]:
        _install(self, "verify", verify, _compiled(defn, "verify", _verifier))
        found: Iterator[str] = self.verify()
        return found

    return {"__init__": construct, "verify": verify}


def _install(op: Any, name: str, stub: Any, function: Any) -> None:
    """Replace ``stub`` by ``function`` in the class that defines it.

    It is the class of ``op``, or one that it extends.
    """
    for cls in type(op).__mro__:
        if vars(cls).get(name) is stub:
            setattr(cls, name, function)
            return


def _compiled(defn: OpDef, name: str, write: Callable[[OpDef, Scope], Iterator[str]]) -> Any:
    scope: Scope = {"attribute": attribute, "single_block": single_block, "sizes": segment_sizes}
    source = "\n".join([*write(defn, scope), ""])
    filename = f"<{name} of op {defn.name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), scope)
    return scope[name]


def _argument(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if items else ''})"


# ---------------------------------------------------------------------- the constructor


def _constructor(defn: OpDef, scope: Scope) -> Iterator[str]:
    star = "" if defn.segmented else "*"
    positional = [(star if d.variadic else "") + name for name, d in defn.operands]
    keywords = list(_prop_arguments(defn, scope))
    keywords += [f"{_argument(name)}=None" for name in defn.regions]
    keywords += [_argument(name) for name in defn.successors]
    types = list(_result_types(defn, scope, positional, keywords))
    collects = not defn.segmented and any(d.variadic for _, d in defn.operands)
    only = ["*"] if keywords and not collects else []
    yield f"def __init__({', '.join(['self', *positional, *only, *keywords])}):"
    yield "    props = {}"
    if defn.segmented:
        counts = [f"len({n})" if d.variadic else "1" for n, d in defn.operands]
        yield f"    props[{SEGMENTS!r}] = sizes({', '.join(counts)})"
    yield from _prop_stores(defn, scope)
    operands = ", ".join(("*" if d.variadic else "") + name for name, d in defn.operands)
    regions = _tuple([f"{_argument(name)} or single_block()" for name in defn.regions])
    setup = [f"[{operands}]", _tuple(types), "props", regions]
    if defn.successors:
        setup.append(_tuple([_argument(name) for name in defn.successors]))
    yield f"    self._setup({', '.join(setup)})"


def _prop_arguments(defn: OpDef, scope: Scope) -> Iterator[str]:
    for name, decl in defn.props:
        if name == SEGMENTS:
            continue
        if decl.required:
            yield _argument(name)
        else:
            scope[f"default_{name}"] = decl.default
            yield f"{_argument(name)}=default_{name}"


def _prop_stores(defn: OpDef, scope: Scope) -> Iterator[str]:
    for name, decl in defn.props:
        if name == SEGMENTS:
            continue
        arg, kind = _argument(name), f"kind_{name}"
        scope[kind] = decl.kind
        makes = kind if decl.kind in (StringAttr, SymbolRefAttr) else "attribute"
        yield f"    if {arg} is not None:"
        yield f"        props[{name!r}] = {arg} if isinstance({arg}, {kind}) else {makes}({arg})"


def _result_types(
    defn: OpDef, scope: Scope, positional: list[str], keywords: list[str]
) -> Iterator[str]:
    for name, decl in defn.results:
        if decl.variadic:
            keywords.append("result_types=()")
            yield "*result_types"
        elif decl.same_type_as:
            yield f"{decl.same_type_as}.type"
        elif decl.type is not None:
            scope[f"type_{name}"] = decl.type
            yield f"type_{name}"
        elif decl.infer is not None:
            scope[f"infer_{name}"] = decl.infer
            yield f"infer_{name}({', '.join(positional)})"
        else:
            keywords.append("result_type")
            yield "result_type"


# ---------------------------------------------------------------------- the verifier


def _verifier(defn: OpDef, scope: Scope) -> Iterator[str]:
    yield "def verify(self):"
    yield "    operands, results, props = self.operands, self.results, self.props"
    if defn.segmented:
        yield from _verify_segments(defn)
    else:
        yield from _verify_count("operand", defn.operands)
    yield from _verify_values("operand", defn.operands, scope)
    yield from _verify_count("result", defn.results)
    yield from _verify_values("result", defn.results, scope)
    yield from _verify_props(defn, scope)
    if defn.decisions:
        yield from _verify_decisions(defn, scope)
    for what in ("regions", "successors"):
        count = len(getattr(defn, what))
        yield f"    if len(self.{what}) != {count}:"
        yield f"        yield 'expects {count} {what}, got ' + str(len(self.{what}))"
    yield "    yield from self.check()"


def _verify_props(defn: OpDef, scope: Scope) -> Iterator[str]:
    for name, decl in defn.props:
        scope[f"kind_{name}"] = decl.kind
        text = f"property {name!r} expects a {decl.kind.__name__}, got "
        yield f"    if {name!r} in props:"
        yield f"        if not isinstance(props[{name!r}], kind_{name}):"
        yield f"            yield {text!r} + str(props[{name!r}])"
        if decl.required:
            yield "    else:"
            yield f"        yield {f'lacks the property {name!r}'!r}"


def _verify_decisions(defn: OpDef, scope: Scope) -> Iterator[str]:
    """Source lines that check the entries of the property ``decisions``."""
    kinds = scope["decisions"] = {name: decl.kind for name, decl in defn.decisions}
    yield f"    found = props.get({DECISIONS!r})"
    yield f"    for name, value in found.value if isinstance(found, kind_{DECISIONS}) else ():"
    yield "        if name not in decisions:"
    known = f"; there are {', '.join(kinds)}"
    yield f"            yield f'there is no decision {{name!r}}' + {known!r}"
    yield "        elif not isinstance(value, decisions[name]):"
    yield "            kind = decisions[name].__name__"
    yield "            yield f'decision {name!r} expects a {kind}, got {value}'"


def _verify_segments(defn: OpDef) -> Iterator[str]:
    yield f"    sizes = getattr(props.get({SEGMENTS!r}), 'value', None)"
    fixed = [f"sizes[{i}] != 1" for i, (_, d) in enumerate(defn.operands) if not d.variadic]
    wrong = " or ".join(["any(n < 0 for n in sizes)", *fixed])
    yield f"    if not isinstance(sizes, tuple) or len(sizes) != {len(defn.operands)} or {wrong}:"
    yield f"        yield 'expects {SEGMENTS} of {len(defn.operands)} groups of operands'"
    yield "        return"
    yield "    if sum(sizes) != len(operands):"
    yield f"        yield 'has operands that are not those counted in {SEGMENTS}'"
    yield "        return"


def _verify_count(what: str, group: tuple[tuple[str, Any], ...]) -> Iterator[str]:
    least = sum(not d.variadic for _, d in group)
    open_ended = any(d.variadic for _, d in group)
    if least or not open_ended:
        word = "at least" if open_ended else "exactly"
        yield f"    if len({what}s) {'<' if open_ended else '!='} {least}:"
        yield f"        yield 'expects {word} {least} {what}s, got ' + str(len({what}s))"
        yield "        return"


def _verify_values(what: str, group: tuple[tuple[str, Any], ...], scope: Scope) -> Iterator[str]:
    for name, decl in group:
        scope[f"accept_{name}"] = decl.constraint
        if decl.constraint is not AnyType:
            text = f"{what} {name!r} expects {decl.constraint.name}, got "
            yield f"    for v in self.{name}:" if decl.variadic else f"    for v in (self.{name},):"
            yield f"        if not accept_{name}.accepts(v.type):"
            yield f"            yield {text!r} + str(v.type)"
        if decl.same_type_as and not decl.variadic:
            text = f"{what} {name!r} must have the type of {decl.same_type_as!r}, got "
            yield f"    if self.{name}.type is not self.{decl.same_type_as}.type:"
            yield f"        yield {text!r} + str(self.{name}.type)"
        if isinstance(decl, ResultDef) and decl.type is not None:
            scope[f"type_{name}"] = decl.type
            text = f"result {name!r} must be {decl.type}, got "
            yield f"    if self.{name}.type is not type_{name}:"
            yield f"        yield {text!r} + str(self.{name}.type)"
