"""What the made-up runs show beside their figures: training images, and a worked normalization."""

from collections.abc import Callable

from core.config.presets import Norm
from core.runs.evidence_events import (
    Crop,
    NormalizationShown,
    NormalizedActivation,
    NormStatistics,
    Sample,
    SamplesShown,
    WatchedAnswer,
    WatchedAnswered,
    WatchedImage,
    WatchedShown,
)


def samples(png: Callable[[int], str], *, crops: bool = False) -> SamplesShown:
    """Return an image a class, drawn by `png`, with two crops each or none."""
    own = (Crop(top=-1, left=2, mirrored=True), Crop(top=0, left=0, mirrored=False)) if crops else ()
    return SamplesShown(
        samples=tuple(Sample(index=3 * i, true_class=i, png=png(i), crops=own) for i in range(10))
    )


def watched(png: Callable[[int], str]) -> WatchedShown:
    """Return a test image a class, drawn by `png`."""
    return WatchedShown(images=tuple(WatchedImage(index=2 * i, true_class=i, png=png(i)) for i in range(10)))


def watched_answers(norm: Norm, epoch: int, seed: int = 0) -> WatchedAnswered:
    """Return answers of which more are right with every epoch; with another norm or seed, others are."""

    def answer(true: int) -> WatchedAnswer:
        hardness = (7 * true + 3 * len(norm) + ord(norm[0]) + 5 * seed) % 11
        right = 0.9 * epoch > hardness
        sure = min(0.99, 0.3 + 0.02 * epoch + 0.03 * ((true + epoch) % 7))
        return WatchedAnswer(
            predicted_class=true if right else (true + 1 + hardness % 9) % 10, confidence=sure
        )

    return WatchedAnswered(epoch=epoch, answers=tuple(map(answer, range(10))))


def normalization(norm: Norm, epoch: int) -> NormalizationShown:
    """Return the first norm of the reference network on four images; the arithmetic comes out even."""
    images, channels = {Norm.BATCH: (4, 1), Norm.LAYER: (1, 8), Norm.GROUP: (1, 2)}[norm]
    batch = norm is Norm.BATCH
    statistics = (
        NormStatistics(
            image=None if batch else image,
            channel=channel,
            mean=0.5 - image - 0.25 * channel,
            variance=4.0 - 1e-5,
            running_mean=0.25 if batch else None,
            running_variance=1.0 - 1e-5 if batch else None,
        )
        for image in range(4 // images)
        for channel in range(0, 8, channels)[:4]
    )
    return NormalizationShown(
        epoch=epoch,
        layer={Norm.BATCH: "BatchNorm2d", Norm.LAYER: "LayerNorm", Norm.GROUP: "GroupNorm"}[norm],
        shape=(4, 8, 32, 32),
        images_together=images,
        channels_together=channels,
        weight_shape=(8, 32, 32) if norm is Norm.LAYER else (8,),
        eps=1e-5,
        statistics=tuple(statistics),
        example=_activation(mean=0.5, variance=4.0 - 1e-5, normalized=-1.0),
        in_evaluation=_activation(mean=0.25, variance=1.0 - 1e-5, normalized=-1.75) if batch else None,
    )


def _activation(*, mean: float, variance: float, normalized: float) -> NormalizedActivation:
    return NormalizedActivation(
        image=0,
        channel=0,
        row=16,
        column=16,
        before=-1.5,
        mean=mean,
        variance=variance,
        normalized=normalized,
        weight=1.5,
        bias=-0.25,
        after=1.5 * normalized - 0.25,
    )
