"""Made-up runs that tell of norms, memory and load, too."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.config.presets import Norm
from core.runs.events import DeviceSampled, EpochEnded, Event, StepsDone
from core.runs.parameter_norms import ParameterNorms
from core.runs.run_state import RunState
from tests.report.example_runs import config, state
from tests.tui.charts.stepped_runs import stepped_events

LAYERS = (*(f"{kind} {number}" for number in range(1, 10) for kind in ("conv", "norm")), "conv 10")


def measured_run(norm: Norm, epochs: int = 20, *, extra_steps: int = 0) -> RunState:
    events = stepped_events(config(norm), epochs, extra_steps=extra_steps)
    return state(with_measurements(events), str(norm))


def measured_runs(epochs: int = 20) -> tuple[RunState, ...]:
    return tuple(measured_run(norm, epochs) for norm in Norm)


def with_measurements(events: Iterable[Event]) -> Iterator[Event]:
    """Add norms to every epoch, and a sample behind every range of steps."""
    for event in events:
        yield replace(event, norms=norms(event.epoch)) if isinstance(event, EpochEnded) else event
        if isinstance(event, StepsDone):
            yield sample(event.epoch, event.first_step)


def norms(epoch: int) -> ParameterNorms:
    """Return norms of which the deepest layers' gradients are the largest."""
    places = range(1, len(LAYERS) + 1)
    return ParameterNorms(
        layers=LAYERS,
        weights=tuple(round(2 + place / 4 + 0.1 * epoch, 4) for place in places),
        gradients=tuple(round(0.004 * place**2 * math.exp(-epoch / 12), 6) for place in places),
    )


def sample(epoch: int, step: int) -> DeviceSampled:
    return DeviceSampled(
        resident_bytes=(600 + 4 * epoch) * 2**20,
        cpu_load=1.6 + 0.2 * math.sin(epoch + step),
        device_bytes=None,
    )
