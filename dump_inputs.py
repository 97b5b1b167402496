"""Inputs of ``ir-dump``: networks of scripts, and modules in files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .frontend.emit import network_module
from .frontend.model_script import ModelScript
from .frontend.network import Network
from .ir.attrs_classes import define
from .ir.diagnostics import fail
from .ir.dialects.builtin import Module
from .ir.parser import parse
from .ir.target import CUDA, find_target
from .ir.verifier import verify
from .passes.framework.pipeline import Pipeline
from .passes.framework.pipeline_text import as_pipeline, parse_pipeline
from .passes.framework.settings import current_options
from .passes.pipelines import CHECKING, usual


class UsageError(Exception):
    """The command is wrong: exit code 2."""


@define(eq=False)
class Input:
    """A module, and the pipeline that its network asked for."""

    title: str
    module: Module
    network: Network | None = None
    pipeline: Pipeline | None = None
    target: str | None = None
    text: str = ""
    folder: str = ""


def inputs_of(args: argparse.Namespace) -> list[Input]:
    """The networks or the module that a command names.

    Raises UsageError where there is no such file, or no text in it.
    """
    name = args.input
    if name != "-" and not Path(name).is_file():
        raise UsageError(f"there is no file '{name}'")
    if name.endswith(".py"):
        return _from_script(args)
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"'{name}' is no text in UTF-8") from None
    title = "<stdin>" if name == "-" else name
    module = parse(text, title)
    verify(module)
    return [Input(title, module, text=text)]


def _from_script(args: argparse.Namespace) -> list[Input]:
    networks = _networks(args)
    inputs = []
    for i, (network, options) in enumerate(networks):
        title = args.input if len(networks) == 1 else f"{args.input}, network {i + 1}"
        module = network_module(network)
        verify(module)
        folder = f"network-{i + 1}" if len(networks) > 1 else ""
        target = target_of(args, options.get("target"))
        pipeline = _asked_for(options, target or current_options().target)
        inputs.append(Input(title, module, network, pipeline, target, folder=folder))
    if args.network not in (None, "all"):
        number = int(args.network)
        if number > len(inputs):
            fail(f"the script compiles {len(inputs)} networks; there is no network {number}")
        return [inputs[number - 1]]
    return inputs


def target_of(args: argparse.Namespace, asked: str | None = None) -> str | None:
    """The target that the command or the script names."""
    on_gpu = args.arch or args.stage in ("ptx", "sass") or args.explain == CUDA.name
    return CUDA.name if on_gpu else asked


def _asked_for(options: dict[str, Any], target: str) -> Pipeline | None:
    """The pipeline that the script itself wants."""
    pipeline, opt, check = (options.get(name) for name in ("pipeline", "opt", "check"))
    if pipeline is not None:
        return as_pipeline([as_pipeline(pipeline), *[CHECKING] * (check == "bounds")])
    if opt is None and check is None:
        return None
    found = usual(1 if opt is None else opt, find_target(target), check or "none")
    return parse_pipeline(found)


def _networks(args: argparse.Namespace) -> list[tuple[Network, dict[str, Any]]]:
    """Run the script; return the networks that it compiles, in order."""
    number = args.network or ""
    if number not in ("", "all") and not (number.isdecimal() and int(number)):
        raise UsageError(f"--network expects a number from 1 on or 'all', not '{number}'")
    script = ModelScript(
        wanted=int(number) if number.isdecimal() else None,
        everything=number == "all",
        simulate=args.simulate,
    )
    script.run(args.input, args.script_arguments)
    if not script.networks:
        fail(f"'{args.input}' ends without a call of compile()")
    return list(script.networks.items())
