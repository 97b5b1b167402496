"""Pipelines as text.

What is read, what is printed back, and where errors point.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from attrs import field, frozen
from fakes.passes import registered
from hypothesis import given
from hypothesis import strategies as st

from ranvier.ir.diagnostics import ModelError
from ranvier.passes.framework.core import Pass
from ranvier.passes.framework.pipeline import OnFunctions, Pipeline
from ranvier.passes.framework.pipeline_text import PipelineError, as_pipeline, parse_pipeline
from ranvier.passes.pipelines import NAMED, named
from ranvier.passes.vectorize import Vectorize


@frozen
class EveryOption(Pass):
    """Has an option of every type; does nothing."""

    name = "test-every-option"
    scope = "function"
    flag: bool = False
    count: int = 3
    ratio: float = 0.5
    label: str = "plain"
    method: Literal["fast", "exact"] = "fast"
    level: Literal[0, 1] = 0
    sizes: tuple[int, ...] = (1, 2)
    names: list[str] = field(factory=list)
    methods: tuple[Literal["fast", "exact"], ...] = ()

    def run(self, op: Any, ctx: Any) -> bool:
        return False


@pytest.fixture(autouse=True, scope="module")
def every_option_registered() -> Iterator[None]:
    """Found by name while these tests run."""
    with registered(EveryOption):
        yield


def only(text: str) -> Any:
    """The only pass of a pipeline."""
    (found,) = parse_pipeline(text).passes
    return found


def test_names_commas_and_spaces() -> None:
    found = parse_pipeline(" canonicalize , cse,\n  dce ")
    assert [each.name for each in found.passes] == ["canonicalize", "cse", "dce"]


def test_nothing_is_an_empty_pipeline() -> None:
    assert parse_pipeline("") == parse_pipeline(" \n") == Pipeline()
    assert str(Pipeline()) == ""


def test_defaults_are_printed_back() -> None:
    assert str(parse_pipeline("cse,vectorize")) == "cse,vectorize{bytes=0}"


def test_every_type_of_option() -> None:
    text = (
        'test-every-option{flag=true count=-7 ratio=1e-3 label="two words, \\"quoted\\""'
        " method=exact level=1 sizes=4,5,6 names={a,b} methods=fast,exact}"
    )
    found = only(text)
    assert found == EveryOption(
        True, -7, 1e-3, 'two words, "quoted"', "exact", 1, (4, 5, 6), ["a", "b"], ("fast", "exact")
    )
    assert only(str(found)) == found


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("flag", "flag", True),
        ("flag=false", "flag", False),
        ("flag=1", "flag", True),
        ("ratio=inf", "ratio", float("inf")),
        ("ratio=3", "ratio", 3.0),
        ("sizes={}", "sizes", ()),
        ("sizes=9", "sizes", (9,)),
        ('label=""', "label", ""),
        ("label=a/b-c.d:e@f", "label", "a/b-c.d:e@f"),
        ('names="a,b",c', "names", ["a,b", "c"]),
    ],
)
def test_values(text: str, field: str, value: object) -> None:
    assert getattr(only(f"test-every-option{{{text}}}"), field) == value


def test_functions_and_named_pipelines() -> None:
    found = parse_pipeline("canonicalize,cse,vectorize{bytes=32},func(licm,dce),@cpu")
    assert str(found).startswith("canonicalize,cse,vectorize{bytes=32},func(licm,dce),vectorize{")
    assert isinstance(found.items[3], OnFunctions)
    assert found.passes[-len(named("cpu")) :] == tuple(named("cpu"))
    assert parse_pipeline(str(found)) == found


def test_words_of_mlir() -> None:
    assert parse_pipeline("builtin.module(cse,func.func(licm))") == parse_pipeline("cse,func(licm)")
    assert parse_pipeline("module()") == Pipeline()


@pytest.mark.parametrize("name", NAMED)
def test_named_pipelines(name: str) -> None:
    assert parse_pipeline(f"@{name}").passes == tuple(named(name))


def test_lists_passes_and_pipelines() -> None:
    text = as_pipeline("cse,vectorize{bytes=32},licm")
    assert as_pipeline(["cse", Vectorize(bytes=32), parse_pipeline("licm")]) == text
    assert as_pipeline(Vectorize(bytes=32)) == parse_pipeline("vectorize{bytes=32}")
    assert as_pipeline(text) is text


ERRORS = {
    "cse,vectorise{bytes=32}": (5, 9, "unknown pass 'vectorise'; did you mean 'vectorize'?"),
    "cpu": (1, 3, "unknown pass 'cpu'; did you mean '@cpu'?"),
    "@cqu": (1, 4, "unknown pipeline 'cqu'; did you mean 'cpu'?"),
    "cse,,dce": (5, 1, "expected the name of a pass, found ','"),
    "cse,": (5, 1, "expected the name of a pass, found the end"),
    "cse dce": (5, 3, "expected ',' or the end, found 'dce'"),
    "cse)": (4, 1, "expected ',' or the end, found ')'"),
    "func(cse": (9, 1, "expected ',' or ')', found the end"),
    "vectorize{byte=32}": (11, 4, "has no option 'byte'; did you mean 'bytes'?"),
    "vectorize{bytes=wide}": (17, 4, "the option 'bytes' expects a whole number, got 'wide'"),
    "vectorize{bytes=1,2}": (17, 3, "the option 'bytes' expects a whole number, got 2 values"),
    "vectorize{bytes}": (11, 5, "the option 'bytes' expects a whole number: bytes=..."),
    "vectorize{bytes=}": (17, 1, "expected a value, found '}'"),
    "vectorize{bytes=1 bytes=2}": (19, 5, "the option 'bytes' is given twice"),
    "vectorize{bytes=32": (19, 1, "expected the name of an option or '}', found the end"),
    "cse{fast}": (5, 4, "the pass 'cse' has no option 'fast' (it has none)"),
    "test-every-option{method=exat}": (26, 4, "fast or exact, got 'exat'; did you mean 'exact'?"),
    "test-every-option{sizes=1,x}": (25, 3, "the option 'sizes' expects a whole number, got 'x'"),
    "test-every-option{sizes={1,2}": (30, 1, "the name of an option or '}', found the end"),
    'test-every-option{label="a}': (25, 3, "this text has no closing quote"),
    "func(choose-layout)": (6, 13, "runs on the whole module and cannot stand in func(...)"),
    "func(cse,@kernels)": (10, 8, "'lower-equations' runs on the whole module"),
    "func(func(cse))": (6, 4, "'func' cannot stand in func(...)"),
    "cse,module(dce)": (5, 6, "'module(...)' can only stand around the whole pipeline"),
    "func{a=1}(cse)": (1, 4, "unknown pass 'func'"),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors_point_into_the_text(text: str) -> None:
    column, width, said = ERRORS[text]
    with pytest.raises(PipelineError) as caught:
        parse_pipeline(text)
    first, line, caret = str(caught.value).splitlines()
    assert first.startswith(f"<pipeline>:1:{column}: error: ")
    assert said in first
    assert line == "  " + text
    assert caret == "  " + " " * (column - 1) + "^" * width


def test_errors_in_a_later_line() -> None:
    with pytest.raises(PipelineError) as caught:
        parse_pipeline("cse,\n  licn,\ndce")
    assert str(caught.value).splitlines() == [
        "<pipeline>:2:3: error: unknown pass 'licn'; did you mean 'licm'?",
        "    licn,",
        "    ^^^^",
    ]


def test_errors_are_for_the_user() -> None:
    assert issubclass(PipelineError, ModelError)


words = st.text(max_size=12)
finite = st.floats(allow_nan=False)
every_option = st.builds(
    EveryOption,
    flag=st.booleans(),
    count=st.integers(),
    ratio=finite,
    label=words,
    method=st.sampled_from(["fast", "exact"]),
    level=st.sampled_from([0, 1]),
    sizes=st.lists(st.integers()).map(tuple),
    names=st.lists(words),
    methods=st.lists(st.sampled_from(["fast", "exact"])).map(tuple),
)
on_module = st.sampled_from(["choose-layout", "discretize", "map-to-threads"]).map(only)
on_function = st.one_of(
    st.sampled_from(["cse", "licm", "canonicalize"]).map(only),
    st.integers(1, 512).map(Vectorize),
    every_option,
)
groups = st.lists(on_function).map(lambda passes: OnFunctions(tuple(passes)))
pipelines = st.lists(st.one_of(on_module, on_function, groups)).map(
    lambda items: Pipeline(tuple(items))
)


@given(pipelines)
def test_printed_pipelines_read_back(pipeline: Pipeline) -> None:
    assert parse_pipeline(str(pipeline)) == pipeline


@given(pipelines, st.integers(0, 12))
def test_a_pipeline_can_be_cut_anywhere(pipeline: Pipeline, place: int) -> None:
    """A cut pipeline holds the same passes in the same order.

    They come before and after the place.
    """
    first, second = pipeline.before(place), pipeline.after(place)
    assert first.passes == pipeline.passes[:place]
    assert first.passes + second.passes == pipeline.passes
