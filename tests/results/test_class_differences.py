import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.results.class_differences import ClassDifference, class_differences
from core.results.contestants import comparable, contestants
from core.results.labelled_runs import label_runs
from core.results.significance import holm, mcnemar_p, sign_flip_p
from core.runs.run_state import RunState
from tests.results.studies import answering, ended

_IMAGES = 40  # of each class
_FIRST = (0.90, 0.92, 0.91, 0.93, 0.89, 0.90, 0.92)
_SECOND = (0.80, 0.81, 0.79, 0.82, 0.80, 0.78, 0.83)


def _differences(*states: RunState) -> tuple[ClassDifference, ...]:
    ranking = contestants(comparable(label_runs(states)))
    return class_differences(*ranking)


def _answering(norm: Norm, right: Sequence[int]) -> RunState:
    """Return a run that had so many of each class's images right, the first ones."""
    run = answering(norm, [place < count for count in right for place in range(_IMAGES)])
    assert run.answers is not None
    true = [index for index in range(len(right)) for _ in range(_IMAGES)]
    packed = zlib.compress(struct.pack(f"<{len(true)}H", *true))
    return replace(run, answers=replace(run.answers, classes=base64.b64encode(packed).decode()))


def _of_classes(norm: Norm, seed: int, *accuracies: float) -> RunState:
    run = ended(norm, 0.0, seed)
    (result,) = run.epochs
    confusion = tuple(
        tuple(
            round(1_000 * share) if own == other else round(1_000 * (1 - share)) * (other == (own + 1) % 2)
            for other in range(len(accuracies))
        )
        for own, share in enumerate(accuracies)
    )
    assert result.test is not None
    return replace(run, epochs=(replace(result, test=replace(result.test, confusion=confusion)),))


def test_one_seed_each_is_tested_image_by_image_in_every_class() -> None:
    plane, car = _differences(_answering(Norm.BATCH, (39, 30)), _answering(Norm.GROUP, (28, 31)))
    assert plane.difference == pytest.approx(11 / _IMAGES)
    assert car.difference == pytest.approx(-1 / _IMAGES)
    assert (plane.p, car.p) == (mcnemar_p(11, 0), mcnemar_p(0, 1))
    assert (plane.adjusted_p, car.adjusted_p) == holm([plane.p, car.p])
    assert (plane.claimed, car.claimed) == (True, False)


def test_several_seeds_are_tested_by_their_differences_in_every_class() -> None:
    first = [_of_classes(Norm.BATCH, seed, share, 0.7) for seed, share in enumerate(_FIRST)]
    second = [_of_classes(Norm.GROUP, seed, share, 0.7) for seed, share in enumerate(_SECOND)]
    plane, car = _differences(*first, *second)
    assert plane.p == sign_flip_p([mine - others for mine, others in zip(_FIRST, _SECOND, strict=True)])
    assert plane.difference == pytest.approx(0.74 / 7, abs=1e-3)
    assert (plane.claimed, car.claimed) == (True, False)
    assert car.difference == 0


def test_one_seed_without_answers_and_one_against_several_are_not_tested() -> None:
    assert _differences(ended(Norm.BATCH, 0.8), ended(Norm.GROUP, 0.7)) == ()
    several = [ended(Norm.GROUP, 0.7, seed) for seed in (0, 1)]
    assert _differences(ended(Norm.BATCH, 0.8), *several) == ()
