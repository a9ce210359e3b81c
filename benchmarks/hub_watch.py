"""Measurements of the hub, and of the programs next to it, during a benchmark."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil  # type: ignore[import-untyped]
import requests
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.table import note, quantile, row
from benchmarks.worker import Worker
from tests.processes.notebooks import Notebooks
from tests.processes.process import descendants

CALM_SECONDS = 2
"""The pause before a measurement, in which the hub finishes earlier work."""

Samples = Mapping[str, float]


class Watch:
    """Watches an installation whose metrics need no authentication. `pids` maps the ids of other processes to names."""

    def __init__(self, notebooks: Notebooks, health: Worker, pids: Mapping[int, str]) -> None:
        self._notebooks, self._health, self._others = notebooks, health, pids

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Print the measurements of the block after it ends."""
        time.sleep(CALM_SECONDS)
        metrics, cpu, transactions, start = self.metrics(), self._cpu(), self._transactions(), time.perf_counter()
        sizes: list[float] = [self._mib()]
        ended = threading.Event()

        def sample() -> None:
            while not ended.wait(0.1):
                sizes.append(self._mib())

        sampler = threading.Thread(target=sample)
        sampler.start()
        self._health.call("start", url=self._notebooks.hub_url)
        try:
            yield
        finally:
            ended.set()
            sampler.join()
        health = self._health.call("stop")
        seconds, used = time.perf_counter() - start, self._cpu()

        row("seconds until /hub/health answers (goal: p99 below 0.1)", quantile(health, 0.5), quantile(health, 0.99))
        row(
            "seconds between event loop iterations, mean and p99 (0.05: no delay)",
            *_interval(metrics, self.metrics()),
        )
        row("MiB of the hub's memory, before, after and peak", sizes[0], sizes[-1], max(sizes))
        shares = {name: (used[name] - cpu[name]) / seconds for name in used}
        note("CPUs in use: " + ", ".join(f"{name} {share:.2f}" for name, share in sorted(shares.items())))
        note(f"database transactions: {self._transactions() - transactions}")

    def metrics(self) -> Samples:
        """Return the hub's metrics by name and labels."""
        with requests.Session() as session:
            session.trust_env = False
            text = session.get(f"{self._notebooks.hub_url}/hub/metrics", timeout=30).text
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return {
            sample.name + "".join(f",{value}" for value in sample.labels.values()): sample.value for sample in samples
        }

    def _mib(self) -> float:
        return float(psutil.Process(self._notebooks.hub.pid).memory_info().rss) / 2**20

    def _transactions(self) -> int:
        """Return the number of transactions. Those of the last second may be missing."""
        count = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
        return int(self._notebooks.postgres.execute(count, self._notebooks.namespace)[0][0])

    def _cpu(self) -> Counter[str]:
        """Return the CPU time of each program, in seconds."""
        ours = [(self._notebooks.hub.pid, "hub"), (self._notebooks.proxy.pid, "proxy"), (os.getpid(), "pods")]
        names = dict([*ours, *self._others.items()])
        programs = {"postgres": "PostgreSQL", "etcd": "API server", "kube-apiserver": "API server"}
        seconds: Counter[str] = Counter()
        for process in (psutil.Process(), *descendants(os.getpid())):
            name = names.get(process.pid) or programs.get(process.name())
            if name:
                times = process.cpu_times()
                seconds[name] += times.user + times.system
        return seconds


def _interval(before: Samples, after: Samples) -> tuple[float, float]:
    """Return the mean of the event loop's intervals, and the upper bound of their 99th percentile's bucket."""
    name = "jupyterhub_event_loop_interval_seconds"
    new = {key: after[key] - before.get(key, 0) for key in after if key.startswith(name)}
    count = new[f"{name}_count"]
    limits = [
        float(key.partition(",")[2])
        for key, value in new.items()
        if ",+" not in key and "_bucket" in key and value >= 0.99 * count
    ]
    return new[f"{name}_sum"] / count, min(limits, default=float("inf"))
