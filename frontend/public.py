"""The border to the user: checks of all public calls.

``guard`` goes over the public names of the package and over all that their classes offer, and puts
each callable behind one that

* words arguments that the signature does not know, or lacks, as an error at the user's line;
* understands the arguments that only ANNarchy has (:mod:`annarchy_arguments`);
* refuses what stands for True or False and is neither (and a few more, see `argument_types`);
* names the argument that is not of its declared type where that ended in an error of Python's own;
* gives errors from the middle of the toolchain, which know no place, that of the call.

A right call pays for one more function call, and nothing is looked at but its flags. Signatures,
docstrings and types stay those of the function behind.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from attrs.exceptions import FrozenInstanceError

from ..ir.diagnostics import ModelError
from ..ir.location import UNKNOWN
from .annarchy_arguments import without_foreign
from .argument_types import fits, is_checked_first
from .user_errors import (
    UnknownAttribute,
    WrongCall,
    WrongValue,
    caller_location,
    did_you_mean,
    listing,
    reject,
)

_PACKAGE = __name__.split(".")[0]
_PROTOCOLS = {
    "__init__", "__call__", "__getitem__", "__setitem__", "__delitem__", "__getattr__",
    "__setattr__", "__add__", "__iter__", "__len__", "__contains__",
}  # fmt: skip
_RAW = (TypeError, ValueError, AttributeError, ArithmeticError, LookupError, MemoryError)
_MARK = "__guarded__"
_ABSENT = object()
_Class = TypeVar("_Class", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def guard(space: dict[str, Any], names: Iterable[str]) -> None:
    """Guard the functions and classes that users reach as ``names``.

    ``space`` is that of the module.
    """
    for name in names:
        found: Any = space[name]
        if isinstance(found, type):
            guard_class(found)
        elif isinstance(found, FunctionType):
            space[name] = guarded = guard_function(found, found.__name__)
            home, own = vars(sys.modules[found.__module__]), found.__name__
            # Pickle finds a function by its name in the module where it was defined.
            if home.get(own) is found:
                home[own] = guarded


def guard_class(kind: _Class) -> _Class:
    """Guard the members of a class.

    Inherited ones too, where a class of this package defines them.
    """
    if issubclass(kind, BaseException):
        return kind
    for each in kind.__mro__:
        if each.__module__.split(".")[0] == _PACKAGE and _MARK not in vars(each):
            _guard_members(each)
    return kind


def _guard_members(kind: type) -> None:
    known: dict[int, Any] = {}
    for name, member in list(vars(kind).items()):
        if name.startswith("_") and name not in _PROTOCOLS:
            continue
        if isinstance(member, FunctionType):
            label = kind.__name__ if name == "__init__" else member.__name__
            if id(member) not in known:
                known[id(member)] = guard_function(member, label)
            setattr(kind, name, known[id(member)])
        elif isinstance(member, property):
            setattr(kind, name, _guard_property(name, member))
    setattr(kind, _MARK, True)


def _guard_property(name: str, found: property) -> property:
    setter: Any = found.fset or _refuse_setting(name)
    getter: Any = found.fget
    return property(
        guard_function(getter, name), guard_function(setter, name), found.fdel, found.__doc__
    )


def _refuse_setting(name: str) -> Callable[[Any, object], None]:
    def refuse(self: Any, value: object) -> None:
        reject(f"'{name}' of {called(self)} cannot be set", kind=UnknownAttribute)

    return refuse


def called(thing: object) -> str:
    """The name of an object in messages."""
    return getattr(thing, "_label", None) or f"a {type(thing).__name__}"


def guard_function(function: _Function, name: str | None = None) -> _Function:
    """``function`` with located errors for calls that do not fit. Messages call it ``name``."""
    if hasattr(function, _MARK):
        return function
    checks, label = _checks(function), name or function.__name__

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if checks:
            _check(checks, args, kwargs)
        try:
            return function(*args, **kwargs)
        except ModelError as problem:
            _locate(problem)
            raise
        except FrozenInstanceError as problem:
            reject(f"{called(args[0])} cannot be changed; make a new one", kind=UnknownAttribute)
            raise AssertionError from problem
        except _RAW as problem:
            trace = problem.__traceback__
            bound = trace is not None and trace.tb_next is not None
            if not bound:  # nothing of the function ran
                ours = without_foreign(label, function, kwargs)
                if len(ours) < len(kwargs):
                    return call(*args, **ours)
                _reject_call(function, label, args, kwargs)
            _reject_argument(function, label, args, kwargs, problem)
            raise

    setattr(call, _MARK, True)
    return cast(_Function, call)


_Check = tuple[int, str, str]
"""Place, name and annotation of an argument."""


def _checks(function: Callable[..., Any]) -> list[_Check]:
    """The arguments to look at before a call. Such are those that are True or False."""
    parameters = inspect.signature(function).parameters.values()
    return [
        (sys.maxsize if parameter.kind is parameter.KEYWORD_ONLY else place, parameter.name, wanted)
        for place, parameter in enumerate(parameters)
        if is_checked_first(wanted := parameter.annotation)
    ]


def _check(checks: list[_Check], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for place, name, annotation in checks:
        value = args[place] if place < len(args) else kwargs.get(name, _ABSENT)
        if value is True or value is False or value is None or value is _ABSENT:
            if value is None and "None" not in annotation:
                reject(f"'{name}' must be {fits(value, annotation)}, not None", kind=WrongValue)
            continue
        expected = fits(value, annotation)
        if expected is not None:
            reject(f"'{name}' must be {expected}, not {value!r:.60}", kind=WrongValue)


def _locate(problem: ModelError) -> None:
    """Give errors without a place that of the user's call."""
    lost = [d for d in problem.diagnostics if d.loc is None or d.loc == UNKNOWN]
    if lost:
        for diagnostic in lost:
            diagnostic.loc = caller_location()
        problem.args = ("\n".join(map(str, problem.diagnostics)),)


def _reject_call(
    function: Callable[..., Any], label: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Refuse a call that the signature refuses, in our words.

    Returns if the error is about something else.
    """
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].name == "self":
        parameters, args = parameters[1:], args[1:]
    names = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    note = f"its arguments: {listing(names)}"
    places = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for name in kwargs:
        if name not in names:
            near = did_you_mean(name, names)
            reject(f"{label}() has no argument '{name}'{near}", note, kind=WrongCall)
    if len(args) > len(places):
        text = f"{label}() takes {len(places)} arguments by position, not {len(args)}"
        reject(text, note, kind=WrongCall)
    given = [*places[: len(args)], *kwargs]
    twice = [name for name in kwargs if name in places[: len(args)]]
    if twice:
        reject(f"{label}() got the argument '{twice[0]}' twice", note, kind=WrongCall)
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    missing = [
        p.name
        for p in parameters
        if p.default is p.empty and p.kind not in optional and p.name not in given
    ]
    if missing:
        reject(f"{label}() needs {listing(missing)}", note, kind=WrongCall)


def _reject_argument(
    function: Callable[..., Any],
    label: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    problem: Exception,
) -> None:
    """Name the argument of a wrong type, if there is one. Then it explains ``problem``."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return
    for name, value in bound.arguments.items():
        parameter = bound.signature.parameters[name]
        simple = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        expected = fits(value, parameter.annotation) if simple else None
        if expected is not None:
            text = f"'{name}' of {label}() must be {expected}, not {value!r:.60}"
            try:
                reject(text, kind=WrongValue)
            except WrongValue as clear:
                raise clear from problem
