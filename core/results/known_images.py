"""What a run's images were found to be, also where its file is of a version that did not look."""

from typing import Final

from core.runs.events import DataLoaded
from core.runs.image_identity import ImageIdentity

# The fingerprint that the whole JPEG copy (core/dataset/recognition.py) has in the order an image folder is
# read in: what earlier versions recorded of it, as in assets/results/tuned.json.
_JPEG_COPY_FINGERPRINT: Final = "sha256:9e600a2f476bb6b2"


def identity_of(data: DataLoaded) -> ImageIdentity:
    """Return the images' identity as recorded.

    Earlier versions called "CIFAR-10" what had the published checksums, and "CIFAR-10 (JPEG)" what had its
    names and numbers: of that, only the fingerprint tells the known copy from others.
    """
    if data.identity is not None:
        return data.identity
    if data.label == "CIFAR-10":
        return ImageIdentity.GENUINE
    if data.label != "CIFAR-10 (JPEG)":
        return ImageIdentity.OTHER
    known = data.fingerprint == _JPEG_COPY_FINGERPRINT
    return ImageIdentity.JPEG_COPY if known else ImageIdentity.UNVERIFIED_COPY
