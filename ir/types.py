"""Types of the IR: MLIR's builtin types, written as MLIR writes them.

Types are interned values: build them through the factories below and compare them with ``is``.
"""

from __future__ import annotations

from functools import cache

from attrs import field, frozen


@frozen(cache_hash=True)
class Type:
    """Base class of all types; ``str(type)`` is MLIR's spelling."""

    text: str = field(init=False, eq=False, repr=False)

    def __str__(self) -> str:
        return self.text


def _spell(type_: Type, text: str) -> None:
    object.__setattr__(type_, "text", text)


@frozen(cache_hash=True)
class IntegerType(Type):
    """A signless integer of ``bits`` bits; ``i1`` is the truth value."""

    bits: int

    def __attrs_post_init__(self) -> None:
        _spell(self, f"i{self.bits}")


@frozen(cache_hash=True)
class IndexType(Type):
    """The integer that counts loop iterations and indexes buffers (64 bits here)."""

    def __attrs_post_init__(self) -> None:
        _spell(self, "index")


@frozen(cache_hash=True)
class FloatType(Type):
    """An IEEE-754 binary floating-point number of 32 or 64 bits."""

    bits: int

    def __attrs_post_init__(self) -> None:
        _spell(self, f"f{self.bits}")


@frozen(cache_hash=True)
class VectorType(Type):
    """``size`` lanes of a scalar type."""

    size: int
    element: Type

    def __attrs_post_init__(self) -> None:
        _spell(self, f"vector<{self.size}x{self.element}>")


@frozen(cache_hash=True)
class MemRefType(Type):
    """A buffer; a dimension of ``None`` is known at run time only and prints as ``?``."""

    shape: tuple[int | None, ...]
    element: Type

    def __attrs_post_init__(self) -> None:
        dims = "".join(f"{'?' if d is None else d}x" for d in self.shape)
        _spell(self, f"memref<{dims}{self.element}>")


@frozen(cache_hash=True)
class FunctionType(Type):
    """``(inputs) -> results``."""

    inputs: tuple[Type, ...]
    results: tuple[Type, ...]

    def __attrs_post_init__(self) -> None:
        inputs = ", ".join(map(str, self.inputs))
        if len(self.results) == 1 and not isinstance(self.results[0], FunctionType):
            _spell(self, f"({inputs}) -> {self.results[0]}")
        else:
            _spell(self, f"({inputs}) -> ({', '.join(map(str, self.results))})")


integer = cache(IntegerType)
floating = cache(FloatType)
function = cache(FunctionType)
_vector = cache(VectorType)
_memref = cache(MemRefType)

i1, i8, i32, i64 = integer(1), integer(8), integer(32), integer(64)
f32, f64 = floating(32), floating(64)
index = IndexType()


def vector(size: int, element: Type) -> VectorType:
    """The interned ``vector<size x element>``."""
    return _vector(size, element)


def memref(element: Type, *shape: int | None) -> MemRefType:
    """The interned buffer type; without a shape, one dimension of unknown size."""
    return _memref(shape or (None,), element)


def scalar_of(type_: Type) -> Type:
    """The lane type of a vector, the type itself otherwise."""
    return type_.element if isinstance(type_, VectorType) else type_


def with_lanes(type_: Type, lanes: int) -> Type:
    """``type_`` as a vector of ``lanes``; 0 lanes mean the scalar itself."""
    return vector(lanes, type_) if lanes else type_


def lanes_of(type_: Type) -> int:
    """Number of lanes of a vector type, 0 for a scalar."""
    return type_.size if isinstance(type_, VectorType) else 0
