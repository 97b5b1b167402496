"""The first run on hardware: ``pytest -m gpu``.

It needs a GPU and one of the two packages, takes ten minutes at most, and writes a report. Nothing
of it has to be right the first time: each task runs in a process that may crash or hang, the report
is written anew after every task, and what computes other bits is kept, to be studied without a GPU.
The suite rehearses all of it on an emulated GPU, in small.

======================  =====================================================================
``parts``, ``tasks``    what is done, in order of worth; a task and its outcome
``run``, ``children``   the run: time, processes, tasks that follow from others
``child``, ``here``     a process of tasks; its driver, and networks on its GPU
``*_tasks``             the tasks, a file for each part
``networks``            networks of any size
``shapes``              numbers of blocks and threads
``watch``               all that passes between a network and its driver
``reproducer``          files of launches that differ or fail (``replay``: on the emulator)
``report``              ``gpu-report.json`` and ``gpu-report.md``
======================  =====================================================================
"""
