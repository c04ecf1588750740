"""Find CIFAR-10 and CIFAR-100 in the forms their page offers beside CIFAR-10's python one.

https://www.cs.toronto.edu/~kriz/cifar.html. In the binary form a file is nothing but records: the label, of
CIFAR-100 the coarse and then the fine one, and 3,072 bytes of pixels.
"""

from pathlib import Path
from typing import Final, NamedTuple

from core.dataset.arrays.array_source import ArrayForm, ArraySource, FoundPart
from core.dataset.picture_size import Size
from core.errors import InputError

SIDE: Final = 32  # pixels
_SIZE: Final = Size(SIDE, SIDE)
PIXEL_BYTES: Final = SIDE * SIDE * 3


class CifarForm(NamedTuple):
    """What its folder and its archive are called, the files of each split, and where the class names are.

    `labels` are the label bytes before an image's pixels, of which the last one counts; 0 for python's form.
    """

    form: ArrayForm
    label: str
    folder: str
    archive: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    meta: str
    labels: int
    classes: int

    @property
    def names(self) -> tuple[str, ...]:
        """Every file that is read."""
        return (*self.train, *self.test, self.meta)

    @property
    def record(self) -> int:
        """Bytes of an image with its labels."""
        return self.labels + PIXEL_BYTES


CIFAR10_BINARY: Final = CifarForm(
    form=ArrayForm.CIFAR10_BINARY,
    label="CIFAR-10 (binary)",
    folder="cifar-10-batches-bin",
    archive="cifar-10-binary.tar.gz",
    train=tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    test=("test_batch.bin",),
    meta="batches.meta.txt",
    labels=1,
    classes=10,
)
CIFAR100_BINARY: Final = CifarForm(
    form=ArrayForm.CIFAR100_BINARY,
    label="CIFAR-100 (binary)",
    folder="cifar-100-binary",
    archive="cifar-100-binary.tar.gz",
    train=("train.bin",),
    test=("test.bin",),
    meta="fine_label_names.txt",
    labels=2,
    classes=100,
)
# The names are torchvision's (torchvision.datasets.CIFAR100); a test holds them to it.
CIFAR100_PYTHON: Final = CifarForm(
    form=ArrayForm.CIFAR100_PYTHON,
    label="CIFAR-100",
    folder="cifar-100-python",
    archive="cifar-100-python.tar.gz",
    train=("train",),
    test=("test",),
    meta="meta",
    labels=0,
    classes=100,
)
FORMS: Final = {form.form: form for form in (CIFAR10_BINARY, CIFAR100_BINARY, CIFAR100_PYTHON)}


def find_cifar(path: Path) -> ArraySource | None:
    """Return the set in the folder or the archive `path`, or in a folder that holds either; None for neither.

    Raises:
        InputError: a file of it is missing or cut.
    """
    for form in FORMS.values():
        if path.name == form.archive and path.is_file():
            return _packed(path, path, form)
        if not path.is_dir():
            continue
        for folder in (path / form.folder, path):
            if _holds(folder, form):
                return _unpacked(path, folder, form)
        if (path / form.archive).is_file():
            return _packed(path, path / form.archive, form)
    return None


def _holds(folder: Path, form: CifarForm) -> bool:
    """Tell whether a folder is meant to be of a form: by its name, or else by the names of its files."""
    if folder.name == form.folder and folder.is_dir():
        return True
    return all((folder / name).is_file() for name in (form.train[0], *form.test))


def _unpacked(path: Path, folder: Path, form: CifarForm) -> ArraySource:
    for name in form.names:
        if not (folder / name).is_file():
            raise InputError(f"--data {path}: {name} is missing; unpack {form.archive} again")
    train, test = (
        FoundPart(part, names, _count(path, folder, names, form))
        for part, names in (("train", form.train), ("test", form.test))
    )
    files = tuple(folder / name for name in form.names)
    return ArraySource(form.form, path, files, (train, test), form.label, form.classes, size=_SIZE)


def _count(path: Path, folder: Path, names: tuple[str, ...], form: CifarForm) -> int | None:
    """Count the images in the files `names`, by their sizes alone; None for python's form."""
    if not form.labels:
        return None
    sizes = {name: (folder / name).stat().st_size for name in names}
    for name, size in sizes.items():
        if not size or size % form.record:
            raise InputError(
                f"--data {path}: {name} has {size:,} bytes, which is no multiple of {form.record:,}, as an "
                f"image with its label takes; unpack {form.archive} again"
            )
    return sum(sizes.values()) // form.record


def _packed(path: Path, archive: Path, form: CifarForm) -> ArraySource:
    parts = (FoundPart("train", form.train), FoundPart("test", form.test))
    return ArraySource(form.form, path, (archive,), parts, form.label, form.classes, size=_SIZE)
