"""In which classes two networks differ beyond luck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from core.results.contestants import Contestant, Result
from core.results.significance import ALPHA, holm, mcnemar_p, sign_flip_p


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDifference:
    """One class in two networks: `difference` is the first's accuracy minus the second's, as fractions.

    `adjusted_p` is `p` for as many classes as were tested (Holm).
    """

    class_index: int
    class_name: str
    difference: float
    p: float
    adjusted_p: float

    @property
    def claimed(self) -> bool:
        """Tell whether the difference is beyond luck."""
        return self.adjusted_p <= ALPHA


def class_differences(first: Contestant, second: Contestant) -> tuple[ClassDifference, ...]:
    """Return how two networks differ in every class both were tested on; empty where nothing can be tested.

    Several seeds are compared seed by seed, one seed each image by image, as in `pair_verdict`. Imports scipy
    for several seeds.
    """
    if len(first.results) > 1 and len(second.results) > 1:
        judge: Callable[[int], tuple[float, float] | None] = _by_seeds(first, second)
    elif len(first.results) == len(second.results) == 1:
        judge = _by_images(first.results[0], second.results[0])
    else:
        return ()
    run = first.results[0].run
    names = run.state.data.classes if run.state.data else ()
    names = names[: min(len(_accuracies(result)) for one in (first, second) for result in one.results)]
    judged = {index: found for index in range(len(names)) if (found := judge(index)) is not None}
    tested = [
        ClassDifference(class_index=index, class_name=names[index], difference=difference, p=p, adjusted_p=p)
        for index, (difference, p) in judged.items()
    ]
    adjusted = holm([one.p for one in tested])
    return tuple(replace(one, adjusted_p=p) for one, p in zip(tested, adjusted, strict=True))


def _by_seeds(first: Contestant, second: Contestant) -> Callable[[int], tuple[float, float] | None]:
    shared = [seed for seed in first.by_seed if seed in second.by_seed]

    def judge(index: int) -> tuple[float, float] | None:
        pairs = [
            (_accuracies(first.by_seed[seed])[index], _accuracies(second.by_seed[seed])[index])
            for seed in shared
        ]
        differences = [mine - others for mine, others in pairs if mine is not None and others is not None]
        return (fmean(differences), sign_flip_p(differences)) if len(differences) > 1 else None

    return judge


def _by_images(first: Result, second: Result) -> Callable[[int], tuple[float, float] | None]:
    mine, others = first.run.state.answers, second.run.state.answers
    if mine is None or others is None or (mine.epoch, others.epoch) != (first.epoch, second.epoch):
        return lambda _index: None
    answers = list(zip(mine.true_classes, mine.answers, others.answers, strict=False))

    def judge(index: int) -> tuple[float, float] | None:
        own = [(right, others_right) for true, right, others_right in answers if true == index]
        if not own:
            return None
        only_first = sum(right and not others_right for right, others_right in own)
        only_second = sum(others_right and not right for right, others_right in own)
        return (only_first - only_second) / len(own), mcnemar_p(only_first, only_second)

    return judge


def _accuracies(result: Result) -> Sequence[float | None]:
    test = next(test for test in result.run.state.tests if test.epoch == result.epoch)
    return test.class_accuracy
