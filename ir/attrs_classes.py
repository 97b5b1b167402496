"""Classes of attrs that load in half the time.

``attrs`` compiles a ``__repr__`` for each of its classes; here all share one, with the same text.
"""

from __future__ import annotations

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

    def _made(maker: Any, cls: type | None = None, /, **options: Any) -> Any:
        if cls is None:
            return partial(_made, maker, **options)
        if options.get("repr") is not False and "__repr__" not in cls.__dict__:
            cls.__repr__ = _text
        return maker(cls, **options)

    frozen = partial(_made, attrs.frozen)
    define = partial(_made, attrs.define)

__all__ = ["define", "frozen"]
