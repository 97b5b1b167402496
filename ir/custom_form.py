"""The custom form of an operation, made on first use.

A program that neither prints nor parses the custom form loads nothing of :mod:`.assembly`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from . import dialects

if TYPE_CHECKING:
    from .assembly.form import Form
    from .assembly.value_types import Derive
    from .core import Op
    from .definitions import OpDef


class LazyForm:
    """A class attribute that a form replaces at first access."""

    __slots__ = ("_make", "_owner")

    def __init__(self, make: Callable[[], Form]) -> None:
        self._make = make

    def __set_name__(self, owner: type[Op], name: str) -> None:
        self._owner = owner

    def __get__(self, op: Op | None, cls: type[Op]) -> Form:
        form = self._owner.form = self._make()
        return form


def by_hand(module: str, name: str) -> LazyForm:
    """The form ``name`` that a module of :mod:`.assembly` defines."""

    def make() -> Form:
        form: Form = getattr(import_module(f".assembly.{module}", __package__), name)()
        return form

    return LazyForm(make)


def declared(
    format: str,
    home: str,
    defn: OpDef,
    *,
    flags: Mapping[str, bool],
    implicit: str | None,
    derive: Derive,
) -> Form | LazyForm:
    """The form that a format describes.

    ``home`` is the module of the operation. Formats of our own dialects are checked by our
    tests, others as soon as they are declared. Raises
    :class:`~ranvier.ir.assembly.format_text.FormatError`.
    """

    def make() -> Form:
        from .assembly.declared import DeclaredForm

        return DeclaredForm(format, defn, flags, implicit, derive)

    return LazyForm(make) if home.startswith(f"{dialects.__name__}.") else make()
