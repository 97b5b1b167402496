"""Classes of attrs that load in half the time.

``attrs`` compiles text, equality and hash for each of its classes. Here all classes share them;
they do the same, equality more slowly. What is compared often says ``cache_hash=True`` and gets
compiled methods.
"""

from __future__ import annotations

from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:  # type checkers know the decorators of attrs
    from attrs import define, frozen
else:
    from functools import partial
    from reprlib import recursive_repr

    @recursive_repr()
    def _text(self: Any) -> str:
        """The call that makes a value, ``Name(field=..., ...)``."""
        cls = type(self)
        shown = [f"{f.name}={getattr(self, f.name)!r}" for f in attrs.fields(cls) if f.repr]
        return f"{cls.__qualname__.rsplit('>.', 1)[-1]}({', '.join(shown)})"

    _COMPILED = {"eq", "cache_hash", "hash", "unsafe_hash", "order", "frozen"}

    def _made(maker: Any, cls: type | None = None, /, **options: Any) -> Any:
        if cls is None:
            return partial(_made, maker, **options)
        own = vars(cls)
        if options.get("repr") is not False and "__repr__" not in own:
            cls.__repr__ = _text
        compiled = _COMPILED & {*options} or {"__eq__", "__hash__"} & {*own}
        if compiled or issubclass(cls, BaseException):
            return maker(cls, **options)
        made = maker(cls, eq=False, **options)
        _add_equality(made, maker is attrs.frozen)
        return made

    def _add_equality(cls: Any, frozen: bool) -> None:
        """Compare values by their fields; those of frozen classes are hashable."""
        compared = [f for f in attrs.fields(cls) if f.eq]
        hashed = [f for f in attrs.fields(cls) if (f.eq if f.hash is None else f.hash)]
        get, same = _getter(compared), eq if len(compared) == 1 else _all_equal
        get_hashed = get if hashed == compared else _getter(hashed)

        def equal(self: Any, other: Any) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return same(get(self), get(other))

        salt = hash((cls.__module__, cls.__qualname__))

        def digest(self: Any) -> int:
            return hash((salt, get_hashed(self)))

        cls.__eq__ = equal
        cls.__hash__ = digest if frozen else None

    def _getter(fields: list[Any]) -> Any:
        """A function that gets one field of a value, or several."""
        get = attrgetter(*[f.name for f in fields]) if fields else _no_fields
        keys = [f.eq_key or _itself for f in fields]
        if all(key is _itself for key in keys):
            return get
        if len(keys) == 1:
            return lambda value: keys[0](get(value))
        return lambda value: tuple([key(v) for key, v in zip(keys, get(value), strict=True)])

    def _itself(value: Any) -> Any:
        return value

    def _no_fields(value: Any) -> tuple[()]:
        return ()

    def _all_equal(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return all(map(eq, one, other))  # a NaN differs from itself, unlike in tuples

    frozen = partial(_made, attrs.frozen)
    define = partial(_made, attrs.define)

__all__ = ["define", "frozen"]
