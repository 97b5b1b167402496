"""The parser of MLIR's generic syntax and of the custom forms.

``parse(str(module))`` equals ``module``. Errors are collected and raised together as one
:class:`ParseError`, each with its place in the text.
"""

from __future__ import annotations

import gc

from ..dialects.builtin import Module
from .module import ModuleParser
from .source import ParseError

__all__ = ["ParseError", "parse"]


def parse(text: str, filename: str = "<string>") -> Module:
    """Parse a text to a module.

    Several operations, or a single one that is no module, get a module around them. An operation
    without ``loc(...)`` is located where its name stands in ``text``. The module is not verified.
    Raises :class:`ParseError` with all errors.
    """
    collecting = gc.isenabled()
    gc.disable()  # everything made here is kept
    try:
        return ModuleParser(text, filename).parse()
    finally:
        if collecting:
            gc.enable()
