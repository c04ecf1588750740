"""A run's pictures and texts, as TensorBoard's IMAGES and TEXT tabs show them."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.util.tensor_util import make_tensor_proto

from core.report.markup import code_block, escaped, table
from core.report.scalars.own_scalars import class_names, distinct
from core.results.outcome_text import outcome_words
from core.runs.limits import png_size
from core.runs.run_state import RunState


def images(state: RunState) -> Iterator[Summary]:
    """Yield the training image of each class, then the test images that the network got wrong.

    One whose picture is damaged is left out.
    """
    names = dict(enumerate(class_names(state)))
    shown = state.samples.samples if state.samples else ()
    missed = state.misclassified.images if state.misclassified else ()
    named = [(f"samples/{names.get(it.true_class, it.true_class)}", it.png) for it in shown]
    for it in missed:
        true, predicted = (names.get(number, number) for number in (it.true_class, it.predicted_class))
        named.append((f"misclassified/{true} taken for {predicted}, test image {it.index}", it.png))
    for tag, (_, png) in zip(distinct(tag for tag, _ in named), named, strict=True):
        try:
            width, height = png_size(png)
            content = base64.b64decode(png, validate=True)
        except ValueError:
            continue
        data = image_metadata.create_summary_metadata(display_name=None, description=None)
        yield _summary(tag, data, [str(width).encode(), str(height).encode(), content])


def texts(state: RunState) -> Iterator[Summary]:
    """Yield what the run tells in words, as Markdown."""
    data = text_metadata.create_summary_metadata(display_name=None, description=None)
    for tag, text in _texts(state):
        yield _summary(f"run/{tag}", data, text.encode())


def _texts(state: RunState) -> Iterator[tuple[str, str]]:
    yield "outcome", escaped(outcome_words(state))
    if state.started is not None:
        yield "command", code_block(state.started.command)
        yield "settings", _fields(state.started.config)
        yield "recipe", _fields(state.started.recipe)
    if state.data is not None:
        yield "data", _fields(state.data)
    if state.environment is not None:
        arithmetic = [] if state.arithmetic is None else _cells(state.arithmetic)
        versions = [(escaped(name), escaped(it)) for name, it in state.environment.versions.items()]
        found = [row for row in _cells(state.environment) if row[0] != "versions"]
        yield "environment", _table([*found, *arithmetic, *versions])
    if state.notices:
        yield "notices", "\n".join(f"- {escaped(notice)}" for notice in state.notices)


def _fields(part: Any) -> str:  # noqa: ANN401 - any of our dataclasses
    return _table(_cells(part))


def _cells(part: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as above
    """Return the fields that are set, by name."""
    values = ((field.name, getattr(part, field.name)) for field in fields(part))
    return [(escaped(name.replace("_", " ")), escaped(_words(it))) for name, it in values if it is not None]


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return table(("", ""), rows, left=range(2))


def _summary(tag: str, data: Any, content: object) -> Summary:  # noqa: ANN401 - a message without types
    tensor = make_tensor_proto(np.array(content, dtype=object))
    return Summary(value=[Summary.Value(tag=tag, metadata=data, tensor=tensor)])
