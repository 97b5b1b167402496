"""The custom form of an operation, as a template for readers."""

from __future__ import annotations

import re

from ...ir.assembly.declared import DeclaredForm
from ...ir.assembly.elements import (
    AttributeDict,
    Bodies,
    Body,
    Element,
    EntryArguments,
    FunctionalType,
    Group,
    Literal,
    Operands,
    Property,
    SuccessorElement,
    TypeOf,
)
from ...ir.core import Op


def syntax(kind: type[Op]) -> str:
    """``memref.load %memref[%indices...] : type(memref)``; empty where there is no custom form.

    Words in angle brackets are properties; what may be left out stands in ``( )?``. Attributes,
    which may follow wherever the form has room for them, are not shown.
    """
    form = kind.form
    if form is None:
        return ""
    if isinstance(form, DeclaredForm):
        return _tidy(" ".join([kind.name, *filter(None, map(_shown, form.elements))]))
    return f"{kind.name} {form.template}" if form.template else ""


def _shown(element: Element) -> str:
    if isinstance(element, Group):
        return f"( {' '.join(filter(None, map(_shown, element.elements)))} )?"
    if isinstance(element, Literal):
        return element.text
    if isinstance(element, Operands):
        return f"%{element.name}{'...' if element.variadic else ''}"
    if isinstance(element, Property):
        return "" if element.flag else f"<{element.name}>"
    if isinstance(element, SuccessorElement):
        return f"^{element.name}"
    if isinstance(element, EntryArguments):
        return "(%arguments)"
    if isinstance(element, Body):
        return "{...}"
    if isinstance(element, Bodies):
        return "{ " + " ".join(f"{name} {{...}}" for name in element.names) + " }"
    if isinstance(element, TypeOf):
        return f"type({', '.join(element.names)})"
    assert isinstance(element, FunctionalType | AttributeDict)
    return "(types) -> types" if isinstance(element, FunctionalType) else ""


def _tidy(text: str) -> str:
    """The text without spaces that are not written."""
    text = re.sub(r" ([,)\]]|\[)", r"\1", text)
    return re.sub(r"([(\[]) ", r"\1", text).replace("( (", "((")
