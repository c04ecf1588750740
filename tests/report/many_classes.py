"""Made-up runs on images of any number of classes, with names in any letters."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from core.config.presets import Norm
from core.runs.events import DataLoaded, EpochEnded, Evaluated, Event, Misclassified, MisclassifiedFound
from core.runs.evidence_events import (
    Sample,
    SamplesShown,
    WatchedAnswer,
    WatchedAnswered,
    WatchedImage,
    WatchedShown,
)
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import RunState
from core.runs.sparse_counts import counted
from tests.report.example_runs import config, example_png, finished_events, state

SCRIPTS: Final = {
    "Latin": "abcdefghijklmnopqrstuvwxyz",
    "wide Latin": "MW@",
    "Cyrillic": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "Japanese": "犬猫鳥魚馬船花車山川日本語の",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Hindi": "हिन्दीमेंकिताब",
    "emoji": "😀😎🐱🚗",
    "joined emoji": "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}",
}
MOST_PICTURES: Final = 100  # that an event may have


def class_names(count: int, letters: int, script: str = "Latin") -> tuple[str, ...]:
    """Return `count` names of at most so many letters, which differ in their ends where there is room."""
    alphabet = SCRIPTS[script]
    long = alphabet * (letters // len(alphabet) + 1)
    if count <= len(alphabet) and letters == 1:
        return tuple(alphabet[:count])
    ends = [str(number) for number in range(count)]
    return tuple(long[: max(letters - len(end), 0)] + end for end in ends)


def state_of(names: Sequence[str], norm: Norm = Norm.BATCH, epochs: int = 1, seed: int = 0) -> RunState:
    """Return a finished run whose images have classes called `names`, twenty test images of each."""
    events = [
        with_classes(event, tuple(names), norm) for event in finished_events(config(norm, seed), epochs)
    ]
    return state(events, f"{norm}-seed-{seed}" if seed else norm)


def counts_of(classes: int, norm: Norm) -> tuple[tuple[int, ...], ...]:
    """Return a confusion matrix of twenty images a class, most of whose mistakes are of a few classes."""
    return tuple(_row(true, classes, norm) for true in range(classes))


def _as_trained(rows: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    """Return a matrix in the form in which training tells it."""
    cells = [(place, count) for place, count in enumerate(chain.from_iterable(rows)) if count]
    places, counts = zip(*cells, strict=True)
    return counted(len(rows), places, counts)


def _row(true: int, classes: int, norm: Norm) -> tuple[int, ...]:
    row = [0] * classes
    wrong = 0 if classes == 1 else (7 * true + len(norm)) % 13
    row[true] = 20 - wrong
    for step in range(wrong):
        row[(true + 1 + (step // 5) * (step + 1)) % classes] += 1
    return tuple(row)


def with_classes(event: Event, names: tuple[str, ...], norm: Norm) -> Event:
    """Return `event` as a run on images of classes called `names` would tell it."""
    classes = len(names)
    told: dict[type[Event], Callable[[], dict[str, Any]]] = {
        DataLoaded: lambda: {
            "label": "image folder",
            "classes": names,
            "train_images": 100 * classes,
            "test_images": 20 * classes,
            "identity": ImageIdentity.OTHER,
        },
        SamplesShown: lambda: {"samples": tuple(_sample(number) for number in _shown(classes))},
        WatchedShown: lambda: {"images": tuple(_watched(number) for number in _shown(classes))},
        WatchedAnswered: lambda: {"answers": tuple(_answer(number, classes) for number in _shown(classes))},
        EpochEnded: lambda: {"images": 100 * classes, "correct": 60 * classes},
        Evaluated: lambda: {"confusion": _as_trained(counts_of(classes, norm))},
        MisclassifiedFound: lambda: {"images": tuple(_mistake(number, classes) for number in range(10))},
    }
    return replace(event, **told[type(event)]()) if type(event) in told else event


def _shown(classes: int) -> range:
    return range(min(classes, MOST_PICTURES))


def _sample(number: int) -> Sample:
    return Sample(index=number, true_class=number, png=_png(number), crops=())


def _watched(number: int) -> WatchedImage:
    return WatchedImage(index=number, true_class=number, png=_png(number))


def _answer(number: int, classes: int) -> WatchedAnswer:
    return WatchedAnswer(predicted_class=(number + number % 3) % classes, confidence=0.5)


def _mistake(number: int, classes: int) -> Misclassified:
    return Misclassified(
        index=3 * number,
        true_class=number % classes,
        predicted_class=math.ceil(1.5 * number + 1) % classes,
        confidence=0.4 + 0.05 * number,
        png=_png(number),
    )


def _png(number: int) -> str:
    return example_png(number % 10)
