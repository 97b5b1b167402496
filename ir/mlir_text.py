"""Spelling of strings, floats, names and dictionaries in MLIR."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[ !#-\[\]-~]*").fullmatch
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$.]*").fullmatch


def encoded(text: str) -> bytes:
    """The bytes of a text in UTF-8.

    Bytes that are no UTF-8 are kept, in the way in which Python keeps them in file names.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def quote(text: str) -> str:
    """``text`` as an MLIR string literal."""
    if _PLAIN(text):
        return f'"{text}"'
    out = []
    for byte in encoded(text):
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:02X}")
    return '"' + "".join(out) + '"'


def format_float(value: float, bits: int) -> str:
    """The shortest decimal number that MLIR reads back bit by bit.

    Infinity and NaN are hexadecimal.
    """
    if math.isinf(value) or math.isnan(value):
        return "0x" + struct.pack(">d" if bits == 64 else ">f", value).hex().upper()
    text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}e{exponent}" if exponent else mantissa


def format_key(name: str) -> str:
    """A key of a dictionary, quoted where MLIR needs it."""
    return name if _NAME(name) else quote(name)


def format_symbol(name: str) -> str:
    """A reference to a symbol, quoted where MLIR needs it."""
    return f"@{name}" if _NAME(name) else f"@{quote(name)}"


def format_dict(items: Mapping[str, Any]) -> str:
    """A dictionary in the given order: ``{a = 1 : i64, flag}``.

    A unit attribute is its key alone.
    """
    parts = []
    for name, value in items.items():
        key, text = format_key(name), str(value)
        parts.append(key if text == "unit" else f"{key} = {text}")
    return "{" + ", ".join(parts) + "}"


def format_nested(items: list[str], shape: tuple[int, ...]) -> str:
    """Elements of a constant, nested by its shape: ``[[a, b], [c, d]]``."""
    if not shape:
        return items[0]
    step = len(items) // shape[0] if shape[0] else 0
    rows = [format_nested(items[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
    return f"[{', '.join(rows)}]"
