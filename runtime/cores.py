"""The number of cores that this process may use."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

_GROUPS = Path("/sys/fs/cgroup")


def available_cores() -> int:
    """Cores that the system and the container let this process use."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    limit = _container_limit(_GROUPS, Path("/proc/self/cgroup"))
    return max(1, cores if limit is None else min(cores, limit))


def _container_limit(groups: Path, membership: Path) -> int | None:
    """Cores' worth of time that control groups grant, rounded up.

    Control groups are Linux's; None: no limit.
    """
    found = [_quota(folder) for folder in _folders(groups, membership)]
    limits = [limit for limit in found if limit is not None]
    return min(limits, default=None)


def _folders(groups: Path, membership: Path) -> list[Path]:
    """Folders with the limits of this process's control groups.

    Those of all groups around them come with them.
    """
    folders = []
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        inner = PurePosixPath("/", path).relative_to("/")
        if controllers == "":
            folders += [groups / each for each in (inner, *inner.parents)]
        elif "cpu" in controllers.split(","):
            folders += [groups / "cpu" / each for each in (inner, *inner.parents)]
    return list(dict.fromkeys((*folders, groups, groups / "cpu")))


def _quota(folder: Path) -> int | None:
    """The limit that one group sets, in cores. The second spelling is that of version 1."""
    try:
        words = (folder / "cpu.max").read_text().split()
    except OSError:
        try:
            names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
            words = [(folder / name).read_text().strip() for name in names]
        except OSError:
            return None
    try:
        quota, period = int(words[0]), int(words[1])
    except (ValueError, IndexError):  # "max": no limit
        return None
    return -(-quota // period) if quota > 0 and period > 0 else None
