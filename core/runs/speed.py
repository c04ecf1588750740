"""How fast this machine has trained before, from the newest runs of a runs folder."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Final

from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.event_digest import EventDigest, digest
from core.runs.folder import SuiteFolder
from core.runs.index import suites_in
from core.runs.safe_files import open_to_read

_MOST_SUITES: Final = 20
_MOST_TIMES: Final = 20  # more images an epoch than were trained on: 50,000, where it was demo's 3,000
_MOST_RUNS: Final = 12  # of a suite: more tell nothing new, and each takes some milliseconds

_Kind = tuple[str, int, int]
"""A preset, or the network where it is another, a batch size, and the side of the images."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of the whole machine that an image took in training, by preset with batch size, and by norm.

    `epochs` tells how many images an epoch of those runs had, at least, and `images` how many training images
    there were, by what `--data` named.
    """

    seconds: Mapping[_Kind, Mapping[Norm, float]] = field(default_factory=dict)
    epochs: Mapping[_Kind, int] = field(default_factory=dict)
    images: Mapping[str, int] = field(default_factory=dict)

    def of(self, runs: Iterable[RunConfig], images: int | None) -> float | None:
        """Return how many seconds `runs` will take, one after the other or side by side.

        `images` is how many there are to train on where no run tells. None where nothing like one of the runs
        was trained here before, nobody knows how many images there are, or these are so many that what an
        epoch takes beside its images would be counted too often.
        """
        total = 0.0
        for run in runs:
            kind = _kind(run)
            known = self.seconds.get(kind)
            there = run.limit_train or self.images.get(run.data) or images
            if not known or not there or there > _MOST_TIMES * self.epochs.get(kind, there):
                return None
            total += known.get(run.norm, fmean(known.values())) * there * run.epochs
        return total


def measured_speed(runs_dir: Path, device_name: str) -> Speed:
    """Return what the newest suites below `runs_dir` tell of the device `device_name`; never raises."""
    seconds: dict[_Kind, dict[Norm, float]] = {}
    epochs: dict[_Kind, int] = {}
    images: dict[str, int] = {}
    with suppress(InputError, OSError):
        for path in islice(suites_in(runs_dir), _MOST_SUITES):
            runs = [found for found in _digests(SuiteFolder(path)) if found.device_name == device_name]
            share = _share(runs)
            own: dict[_Kind, dict[Norm, list[float]]] = {}
            smallest: dict[_Kind, int] = {}
            for run in runs:
                if run.started is not None and run.images:
                    config = run.started.config
                    kind = _kind(config)
                    an_epoch = run.images // run.epochs_evaluated
                    rates = own.setdefault(kind, {}).setdefault(config.norm, [])
                    rates.append(share * run.evaluated_seconds / run.images)
                    smallest[kind] = min(smallest.get(kind, an_epoch), an_epoch)
                    if config.limit_train is None:
                        images.setdefault(config.data, an_epoch)
            for kind, by_norm in own.items():
                if kind not in seconds:  # the newest suite with such runs is the nearest to now
                    seconds[kind] = {norm: fmean(rates) for norm, rates in by_norm.items()}
                    epochs[kind] = smallest[kind]
    return Speed(seconds, epochs, images)


def _kind(run: RunConfig) -> _Kind:
    return run.model or run.preset, run.batch_size, run.image_size


def _digests(folder: SuiteFolder) -> Iterable[EventDigest]:
    with suppress(InputError, OSError):
        for name in folder.config().names[:_MOST_RUNS]:
            with suppress(OSError), open_to_read(folder.run(name).events) as file:
                yield digest(file)


def _share(runs: Iterable[EventDigest]) -> float:
    """Return what share of the machine a run had: less than one where runs trained side by side."""
    spans = sorted((run.started_at, run.updated_at) for run in runs if run.started_at and run.updated_at)
    covered, end = 0.0, 0.0
    for began, ended in spans:
        covered += max(ended - max(began, end), 0.0)
        end = max(end, ended)
    lengths = sum(ended - began for began, ended in spans)
    return covered / lengths if lengths > 0 else 1.0
