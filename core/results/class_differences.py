"""In which classes two networks differ beyond luck."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean

from core.results.contestants import Contestant, Result
from core.results.significance import ALPHA, holm, mcnemar_p, only_right, sign_flip_p


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
    names = names[: min(len(result.test.confusion) for one in (first, second) for result in one.results)]
    judged = {index: found for index in range(len(names)) if (found := judge(index)) is not None}
    tested = [
        ClassDifference(class_index=index, class_name=names[index], difference=difference, p=p, adjusted_p=p)
        for index, (difference, p) in judged.items()
    ]
    adjusted = holm([one.p for one in tested])
    return tuple(replace(one, adjusted_p=p) for one, p in zip(tested, adjusted, strict=True))


def _by_seeds(first: Contestant, second: Contestant) -> Callable[[int], tuple[float, float] | None]:
    by_class = [
        [one.by_seed[seed].test.class_accuracy for one in (first, second)]
        for seed in first.shared_seeds(second)
    ]

    def judge(index: int) -> tuple[float, float] | None:
        pairs = [(mine[index], others[index]) for mine, others in by_class]
        differences = [mine - others for mine, others in pairs if mine is not None and others is not None]
        return (fmean(differences), sign_flip_p(differences)) if len(differences) > 1 else None

    return judge


def _by_images(first: Result, second: Result) -> Callable[[int], tuple[float, float] | None]:
    mine, others = first.answers, second.answers
    if mine is None or others is None or mine.images != others.images:
        return lambda _index: None
    by_class: dict[int, list[tuple[bool, bool]]] = {}
    for true, *both in zip(mine.true_classes, mine.answers, others.answers, strict=False):
        by_class.setdefault(true, []).append((both[0], both[1]))

    def judge(index: int) -> tuple[float, float] | None:
        if index not in by_class:
            return None
        only_first, only_second = only_right(*zip(*by_class[index], strict=True))
        return (only_first - only_second) / len(by_class[index]), mcnemar_p(only_first, only_second)

    return judge
