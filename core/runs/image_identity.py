"""Whether a run's images are CIFAR-10's, and how that is known."""

from enum import StrEnum


class ImageIdentity(StrEnum):
    """What a set of images was found to be, by its content."""

    GENUINE = "genuine"  # CIFAR-10, read from files with the published checksums
    LOSSLESS_COPY = "lossless copy"  # pixel by pixel the genuine one
    JPEG_COPY = "JPEG copy"  # pixel by pixel the JPEG copy that this program knows
    UNVERIFIED_COPY = "unverified copy"  # the class names and numbers of images of CIFAR-10, other pixels
    OTHER = "other"  # not CIFAR-10

    @property
    def is_cifar10(self) -> bool:
        """Return whether the images are, or are taken for, a copy of CIFAR-10."""
        return self is not ImageIdentity.OTHER

    @property
    def is_lossless(self) -> bool:
        """Return whether every pixel is known to be the genuine one."""
        return self in {ImageIdentity.GENUINE, ImageIdentity.LOSSLESS_COPY}
