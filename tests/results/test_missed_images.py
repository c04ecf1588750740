from collections.abc import Sequence
from dataclasses import replace

from core.config.presets import Norm
from core.results.contestants import comparable
from core.results.labelled_runs import label_runs
from core.results.missed_images import MissedImages, missed_images
from core.runs.run_state import RunState
from tests.results.studies import answering, ended

_BATCH = answering(Norm.BATCH, (True, False, True, False, False))
_GROUP = answering(Norm.GROUP, (True, False, False, True, False))


def _missed(states: Sequence[RunState]) -> MissedImages | None:
    return missed_images(comparable(label_runs(states)))


def test_images_that_all_miss_and_that_all_have_right_are_counted() -> None:
    expected = MissedImages(runs=2, images=5, missed=2, right=1, indices=(1, 4))
    assert _missed((_BATCH, _GROUP)) == expected


def test_without_every_run_s_answers_nothing_is_counted() -> None:
    assert _missed((_BATCH, ended(Norm.GROUP, 0.8))) is None
    assert _BATCH.answers is not None
    of_another_epoch = replace(_BATCH, answers=replace(_BATCH.answers, epoch=2))
    assert _missed((of_another_epoch, _GROUP)) is None


def test_answers_on_other_numbers_of_images_are_not_counted() -> None:
    assert _missed((_BATCH, answering(Norm.LAYER, (True, False)))) is None
