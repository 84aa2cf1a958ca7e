"""Spread work over the cores in processes of their own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from typing import Any

WORTH_A_PROCESS = 100_000
"""Examples × classes from which on other processes are started: they need a second to import their libraries."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""A `map`; one over several processes begins at once, whenever its results are taken."""


@contextmanager
def processes(work: int) -> Iterator[Spread]:
    """Yield a `map` over one process a core, or the plain one if there is a single core or little `work`.

    `work` is examples × classes. Threads would not do: liblinear's random numbers are shared by all of them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or work < WORTH_A_PROCESS:
        yield map
        return
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload(["sklearn.svm"])
    with ProcessPoolExecutor(cores, context, _end_with_parent) as pool:
        start = threading.Thread(target=pool.submit, args=(int,))
        start.start()  # a second of importing, in which this one looks at words
        yield pool.map
        start.join()


def _end_with_parent() -> None:
    """End this process when the one that started it has been killed, rather than wait for work for ever."""

    def wait() -> None:
        if parent := parent_process():
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
