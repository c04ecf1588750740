"""What a run shows beside its figures, so that verdicts and reports are made of event files alone."""

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from core.runs.limits import ClassIndex, Count, Encoded, Epoch, Images, Measured, Png, Share, Side

_BYTE_BITS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersMarked:
    """Which test images the network got right after `epoch`, the last evaluated one.

    `right` is a bit an image, 1 for right, in the order of the test set: packed into bytes, the first image
    in the highest bit, the last byte filled up with zeros, and written in base64. `classes` is each image's
    true class, two bytes each, the lower first, compressed by zlib, in base64; empty where it is not told.

    Raises:
        ValueError: `right` or `classes` is damaged, or not of as many images.
    """

    epoch: Epoch
    images: Images
    right: Encoded
    classes: Encoded = ""

    def __post_init__(self) -> None:
        packed = base64.b64decode(self.right, validate=True)
        if len(packed) != -(-self.images // _BYTE_BITS):
            raise ValueError(f"{len(packed)} bytes for {self.images} images")
        _ = self.true_classes

    @property
    def answers(self) -> tuple[bool, ...]:
        """Tell for each test image whether it was answered right; decoded at every call."""
        packed = base64.b64decode(self.right)
        bits = (byte >> shift & 1 for byte in packed for shift in reversed(range(_BYTE_BITS)))
        return tuple(map(bool, bits))[: self.images]

    @property
    def true_classes(self) -> tuple[int, ...]:
        """Each test image's true class; none where they are not told. Decoded at every call."""
        if not self.classes:
            return ()
        try:
            unpacked = zlib.decompressobj().decompress(base64.b64decode(self.classes), 2 * self.images + 1)
            return struct.unpack(f"<{self.images}H", unpacked)
        except (zlib.error, struct.error) as error:
            raise ValueError(f"the true classes of {self.images} images are damaged") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """One augmentation: the crop's first row and column, in pixels from the image's own corner, and a mirror.

    `top` and `left` are below zero where the crop begins outside the image, which is reflection-padded there.
    """

    top: int
    left: int
    mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A training image, PNG in base64, and how it is augmented in the first epochs, an epoch a crop."""

    index: Images
    true_class: ClassIndex
    png: Png
    crops: tuple[Crop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesShown:
    """The first training image of each class, in the order of the classes; of many, of the first ten."""

    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedImage:
    """A test image, PNG in base64; `index` is its place in the test set."""

    index: Images
    true_class: ClassIndex
    png: Png


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedShown:
    """The test images whose answers are told after every epoch: the first of each class, in their order.

    Of many classes, those of the first ten.
    """

    images: tuple[WatchedImage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAnswer:
    """What the network takes a watched image for, and how sure it is, 0 to 1."""

    predicted_class: ClassIndex
    confidence: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAnswered:
    """What the network takes each watched image for after `epoch`, in the order in which they were shown.

    Told before the epoch's `Evaluated`: an epoch that has the one has the other.
    """

    epoch: Epoch
    answers: tuple[WatchedAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormStatistics:
    """Mean and (biased) variance of activations that a normalization takes together.

    Those of `image`, or of all images of the batch where that is None, in the channels from `channel` on.
    The running ones are what batch norm takes in their place in evaluation; None for other norms.
    """

    image: Count | None
    channel: Count
    mean: Measured
    variance: Measured
    running_mean: Measured | None = None
    running_variance: Measured | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedActivation:
    """One activation on its way through a normalization.

    `normalized` is (before - mean) / sqrt(variance + eps), and `after` is weight * normalized + bias.
    """

    image: Count
    channel: Count
    row: Count
    column: Count
    before: Measured
    mean: Measured
    variance: Measured
    normalized: Measured
    weight: Measured
    bias: Measured
    after: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizationShown:
    """How the network's first normalization computes on a small batch, after `epoch`.

    The batch is the first test images, and `shape` is [images, channels, height, width] of what comes in.
    Each mean and variance is over `images_together` images, `channels_together` channels and all their
    pixels. `weight_shape` is that of weight and bias, each: a number a channel, or one an activation of an
    image. `statistics` are the first ones; `example` is an activation as in training, `in_evaluation` the
    same one as in evaluation, None where the norm computes alike in both. `layer` is as in the model summary.
    """

    epoch: Epoch
    layer: str
    shape: tuple[Side, ...]
    images_together: Side
    channels_together: Side
    weight_shape: tuple[Side, ...]
    eps: float
    statistics: tuple[NormStatistics, ...]
    example: NormalizedActivation
    in_evaluation: NormalizedActivation | None = None


EvidenceEvent = AnswersMarked | SamplesShown | WatchedShown | WatchedAnswered | NormalizationShown
