"""Count what the bot does, for Prometheus: how much and how well, never who or what about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.dialogue.reply import Decision

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass(frozen=True)
class Gauges:
    """What is read off the bot at each scrape."""

    model: str
    """Version of the model in use."""
    reloads: int
    """Knowledge taken over since the start."""
    refused_reloads: int
    """Knowledge that could not be taken over since the start."""
    backlog: int
    """Updates accepted and not answered yet."""
    dead: int | None
    """Updates given up after too many failures; None: the database does not answer."""
    full_chats: int = 0
    """Chats of which as many updates wait as are kept of one; further ones are turned away."""


class Metrics:
    """The bot's counters; each process has its own set."""

    def __init__(self) -> None:
        """Begin at 0."""
        self._registry = CollectorRegistry()
        self._gauges = _GaugeCollector()
        self._registry.register(self._gauges)
        ProcessCollector(registry=self._registry)
        self._updates = Counter("bot_updates", "Updates received.", ["kind"], registry=self._registry)
        self._decisions = Counter("bot_decisions", "Messages by what was done.", ["decision"], registry=self._registry)
        self._errors = Counter("bot_send_errors", "Failed requests to Telegram.", ["error"], registry=self._registry)
        self._floods = Counter("bot_flood_dropped", "Messages dropped in floods.", registry=self._registry)
        self._unreadable = Counter("bot_unreadable", "Updates that could not be read.", registry=self._registry)
        self._seconds = Histogram(
            "bot_answer_seconds", "From receipt to the reply's acceptance.", buckets=_SECONDS, registry=self._registry
        )
        for decision in Decision:
            self._decisions.labels(decision.value)  # so that each is there, as 0, before it first happens

    def received(self, kind: str) -> None:
        """Count an update of `kind` (message, press, other)."""
        self._updates.labels(kind).inc()

    def decided(self, decision: Decision) -> None:
        """Count what was done with a message."""
        self._decisions.labels(decision.value).inc()

    def answered(self, seconds: float) -> None:
        """Note how long an update took from its receipt to the end of its handling."""
        self._seconds.observe(seconds)

    def failed(self, _method: str, error: Exception) -> None:
        """Count a failed request by the class of its error."""
        self._errors.labels(type(error).__name__).inc()

    def unreadable(self, count: int) -> None:
        """Count updates that could not be read, and so were skipped."""
        self._unreadable.inc(count)

    def dropped(self) -> None:
        """Count a message dropped in a flood."""
        self._floods.inc()

    def exposition(self, gauges: Gauges) -> bytes:
        """Return everything, `gauges` with it, in Prometheus' text format."""
        self._gauges.now = gauges
        return generate_latest(self._registry)


class _GaugeCollector(Collector):
    """Shows the gauges it was given last."""

    now: Gauges | None = None

    def collect(self) -> Iterator[Metric]:
        if self.now is None:
            return
        model = GaugeMetricFamily("bot_model", "Version of the model in use.", labels=["version"])
        model.add_metric([self.now.model], 1)
        yield model
        yield GaugeMetricFamily("bot_backlog", "Updates accepted and not answered yet.", self.now.backlog)
        yield GaugeMetricFamily("bot_full_chats", "Chats whose updates are turned away.", self.now.full_chats)
        if self.now.dead is not None:
            yield GaugeMetricFamily("bot_dead_letters", "Updates given up.", self.now.dead)
        reloads = CounterMetricFamily("bot_faq_reloads", "Saved changes of the FAQ.", labels=["result"])
        reloads.add_metric(["taken_over"], self.now.reloads)
        reloads.add_metric(["refused"], self.now.refused_reloads)
        yield reloads
