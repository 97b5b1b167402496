"""Terms: the little language of examples in rules.

They are built as functions and run.

``addf(x, negf(y))`` is Python syntax with these meanings:

=====================  ===================================================================
``x y z``              float arguments; ``a b c`` integers; ``p q`` truth values
``v``                  a vector of four floats; ``m`` a buffer of four floats
``a[i32]``             an argument or number of this type; otherwise the types are tried in turn
``3``, ``inf``         a number of the type of the operand beside it
``extui(p, i8)``       conversions name the type of their result last
``cmpi('slt', a, b)``  comparisons and reductions begin with their kind
``when(p, A, B)``      ``scf.if``; ``None`` is an empty branch, ``store(x, m, 0)`` an effect
``loop(l, h, s, x, A)``  ``scf.for`` that carries ``acc``, at first x; its counter is ``i``
``do(A, ..., B)``      A for its effect, then B
=====================  ===================================================================
"""

from __future__ import annotations

import ast
import math as pymath
from collections.abc import Iterator
from typing import Any

from attrs import define, field, frozen

from ranvier.ir.attributes import TypeAttr
from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op, Region, Value
from ranvier.ir.dialects import arith, func, math, memref, scf, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import Type, f32, f64, function, i1, i8, i32, i64, index, lanes_of, with_lanes
from ranvier.ir.types import memref as buffer_of
from ranvier.ir.types import vector as vector_of

TYPES = {"f32": f32, "f64": f64, "i1": i1, "i8": i8, "i32": i32, "i64": i64, "index": index}
CASTS = ("sitofp", "uitofp", "fptosi", "index_cast", "extui", "extsi", "trunci", "extf", "truncf")
CLASSES: dict[str, Any] = {
    **{cls.name.partition(".")[2]: cls for cls in vars(arith).values()
       if isinstance(cls, type) and issubclass(cls, Op) and cls.name},
    **math.OPERATIONS,
}  # fmt: skip


@frozen
class Setting:
    """The types of arguments that do not say theirs.

    If there are ``lanes``, all are vectors.
    """

    float: Type
    integer: Type
    lanes: int = 0

    def __str__(self) -> str:
        return f"{self.float} {self.integer} x{self.lanes}"


SETTINGS = [
    Setting(f64, i64),
    Setting(f32, i32),
    Setting(f64, index),
    Setting(f32, i8),
    Setting(f64, i32, 4),
    Setting(f32, i8, 4),
]


