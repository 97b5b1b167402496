"""Tasks that go wrong in every way, for tests."""

from __future__ import annotations

import os
import sys
import time

from ranvier.runtime.device.cuda.driver import Launch

from .here import Here
from .tasks import Differs, Facts, NotThere
from .trouble_tasks import TRAP


def good(here: Here, number: int) -> Facts:
    """A fact."""
    return {"number": number, "process": os.getpid()}


def differing(here: Here) -> Facts:
    """Other bits."""
    raise Differs("one bit", {"where": 3})


def missing(here: Here) -> Facts:
    """Nothing to try."""
    raise NotThere("no such thing")


def wrong(here: Here) -> Facts:
    """An error."""
    raise ValueError("a wrong value")


def crashing(here: Here) -> Facts:
    """The end of the process."""
    print("last words", file=sys.stderr, flush=True)
    os._exit(7)


def hanging(here: Here) -> Facts:
    """Nothing for a long time."""
    time.sleep(600.0)
    return {}


def losing(here: Here) -> Facts:
    """A kernel that fails."""
    function = here.context.load(TRAP).function("failing")
    here.gpu.run([Launch(function, (1, 1, 1), (32, 1, 1), [0])])
    return {}


def ending_badly(here: Here) -> Facts:
    """A process that crashes at its end."""
    import atexit

    atexit.register(os._exit, 9)
    return {}
