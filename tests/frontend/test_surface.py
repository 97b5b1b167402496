"""Every public callable, property and attribute.

Each meets everything that may go wrong.

What is public is found by introspection, and what is not in the table of ``surface.calls`` fails.
Each argument is given every wrong value in turn: the call gives what it should, or a ModelError
whose place is the line of the call, here.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from surface.calls import ATTRIBUTES, CALLS, SETTABLE, Arguments, Of
from surface.kinds import Kind, wrong_values
from surface.walk import callee, is_connector, left_out, members, public_calls, public_classes
from surface.world import World

import ranvier as rv
from ranvier.compiler import Compiled
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

# What can go wrong with files has tests of its own.
FILES = ("file", "filename")
# What a valid call may say of objects that do not have what it asks for.
UNLUCKY = (
    "compile() first",
    "has no target",
    "dimensions, not 0",
    "fixed by compile()",
    "no memory is left",
)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", UserWarning)
        yield


def attempt(call: Callable[[], Any]) -> ModelError | None:
    """The error of a call.

    Its place is in this file, or in a text of the model.
    """
    try:
        with quiet():
            call()
    except ModelError as problem:
        for diagnostic in problem.diagnostics:
            place = spot(diagnostic.loc) if diagnostic.loc else None
            assert place is not None, str(problem)
            assert place.file == __file__ or place.file.startswith("<"), str(problem)
        return problem
    return None


def shown(value: object) -> str:
    return f"{value!r:.40}"


class Worlds:
    """Networks to call.

    One for each argument before compile, one for all after it.
    """

    def __init__(self, folder: Path, compiled: bool) -> None:
        self.folder, self.compiled = folder, compiled
        self.kept: World | None = None

    def renew(self) -> None:
        """Forget what calls have done, before compile."""
        if not self.compiled:
            self.kept = None

    def next(self) -> World:
        if self.kept is None:
            self.kept = World(self.folder, self.compiled)
        return self.kept


@pytest.fixture(scope="module", params=[False, True], ids=["before-compile", "after-compile"])
def worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    yield Worlds(tmp_path_factory.mktemp("world"), request.param)
    rv.clear()


def test_the_table_is_complete() -> None:
    for key, kind, method in public_calls():
        assert key in CALLS, f"{kind}.{method} is public: give {key} a valid call"
        function: Any = getattr(rv, method) if not kind else None
        if kind:
            owner: Any = Compiled if kind == "Compiled" else getattr(rv, kind)
            function = getattr(owner, method)
        parameters = list(inspect.signature(function).parameters.values())
        names = [p.name for p in parameters if p.kind not in VARIADIC and p.name != "self"]
        assert set(names) == set(CALLS[key]), f"the arguments of {key}"
    for kind_ in public_classes():
        for home, name, found in members(kind_, property):
            settable = found.fset.__qualname__.endswith("refuse") is False
            assert settable == (f"{home}.{name}" in SETTABLE), f"{home}.{name}"


def arguments_of(world: World, kind: str, arguments: Arguments) -> dict[str, Any]:
    world.on = world.of.get(kind)
    return {
        name: value.make(world) if isinstance(value, Of) else value
        for name, (value, _) in arguments.items()
    }


def mismatch(worlds: Worlds, key: str, kind: str, method: str, name: str) -> list[str]:
    """Wrong answers to the wrong values of one argument."""
    judge: Kind = CALLS[key][name][1]
    wrong = []
    worlds.renew()
    for value in wrong_values():
        if left_out(name, value):
            continue
        if name == "method" and isinstance(value, type):
            continue  # a class is a function of the user's that fails by itself
        world = worlds.next()
        given = arguments_of(world, kind, CALLS[key])
        given[name] = value
        function = callee(world, kind, method)
        try:
            problem = attempt(lambda f=function, g=given: f(**g))  # type: ignore[misc]
        except Exception as raw:
            wrong.append(f"{key}({name}={shown(value)}): {type(raw).__name__}: {raw!s:.200}")
            worlds.kept = None
            continue
        said = judge(value)
        if said is False and problem is None:
            wrong.append(f"{key}({name}={shown(value)}) is accepted")
        elif said is True and problem is not None:
            wrong.append(f"{key}({name}={shown(value)}) is refused: {problem}")
    return wrong


def callable_now(worlds: Worlds, kind: str, method: str) -> bool:
    """Whether a call makes sense before, or after compile."""
    if kind == "Compiled":
        return worlds.compiled
    making = method == "__init__" or is_connector(method)
    making = making or method in ("create", "connect", "compile", "clear")
    return not (worlds.compiled and making)


@pytest.mark.parametrize(("key", "kind", "method"), public_calls())
def test_calls(worlds: Worlds, key: str, kind: str, method: str) -> None:
    if not callable_now(worlds, kind, method):
        return
    worlds.renew()
    world = worlds.next()
    given = arguments_of(world, kind, CALLS[key])
    problem = attempt(lambda: callee(world, kind, method)(**given))
    assert problem is None or any(text in str(problem) for text in UNLUCKY), str(problem)
    wrong = []
    for name in [name for name in CALLS[key] if name not in FILES]:
        wrong += mismatch(worlds, key, kind, method, name)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("key", "kind", "method"), public_calls())
def test_wrong_arguments(worlds: Worlds, key: str, kind: str, method: str) -> None:
    """Unknown, missing and too many arguments."""
    if worlds.compiled != (kind == "Compiled"):
        return
    worlds.renew()
    world = worlds.next()
    function = callee(world, kind, method)
    parameters = inspect.signature(function).parameters.values()
    given = arguments_of(world, kind, CALLS[key])
    kinds = {p.kind for p in parameters}
    if method != "from_function" and "with_func" not in method and "connect_from_f" not in method:
        problem = attempt(lambda: function(**given, nonsens=1))
        assert isinstance(problem, ModelError)
        assert "'nonsens'" in str(problem)
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        assert isinstance(attempt(lambda: function(*[True] * 60)), TypeError)
    for parameter in parameters:
        if parameter.default is parameter.empty and parameter.kind not in VARIADIC:
            fewer = {name: value for name, value in given.items() if name != parameter.name}
            problem = attempt(lambda g=fewer: function(**g))  # type: ignore[misc]
            assert isinstance(problem, TypeError)
            assert f"'{parameter.name}'" in str(problem)


@pytest.mark.parametrize("kind", public_classes(), ids=lambda kind: kind.__name__)
def test_properties(worlds: Worlds, kind: type) -> None:
    if kind is Compiled and not worlds.compiled:
        return
    wrong = []
    for home, name, _ in members(kind, property):
        owner = worlds.next().of[kind.__name__]
        attempt(lambda o=owner, n=name: getattr(o, n))  # type: ignore[misc]
        if f"{home}.{name}" not in SETTABLE:
            problem = attempt(lambda o=owner, n=name: setattr(o, n, 1))  # type: ignore[misc]
            assert isinstance(problem, AttributeError), f"{home}.{name} can be set"
            continue
        valid, judge = SETTABLE[f"{home}.{name}"]
        attempt(lambda o=owner, n=name, v=valid: setattr(o, n, v))  # type: ignore[misc]
        wrong += unset(worlds, kind.__name__, name, judge)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("kind", "name", "valid", "judge"), ATTRIBUTES)
def test_attributes(worlds: Worlds, kind: str, name: str, valid: Any, judge: Kind) -> None:
    owner = worlds.next().of[kind]
    assert attempt(lambda: setattr(owner, name, valid)) is None
    wrong = unset(worlds, kind, name, judge)
    assert not wrong, "\n".join(wrong)


def unset(worlds: Worlds, kind: str, name: str, judge: Kind) -> list[str]:
    """Wrong answers to setting wrong values."""
    wrong = []
    for value in wrong_values():
        if left_out(name, value):
            continue
        owner = worlds.next().of[kind]
        try:
            problem = attempt(lambda o=owner, v=value: setattr(o, name, v))  # type: ignore[misc]
            if problem is None:
                attempt(lambda o=owner: getattr(o, name))  # type: ignore[misc]
        except Exception as raw:
            wrong.append(f"{kind}.{name} = {shown(value)}: {type(raw).__name__}: {raw!s:.200}")
            continue
        if judge(value) is False and problem is None:
            wrong.append(f"{kind}.{name} = {shown(value)} is accepted")
    return wrong