@define
class Terms:
    """Builder of one term.

    The arguments of the function come in order of appearance (``args``).
    """

    setting: Setting
    build: Builder
    block: Block
    args: dict[str, Value] = field(factory=dict)

    def value(self, node: ast.expr | None, like: Type | None = None) -> Any:
        """The value of a node.

        A plain number takes the type ``like``.
        """
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if isinstance(node, ast.Constant | ast.UnaryOp) or getattr(node, "id", "") in ("inf",):
            return self._number(node, like)
        if isinstance(node, ast.Subscript):
            return self._typed(node)
        if isinstance(node, ast.Name):
            return self._argument(node.id, None)
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        special = getattr(self, f"_{node.func.id}", None)
        return special(*node.args) if special else self._operation(node.func.id, node.args)

    def _number(self, node: Any, like: Type | None) -> Value:
        assert like is not None, "a number needs a typed neighbour"
        number = eval(compile(ast.Expression(node), "<term>", "eval"), {"inf": pymath.inf})
        result: Value = self.build(arith.constant(number, like))
        return result

    def _typed(self, node: ast.Subscript) -> Value:
        type_ = with_lanes(TYPES[node.slice.id], self.setting.lanes)  # type: ignore[attr-defined]
        if isinstance(node.value, ast.Name) and node.value.id != "inf":
            return self._argument(node.value.id, type_)
        return self._number(node.value, type_)

    def _argument(self, name: str, type_: Type | None) -> Value:
        if name not in self.args:
            self.args[name] = self.block.add_arg(type_ or self._type(name), name)
        return self.args[name]

    def _type(self, name: str) -> Type:
        lanes = self.setting.lanes
        if name == "m":
            return buffer_of(self.setting.float, 4)
        if name == "v":
            return vector_of(4, self.setting.float)
        kind = {"x": self.setting.float, "a": self.setting.integer, "p": i1}
        return with_lanes(kind["x" if name in "xyz" else "a" if name in "abc" else "p"], lanes)

    def _all(self, nodes: list[ast.expr]) -> list[Value]:
        """Operands of one type.

        Plain numbers take that of the first one that has any.
        """
        plain = [isinstance(n, ast.Constant | ast.UnaryOp) or getattr(n, "id", "") == "inf"
                 for n in nodes]  # fmt: skip
        known = {i: self.value(n) for i, n in enumerate(nodes) if not plain[i]}
        like = next(iter(known.values())).type
        return [known[i] if i in known else self.value(n, like) for i, n in enumerate(nodes)]

    def _operation(self, name: str, nodes: list[ast.expr]) -> Any:
        cls = CLASSES[name]
        if name in CASTS:
            target = with_lanes(TYPES[nodes[1].id], self.setting.lanes)  # type: ignore[attr-defined]
            return self.build(cls(self.value(nodes[0]), result_type=target))
        made = self.build(cls(*self._all(nodes)))
        return made.results[0] if isinstance(made, Op) else made

    def _mului_extended(self, *nodes: ast.expr) -> Value:
        low, high = self.build(arith.MulUIExtended(*self._all(list(nodes)))).results
        result: Value = self.build(arith.XOrI(low, high))
        return result

    def _cmpi(self, name: ast.Constant, *nodes: ast.expr) -> Any:
        return self.build(arith.cmpi(str(name.value), *self._all(list(nodes))))

    def _cmpf(self, name: ast.Constant, *nodes: ast.expr) -> Any:
        return self.build(arith.cmpf(str(name.value), *self._all(list(nodes))))

    def _select(self, condition: ast.expr, *nodes: ast.expr) -> Any:
        truth = with_lanes(i1, self.setting.lanes)
        test = self.value(condition, truth)
        plain = all(isinstance(n, ast.Constant) for n in nodes)
        values = [self.value(n, truth) for n in nodes] if plain else self._all(list(nodes))
        return self.build(arith.Select(test, *values))

    def _broadcast(self, node: ast.expr, lanes: ast.Constant) -> Any:
        source = self.value(node)
        if lanes_of(source.type):
            raise TypeError("a lane is no vector")
        return self.build(vector.broadcast(source, int(str(lanes.value))))

    def _extract(self, node: ast.expr, position: ast.expr) -> Any:
        return self.build(vector.extract(self.value(node), self.value(position, index)))

    def _reduction(self, kind: ast.Constant, node: ast.expr) -> Any:
        return self.build(vector.reduction(str(kind.value), self.value(node)))

    def _store(self, *nodes: ast.expr) -> None:
        value, buffer = self.value(nodes[0]), self.value(nodes[1])
        self.build(memref.Store(value, buffer, self.value(nodes[2], index)))

    def _do(self, *nodes: ast.expr) -> Any:
        return [self.value(n) for n in nodes][-1]

    def _when(self, condition: ast.expr, *branches: ast.expr) -> Any:
        test = self.value(condition, i1)
        blocks, found = [], []
        for branch in branches:
            blocks.append(Block())
            with self.build.inside(blocks[-1]):
                found.append(self.value(branch))
                self.build(scf.Yield(*([] if found[-1] is None else [found[-1]])))
        types = () if found[0] is None else (found[0].type,)
        then, other = map(Region, blocks)
        chosen = self.build.insert(scf.If(test, then=then, otherwise=other, result_types=types))
        return chosen.results[0] if types else None

    def _loop(self, *nodes: ast.expr) -> Any:
        bounds = [self.value(n, index) for n in nodes[:3]]
        init = self.value(nodes[3])
        body = scf.loop_block(index, (init.type,), ("i", "acc"))
        outer = dict(self.args)
        self.args |= {"i": body.args[0], "acc": body.args[1]}
        with self.build.inside(body):
            self.build(scf.Yield(self.value(nodes[4])))
        made = {k: v for k, v in self.args.items() if k not in ("i", "acc")}
        self.args = outer | made
        loop = scf.For(*bounds, init, body=Region(body), result_types=(init.type,))
        return self.build.insert(loop).results[0]


def module_of(term: str, setting: Setting) -> Module:
    """A module with the function ``@f`` that computes the term."""
    block = Block()
    terms = Terms(setting, Builder(block), block)
    value = terms.value(ast.parse(term, mode="eval").body)
    terms.build(func.Return(value))
    module = Module()
    made = func.definition("f", (), (value.type,))
    made.regions[0].blocks.clear()
    made.regions[0].append(block)
    type_ = function(tuple(a.type for a in block.args), (value.type,))
    made.props["function_type"] = TypeAttr(type_)
    module.body.block.append(made)
    return module


def modules_of(term: str) -> Iterator[tuple[Setting, Module]]:
    """The term in every setting in which its types fit."""
    from ranvier.ir.verifier import VerifyError, verify

    for setting in SETTINGS:
        try:
            module = module_of(term, setting)
            verify(module)
        except (VerifyError, TypeError, AttributeError, KeyError):
            continue
        yield setting, module
