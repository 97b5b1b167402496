"""The order of threads. They part at branches and meet again.

Each thread has a place of its own. Threads at one place run together; the group that is behind in
the order of segments (``ranks.py``) runs first, and joins those that wait at its next place. A
group at an instruction of warps waits for all lanes of its mask, one at a barrier for its block.
So that no thread waits for ever for another that is never chosen, now and then any group is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field

from .errors import Deadlock, DivergentWarp, StepLimit, Trapped
from .operations import Array
from .program import Segment
from .translate import Writer
from .wave import Wave

PATIENCE = 2000
"""Segments that run before a group is chosen at random."""

Key = tuple[int, ...]
ALL_LANES = np.uint32(0xFFFFFFFF)


@define(eq=False)
class Frame:
    """A call: where it returns to. ``path`` are the ranks of the calls before it."""

    parent: Frame | None
    resume: int
    path: Key
    calls: dict[int, Frame] = field(factory=dict)


@define(eq=False)
class Group:
    """Threads at one place."""

    frame: Frame
    segment: int
    lanes: Array


@define(eq=False)
class Code:
    """The functions of segments, made when they are first wanted."""

    wave: Wave
    functions: dict[tuple[int, bool], Callable[..., Any]]

    def run(self, segment: Segment, lanes: Array) -> Any:
        """Run a segment for threads; what its end asked for."""
        wave = self.wave
        whole = lanes.size == wave.size
        function = self.functions.get((segment.index, whole))
        if function is None:
            writer = Writer(wave.values, wave.values.program, segment, whole)
            function = self.functions[segment.index, whole] = writer.compiled()
        return function(wave.registers, wave.views, wave, lanes)

    def mask(self, segment: Segment, lanes: Array) -> Array | None:
        """The masks with which threads come to an instruction of warps."""
        key = (~segment.index, False)
        if key not in self.functions:
            writer = Writer(self.wave.values, self.wave.values.program, segment, False)
            self.functions[key] = writer.mask() or _no_mask
        found: Array | None = self.functions[key](
            self.wave.registers, self.wave.views, self.wave, lanes
        )
        return found


def _no_mask(*_: Any) -> None:
    """The mask of what does not wait."""


@define(eq=False)
class Scheduler:
    """Runs a wave to its end. ``limit`` is the number of instructions that groups may run."""

    wave: Wave
    code: Code
    limit: int
    steps: int = 0
    ready: dict[Key, list[Group]] = field(factory=dict)
    waiting: dict[Key, Group] = field(factory=dict)
    arrived: dict[tuple[int, int], list[tuple[Group, int]]] = field(factory=dict)
    alive: Array = field(init=False)
    lanes_alive: Array = field(init=False)
    _since: int = 0

    def __attrs_post_init__(self) -> None:
        wave = self.wave
        self.alive = np.ones(wave.size, bool)
        self.lanes_alive = np.zeros(wave.warps, np.uint32)
        np.bitwise_or.at(self.lanes_alive, wave.warp, np.uint32(1) << wave.lane)

    @property
    def segments(self) -> list[Segment]:
        """The segments of the program."""
        return self.wave.values.program.segments

    def run(self) -> None:
        """Run all threads to their ends. Raises the errors of the program."""
        program = self.wave.values.program
        entry = program.entries[program.kernel.name]
        self._push(Group(Frame(None, -1, ()), entry, np.arange(self.wave.size)))
        while self.ready:
            self._follow(self._pop())
        if self.alive.any():
            raise self._deadlock()

    # Groups

    def _key(self, group: Group) -> Key:
        return (*group.frame.path, self.segments[group.segment].rank)

    def _push(self, group: Group) -> None:
        self.ready.setdefault(self._key(group), []).append(group)

    def _pop(self) -> Group:
        keys = self.ready
        key = min(keys)
        if self._since > PATIENCE and len(keys) > 1:
            self._since = 0
            key = sorted(keys)[int(self.wave.random.integers(len(keys)))]
        groups = keys.pop(key)
        if len(groups) == 1:
            return groups[0]
        lanes = np.sort(np.concatenate([each.lanes for each in groups]))
        return Group(groups[0].frame, groups[0].segment, lanes)

    def _follow(self, group: Group) -> None:
        """Run a group until it parts, waits or is ahead."""
        while True:
            following = self._step(group)
            if following is None:
                return
            group = following
            if self.ready:
                key = self._key(group)
                if self._since > PATIENCE or min(self.ready) <= key:
                    self._push(group)
                    return

    def _step(self, group: Group) -> Group | None:
        """Run a segment; return the group after it, if whole."""
        segment = self.segments[group.segment]
        end, lanes = segment.end, group.lanes
        if end.kind == "warp":
            ready = self._gathered(group, segment)
            if ready is None:
                return None
            group, lanes = ready, ready.lanes
        answer = self.code.run(segment, lanes)
        segment.runs += 1
        self._count(len(segment.instructions) + 1, segment)
        if end.kind in ("jump", "warp"):
            group.segment = end.targets[0]
            return group
        if end.kind == "branch":
            return self._branch(group, segment, answer)
        return self._rare(group, segment, answer)

    def _count(self, instructions: int, segment: Segment) -> None:
        self.steps += instructions
        self._since += 1
        if self.steps > self.limit:
            error = StepLimit(f"more than {self.limit} instructions")
            error.place = segment.place
            raise error

    def _rare(self, group: Group, segment: Segment, answer: Any) -> Group | None:
        end, lanes = segment.end, group.lanes
        if end.kind == "call":
            group.frame = self._call(group.frame, segment)
            group.segment = self.wave.values.program.entries[end.callee]
            return group
        if end.kind == "return" and group.frame.parent is not None:
            group.segment, group.frame = group.frame.resume, group.frame.parent
            return group
        if end.kind == "switch":
            return self._switch(group, segment, answer)
        if end.kind == "barrier":
            self._barrier(group, segment, answer)
        elif end.kind == "trap":
            error = Trapped("the program stops itself")
            error.place = segment.place
            raise error.on(-1, int(lanes[0]))
        else:
            self._exit(lanes)
        return None

    def _call(self, frame: Frame, segment: Segment) -> Frame:
        found = frame.calls.get(segment.index)
        if found is None:
            path = (*frame.path, segment.rank)
            found = frame.calls[segment.index] = Frame(frame, segment.end.targets[0], path)
        return found

    def _branch(self, group: Group, segment: Segment, taken: Array) -> Group | None:
        count = int(np.count_nonzero(taken))
        lanes, (yes, no) = group.lanes, segment.end.targets
        if count in (0, lanes.size):
            group.segment = yes if count else no
            return group
        instruction = segment.end.instruction
        if instruction is not None and instruction.opcode == "bra.uni":
            self._check_uniform(lanes, taken, segment)
        self._push(Group(group.frame, yes, lanes[taken]))
        self._push(Group(group.frame, no, lanes[~taken]))
        return None

    def _check_uniform(self, lanes: Array, taken: Array, segment: Segment) -> None:
        warps = self.wave.warp[lanes]
        both = np.intersect1d(warps[taken], warps[~taken])
        if both.size:
            error = DivergentWarp("a warp parts at a branch that is said to be uniform")
            error.place = segment.place
            raise error.on(-1, int(lanes[warps == both[0]][0]))

    def _switch(self, group: Group, segment: Segment, index: Array) -> Group | None:
        targets = segment.end.targets
        if int(index.max()) >= len(targets):
            error = Trapped("an index beyond the table of a branch")
            error.place = segment.place
            raise error.on(-1, int(group.lanes[int(index.argmax())]))
        for each in np.unique(index).tolist():
            self._push(Group(group.frame, targets[each], group.lanes[index == each]))
        return None

    def _exit(self, lanes: Array) -> None:
        """End threads, for which nobody waits any more."""
        wave = self.wave
        self.alive[lanes] = False
        np.bitwise_and.at(self.lanes_alive, wave.warp[lanes], ~(np.uint32(1) << wave.lane[lanes]))
        for group in list(self.waiting.values()):
            self._push(group)
        self.waiting.clear()
        for place in list(self.arrived):
            self._try_barrier(place)

    # Warps

    def _gathered(self, group: Group, segment: Segment) -> Group | None:
        """The threads whose warps are complete; the others wait."""
        mask = self.code.mask(segment, group.lanes)
        if mask is None:
            return group
        wave = self.wave
        if group.lanes.size == wave.size and not np.count_nonzero(mask != ALL_LANES):
            return group
        key = self._key(group)
        before = self.waiting.pop(key, None)
        if before is not None:
            lanes = np.sort(np.concatenate([before.lanes, group.lanes]))
            group = Group(group.frame, group.segment, lanes)
            mask = self.code.mask(segment, lanes)
            assert mask is not None
        complete = self._complete(group.lanes, mask, segment)
        if not complete.all():
            rest = group.lanes[~complete]
            self.waiting[key] = Group(group.frame, group.segment, rest)
        lanes = group.lanes[complete]
        return Group(group.frame, group.segment, lanes) if lanes.size else None

    def _complete(self, lanes: Array, mask: Array, segment: Segment) -> Array:
        """For which threads all lanes of the mask are there."""
        wave = self.wave
        warp, own = wave.warp[lanes], np.uint32(1) << wave.lane[lanes]
        if np.count_nonzero((mask & own) == 0):
            wrong = int(np.flatnonzero((mask & own) == 0)[0])
            error = DivergentWarp("a thread is not in the mask of its own instruction")
            error.place = segment.place
            raise error.on(-1, int(lanes[wrong]))
        keys = warp.astype(np.uint64) << np.uint64(32) | mask
        _, team = np.unique(keys, return_inverse=True)
        team = team.reshape(-1)
        there = np.zeros(int(team.max()) + 1, np.uint32)
        np.bitwise_or.at(there, team, own)
        missing = mask & self.lanes_alive[warp] & ~there[team]
        return np.asarray(missing == 0)

    # Barriers

    def _barrier(self, group: Group, segment: Segment, answer: tuple[Array, Array]) -> None:
        number, count = int(answer[0].flat[0]), int(answer[1].flat[0])
        blocks = self.wave.block[group.lanes]
        for block in np.unique(blocks).tolist():
            place = (block, number)
            part = Group(group.frame, group.segment, group.lanes[blocks == block])
            self.arrived.setdefault(place, []).append((part, count))
            self._try_barrier(place)

    def _try_barrier(self, place: tuple[int, int]) -> None:
        """Let a block go on if all its threads are there."""
        groups = self.arrived[place]
        alive = int(np.count_nonzero(self.alive & (self.wave.block == place[0])))
        expected = groups[0][1] or alive
        if sum(group.lanes.size for group, _ in groups) < expected:
            return
        del self.arrived[place]
        if len(groups) > 1:
            self._check_aligned([group for group, _ in groups])
        lanes = np.concatenate([group.lanes for group, _ in groups])
        self.wave.order.after_barrier(lanes)
        for group, _ in groups:
            group.segment = self.segments[group.segment].end.targets[0]
            self._push(group)

    def _check_aligned(self, groups: list[Group]) -> None:
        """Check that the threads of a warp came to one barrier."""
        first: dict[int, Group] = {}
        for group in groups:
            segment = self.segments[group.segment]
            instruction = segment.end.instruction
            aligned = instruction is None or instruction.base == "bar"
            aligned = aligned or (instruction is not None and ".aligned" in instruction.opcode)
            for warp in np.unique(self.wave.warp[group.lanes]).tolist():
                other = first.setdefault(warp, group)
                same = other.frame is group.frame and other.segment == group.segment
                if aligned and not same:
                    error = DivergentWarp("threads of a warp are at different barriers")
                    error.place = segment.place
                    raise error.on(-1, int(group.lanes[0]))

    def _deadlock(self) -> Deadlock:
        """The error of threads that wait, with their places."""
        groups = [*self.waiting.values(), *(g for each in self.arrived.values() for g, _ in each)]
        places = sorted(
            {f"{each.lanes.size} threads at {self.segments[each.segment].place}" for each in groups}
        )
        error = Deadlock("threads wait for others that never come:\n    " + "\n    ".join(places))
        error.place = self.segments[groups[0].segment].place
        error.on(-1, int(groups[0].lanes[0]))
        return error
