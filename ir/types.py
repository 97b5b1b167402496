"""Types of the IR, which are MLIR's builtin types, written alike.

Types are interned: a class called with equal arguments returns the same object, so types are
compared with ``is`` and hashed by identity.
"""

from __future__ import annotations

from typing import Any

from attrs import field, fields

from .attrs_classes import frozen


class Interned(type):
    """Metaclass of classes whose instances are unique per arguments."""

    _known: dict[tuple[Any, ...], Any] = {}  # noqa: RUF012

    def __call__(cls, *args: Any) -> Any:
        """The one instance for ``args``."""
        key = (cls, *args)
        found = Interned._known.get(key)
        if found is None:
            made = super().__call__(*args)
            found = Interned._known.setdefault(made.__reduce__(), made)  # with default arguments
            Interned._known[key] = found
        return found


@frozen(eq=False)
class Type(metaclass=Interned):
    """Base class of all types; ``str(type)`` is MLIR's spelling."""

    text: str = field(init=False, repr=False)

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """The constructor call for copies and pickles, which stay unique."""
        cls = type(self)
        return cls, tuple(getattr(self, f.name) for f in fields(cls) if f.init)


def _spell(type_: Type, text: str) -> None:
    object.__setattr__(type_, "text", text)


@frozen(eq=False)
class IntegerType(Type):
    """A signless integer of ``bits`` bits; ``i1`` is the truth value."""

    bits: int

    def __attrs_post_init__(self) -> None:
        _spell(self, f"i{self.bits}")


@frozen(eq=False)
class IndexType(Type):
    """The integer of loop counters and indices (64 bits here)."""

    def __attrs_post_init__(self) -> None:
        _spell(self, "index")


@frozen(eq=False)
class FloatType(Type):
    """An IEEE-754 binary floating-point number of 32 or 64 bits."""

    bits: int

    def __attrs_post_init__(self) -> None:
        _spell(self, f"f{self.bits}")


@frozen(eq=False)
class VectorType(Type):
    """``size`` lanes of a scalar type."""

    size: int
    element: Type

    def __attrs_post_init__(self) -> None:
        _spell(self, f"vector<{self.size}x{self.element}>")

    @property
    def shape(self) -> tuple[int, ...]:
        """The only dimension."""
        return (self.size,)


def _shape(dims: tuple[int | None, ...]) -> str:
    return "".join(f"{'?' if d is None else d}x" for d in dims)


@frozen(eq=False)
class MemRefType(Type):
    """A buffer.

    A dimension of ``None`` is known at run time only and prints as ``?``. ``space`` is the number
    of the memory where it lies: 0 is that of all threads, ``SHARED`` that of a block of a GPU.
    """

    shape: tuple[int | None, ...]
    element: Type
    space: int = 0

    def __attrs_post_init__(self) -> None:
        where = f", {self.space}" if self.space else ""
        _spell(self, f"memref<{_shape(self.shape)}{self.element}{where}>")


SHARED = 3
"""The memory that the threads of a block share.

It is LLVM's number for NVIDIA's GPUs.
"""


@frozen(eq=False)
class TensorType(Type):
    """The type of constant data of any shape.

    No value of ours has it.
    """

    shape: tuple[int | None, ...]
    element: Type

    def __attrs_post_init__(self) -> None:
        _spell(self, f"tensor<{_shape(self.shape)}{self.element}>")


@frozen(eq=False)
class DialectType(Type):
    """A type of a dialect, such as ``!net.buffer<1000xf64>``.

    ``body`` is the text in brackets.
    """

    name: str
    body: str = ""

    def __attrs_post_init__(self) -> None:
        _spell(self, f"!{self.name}<{self.body}>" if self.body else f"!{self.name}")


@frozen(eq=False)
class FunctionType(Type):
    """The type of a function, ``(inputs) -> results``."""

    inputs: tuple[Type, ...]
    results: tuple[Type, ...]

    def __attrs_post_init__(self) -> None:
        inputs = ", ".join(map(str, self.inputs))
        if len(self.results) == 1 and not isinstance(self.results[0], FunctionType):
            _spell(self, f"({inputs}) -> {self.results[0]}")
        else:
            _spell(self, f"({inputs}) -> ({', '.join(map(str, self.results))})")


i1, i8, i16 = IntegerType(1), IntegerType(8), IntegerType(16)
i32, i64 = IntegerType(32), IntegerType(64)
f32, f64 = FloatType(32), FloatType(64)
index = IndexType()


def integer(bits: int) -> IntegerType:
    """The integer type of ``bits`` bits."""
    return IntegerType(bits)


def floating(bits: int) -> FloatType:
    """The float type of 32 or 64 bits."""
    return FloatType(bits)


def function(inputs: tuple[Type, ...], results: tuple[Type, ...]) -> FunctionType:
    """The type of a function."""
    return FunctionType(inputs, results)


def vector(size: int, element: Type) -> VectorType:
    """The type ``vector<size x element>``."""
    return VectorType(size, element)


def memref(element: Type, *shape: int | None) -> MemRefType:
    """The type of a buffer.

    Without a shape it has one dimension of unknown size.
    """
    return MemRefType(shape or (None,), element)


def shared(element: Type, *shape: int) -> MemRefType:
    """The type of a buffer that a block shares."""
    return MemRefType(shape, element, SHARED)


def scalar_of(type_: Type) -> Type:
    """The lane type of a vector, the type itself otherwise."""
    return type_.element if isinstance(type_, VectorType) else type_


def with_lanes(type_: Type, lanes: int) -> Type:
    """The vector type of ``lanes`` lanes; for 0, the scalar."""
    return vector(lanes, type_) if lanes else type_


def lanes_of(type_: Type) -> int:
    """Number of lanes of a vector type, 0 for a scalar."""
    return type_.size if isinstance(type_, VectorType) else 0
