"""Throws mutated texts at the parser: ``python fuzz_parser.py [CASES] [SEED]``.

For every text the parser must return a module, which then prints and parses back to itself in both
forms, or raise a ``ParseError``; anything else ends the program with the text that did it. A case
that takes longer than ``PATIENCE`` seconds counts as a hang.
"""

from __future__ import annotations

import random
import signal
import sys
from types import FrameType
from typing import NoReturn

from samples.random_modules import random_module
from samples.random_networks import random_network

from ranvier.ir.equality import difference
from ranvier.ir.parser import ParseError, parse
from ranvier.ir.parser.lexer import tokens
from ranvier.ir.printer import print_custom, print_op

PATIENCE = 5.0
"""Seconds of the processor that a text may take."""

CORNERS = """
%a:2 = "arith.mului_extended"(%b, %b#0) : (i32, i32) -> (i32, i32)
"cf.cond_br"(%c, %x)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 1, 0>}> : (i1, f64) -> ()
"scf.if"(%c) ({^bb0:}, {}) {a, "b c" = [1, -2 : i8, 0x7FC00000 : f32, {x = unit}]} : (i1) -> ()
"arith.constant"() <{value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>}> : () -> tensor<2x2xi32>
"func.call"() <{callee = @a::@"b c"}> : () -> () loc(callsite("x"("m.py":1:2 to :3) at unknown))
"vector.reduction"(%v) <{kind = #vector.kind<or>}> : (vector<8xi1>) -> i1 loc(fused<"cse">[#l])
#l = loc("dv/dt"("model.py":3:4))
!t = !net.buffer<1000xf64, [a, (b)]>
#x = ["a\\"\\0A\\n", (f64, !t) -> ((i1) -> ()), memref<?x4xvector<8xf64>>, array<i1: true>]
"""
CUSTOM_CORNERS = """
%a:2 = arith.mului_extended %b, %b#0 : i32
cf.cond_br %c, ^bb1(%x : f64), ^bb2
%r = scf.for %i = %a to %b step %c iter_args(%x = %y) -> (f64) { scf.yield %x : f64 } {parallel = 16}
scf.while (%x = %y) : (f64) -> f64 { scf.condition(%c) %x : f64 } do { ^bb0(%z: f64): scf.yield %z : f64 } attributes {a}
func.func private @f(%x: f64 {a.b = 1}) -> (f64, f64) attributes {x.y} { return %x, %x : f64, f64 }
net.population @p size 16 kind spike refractory @r attributes {level = 1} { spike { eq.yield %x : i1 } reset { } }
%y = eq.random Normal(%a, %b) stream 3 : (f64, f64) -> f64 loc("x")
syn.append %h, %f to %l[%b] count %c[%s] below %n : i1, memref<?xi32>, memref<?xi64>
memref.prefetch %m[%i], read, locality<3>, data : memref<?xi32>
%o = memref.atomic_rmw addi %x, %m[%i] : (i32, memref<?xi32>) -> i32
syn.mark %h, %i to %m[%w] : i1, memref<?xi32>
%v = nvvm.vote.sync ballot %m, %p -> i32
%a, %b = gpu.shuffle idx %x, %k, %k : f64
%s = gpu.subgroup_size : index
%t = memref.alloc() : memref<2x32xf64, 3>
%i = gpu.thread_id x
gpu.barrier
%s = vector.shuffle %v, %v [0, 1] {a} : vector<2xf64>, vector<2xf64>
%e = vector.extract %v[%i] : f64 from vector<8xf64>
%g = vector.gather %m[%o] [%i], %k, %p : memref<?xf64>, vector<8xi32>, vector<8xi1>, vector<8xf64> into vector<8xf64>
"""  # noqa: E501
CUSTOM_JUNK = (
    "scf.for", "scf.if %c {", "func.func @f(", "return", "iter_args(", "else", "do", "attributes {",
    "net.projection @p from", "memref.load %m[", "arith.constant", "kind", "type", "-> (",
)  # fmt: skip
JUNK = (
    *CUSTOM_JUNK,
    *"%^@#!\"'(){}[]<>:=,-+?*/\\\n\t \0\x7fé٣\ud800", "->", "::", "//", "%0", "^bb0", "@f", "#a",
    "loc(", "dense<", "array<", "memref<", "vector<4x", "0x", "1e", "1.", "9" * 30, '"', "unit",
    "!t", "({" * 60, "[" * 200, "(" * 200, "<" * 200, "%a:99999999999", "i99999", "true", "f64",
)  # fmt: skip


def seeds(rng: random.Random) -> list[str]:
    """The texts that are mutated.

    They are small modules of all levels, and the corners of the syntax.
    """
    modules = [
        random_module(i, size=3, functions=1, oddities=True, branches=True) for i in range(30)
    ]
    found = [print_op(m, bool(i % 2)) for i, m in enumerate(modules)]
    found += [str(random_network(i)) for i in range(5)]
    found += [print_custom(m, bool(i % 2)) for i, m in enumerate(modules)]
    found += [print_custom(random_network(i)) for i in range(15)]
    found += [CORNERS, CUSTOM_CORNERS] * 15
    found += [line for line in (CORNERS + CUSTOM_CORNERS).splitlines() if line]
    rng.shuffle(found)
    return found


def mutated(rng: random.Random, text: str, others: list[str]) -> str:
    """The text after one to four changes.

    They are of characters, tokens or lines.
    """
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        kind = rng.randrange(7)
        if kind < 4:
            found = [m.span(1) for m in tokens(text)]
            start, end = rng.choice(found)
            if kind == 0:
                text = text[:start] + text[end:]
            elif kind == 1:
                text = (
                    text[:start] + rng.choice(JUNK) + text[end if rng.random() < 0.5 else start :]
                )
            elif kind == 2:
                other = rng.choice(found)
                text = text[:start] + text[slice(*other)] + text[end:]
            else:
                text = text[:start] + text[start:end] * 2 + text[end:]
        elif kind == 4:
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(JUNK) + text[at + rng.randrange(3) :]
        elif kind == 5:
            lines = text.splitlines(keepends=True) or [""]
            i, other_line = rng.randrange(len(lines)), rng.choice(rng.choice(others).splitlines())
            lines[i : i + rng.randrange(2)] = [other_line + "\n"]
            text = "".join(lines)
        else:
            text = text[: rng.randrange(len(text) + 1)]
    return text


def check(text: str) -> bool:
    """Whether the text is a module.

    Raises what the parser must not.
    """
    try:
        module = parse(text)
    except ParseError as problem:
        assert problem.diagnostics and str(problem)
        return False
    printed = print_op(module, True)
    assert print_op(parse(printed), True) == printed
    custom = print_custom(module, True)
    back = parse(custom)
    assert difference(module, back, locations=True) is None, custom
    assert print_custom(back, True) == custom
    return True


def _too_long(number: int, frame: FrameType | None) -> NoReturn:
    raise TimeoutError(f"longer than {PATIENCE} s")


def main(cases: int, seed: int) -> None:
    """Run the cases; print how many of the texts were modules."""
    rng = random.Random(seed)
    texts = seeds(rng)
    signal.signal(signal.SIGVTALRM, _too_long)
    good = 0
    for number in range(cases):
        text = mutated(rng, rng.choice(texts), texts)
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            good += check(text)
        except BaseException as problem:
            print(f"case {number}: {type(problem).__name__}: {problem}\n{text!r}")
            raise
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
    print(f"{cases} cases, {good} modules")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int((sys.argv + [1] * 3)[2]))
