"""``loops``: a step as loops over neurons, spikes and synapses.

All equations are lowered; nothing is said of workers, layouts of synapses, or targets. A module of
this level keeps populations, projections and monitors as declarations and has one ``loops.step``:
phases, and in each the tasks of one population or projection. It runs as written, one operation
after the other; ``map-to-threads`` finds out which of them may run at the same time.

A task names neurons and synapses by their place in it (``of``): ``own`` is the population or
projection of the task, ``pre`` and ``post`` are the populations of the projection. So tasks of
equal structure have the same regions. An *own* neuron or synapse is one of the task's owner.

Decisions of passes (``decisions`` of ``net.projection``: layout, tile, ...) change how a task is
mapped, never what it means.
"""

from .numbers import Clock, Delay, Due, FanIn, Fixed, Now, Period, Size, Stream, TimeStep
from .spikes import Append, Record, Refractory, SetRefractory
from .step import TASKS, Phase, Step, Task, Yield
from .sums import AddToSum, ClearSum, Collect, Rate, Sum
from .variables import Add, Load, LoadPast, Store, StorePast
from .walks import Arriving, Dendrite, Fired, Neurons, Once, Posts, Row, Traces

__all__ = [
    "TASKS",
    "Add",
    "AddToSum",
    "Append",
    "Arriving",
    "ClearSum",
    "Clock",
    "Collect",
    "Delay",
    "Dendrite",
    "Due",
    "FanIn",
    "Fired",
    "Fixed",
    "Load",
    "LoadPast",
    "Neurons",
    "Now",
    "Once",
    "Period",
    "Phase",
    "Posts",
    "Rate",
    "Record",
    "Refractory",
    "Row",
    "SetRefractory",
    "Size",
    "Step",
    "Store",
    "StorePast",
    "Stream",
    "Sum",
    "Task",
    "TimeStep",
    "Traces",
    "Yield",
]
