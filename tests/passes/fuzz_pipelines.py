"""Feeds mutated texts to the pipeline parser: ``python fuzz_pipelines.py SEED COUNT``.

Anything but a pipeline or a diagnostic ends the process with a traceback.
"""

from __future__ import annotations

import random
import sys

from ranvier.passes.framework.pipeline_text import PipelineError, parse_pipeline

SEEDS = (
    "canonicalize,cse,vectorize{bytes=32},func(licm,dce),@cpu",
    "builtin.module(cse,func.func(licm,vectorize{bytes=16}))",
    "@equations,@sparsity,@kernels,@cpu",
    'vectorize{bytes=64},  cse\n,dce{},fuse-loops{"x y"={1,2}}',
)
PIECES = (
    *'{}(),=@"\\ \n\t\0#;-_.é𝔘',
    *("func", "module", "builtin.module(", "bytes", "bytes=", "vectorize{", "@cpu", "cse", "core"),
    *("../x", "kernels.equations", "1e999", "-1", "__init__", "instrumentation"),
)


def mutated(rng: random.Random) -> str:
    """One of the seeds after some cutting, copying, inserting and replacing."""
    text = rng.choice(SEEDS)
    for _ in range(rng.randint(1, 6)):
        a, b = sorted(rng.randint(0, len(text)) for _ in range(2))
        piece = rng.choice((rng.choice(PIECES), text[a : a + 12], chr(rng.randint(1, 0x2FFF))))
        text = rng.choice((text[:a] + piece + text[a:], text[:a] + text[b:], text[:a] + piece))
    return text[:400]


def main(seed: int, count: int) -> None:
    """Parse, and print back what is a pipeline."""
    rng = random.Random(seed)
    good = 0
    for _ in range(count):
        text = mutated(rng)
        try:
            found = parse_pipeline(text)
        except PipelineError as problem:
            assert problem.diagnostics[0].loc is not None, text
            assert "error: " in str(problem), text
        else:
            good += 1
            assert parse_pipeline(str(found)) == found, text
    print(f"{count} texts, {good} pipelines")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
