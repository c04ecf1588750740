"""The sets of images that torchvision downloads, by name, and how each is asked for: torchvision:NAME.

Names and arguments are torchvision's (torchvision.datasets); a test holds this list to them. It is repeated
here because importing torchvision takes seconds.
"""

from dataclasses import dataclass
from typing import Final

from core.errors import InputError

PREFIX: Final = "torchvision:"


@dataclass(frozen=True, slots=True)
class TorchvisionSet:
    """A set: its class in torchvision, how many classes of images it has, and what its parts are called.

    Its parts are asked for by `split`, or, where that is "", by `train`; no parts mean neither. `variants`
    are the values of the argument `variant`, each with its number of classes; the first is meant where none
    is named, unless `must_choose`.
    """

    name: str
    classes: int
    parts: tuple[str, ...] = ("train", "test")
    split: str = "split"
    variant: str = ""
    variants: tuple[tuple[str, int], ...] = ()
    must_choose: bool = False


def _by_flag(name: str, classes: int = 10) -> TorchvisionSet:
    return TorchvisionSet(name, classes, split="")


SETS: Final = (
    *(_by_flag(name) for name in ("MNIST", "FashionMNIST", "KMNIST", "QMNIST", "USPS", "CIFAR10")),
    _by_flag("CIFAR100", 100),
    TorchvisionSet(
        "EMNIST",
        62,
        split="",
        variant="split",
        variants=(
            *(("balanced", 47), ("byclass", 62), ("bymerge", 47)),
            *(("digits", 10), ("letters", 26), ("mnist", 10)),
        ),
        must_choose=True,
    ),
    TorchvisionSet("SVHN", 10),
    TorchvisionSet("STL10", 10),
    TorchvisionSet("GTSRB", 43),
    TorchvisionSet("Food101", 101),
    TorchvisionSet("Flowers102", 102, ("train", "val", "test")),
    TorchvisionSet("DTD", 47, ("train", "val", "test")),
    TorchvisionSet("RenderedSST2", 2, ("train", "val", "test")),
    TorchvisionSet("Country211", 211, ("train", "valid", "test")),
    TorchvisionSet(
        "FGVCAircraft",
        100,
        ("trainval", "test"),
        variant="annotation_level",
        variants=(("variant", 100), ("family", 70), ("manufacturer", 41)),
    ),
    TorchvisionSet(
        "OxfordIIITPet",
        37,
        ("trainval", "test"),
        variant="target_types",
        variants=(("category", 37), ("binary-category", 2)),
    ),
    TorchvisionSet(
        "Imagenette",
        10,
        ("train", "val"),
        variant="size",
        variants=(("full", 10), ("320px", 10), ("160px", 10)),
    ),
    TorchvisionSet("EuroSAT", 10, ()),
    TorchvisionSet("SEMEION", 10, ()),
    TorchvisionSet("Caltech101", 101, ()),
    TorchvisionSet("Caltech256", 257, ()),
    TorchvisionSet("SUN397", 397, ()),
)


@dataclass(frozen=True, slots=True)
class TorchvisionChoice:
    """A set, and which of its variants; "" where it has none, or where its first is meant."""

    of: TorchvisionSet
    variant: str = ""

    def __str__(self) -> str:
        """Write it as `--data` names it."""
        return f"{PREFIX}{self.title}"

    @property
    def is_original(self) -> bool:
        """Whether it is CIFAR-10, which is downloaded without torchvision."""
        return self.of.name == "CIFAR10"

    @property
    def title(self) -> str:
        """The set's name, and the variant's behind a slash."""
        return f"{self.of.name}/{self.variant}" if self.variant else self.of.name

    @property
    def classes(self) -> int:
        """How many classes of images there are."""
        return dict(self.of.variants).get(self.variant, self.of.classes)


def torchvision_choice(spec: str) -> TorchvisionChoice | None:
    """Return what `--data` names, upper and lower case alike; None where it begins with no "torchvision:".

    Raises:
        InputError: there is no such set or variant; the message lists those there are.
    """
    if not spec.lower().startswith(PREFIX):
        return None
    name, _, variant = spec[len(PREFIX) :].strip().partition("/")
    found = next((of for of in SETS if of.name.lower() == name.lower()), None)
    if found is None:
        names = ", ".join(of.name for of in SETS)
        raise InputError(
            f"--data {spec.rstrip(':')}: torchvision's sets are {names}; write {PREFIX}FashionMNIST"
        )
    wanted = next((known for known, _ in found.variants if known.lower() == variant.lower()), None)
    if wanted is None and (variant or found.must_choose):
        known = ", ".join(f"{PREFIX}{found.name}/{known}" for known, _ in found.variants)
        raise InputError(f"--data {spec}: give {known or f'{PREFIX}{found.name}, which has no variants'}")
    first = found.variants[0][0] if found.variants and not found.must_choose else ""
    return TorchvisionChoice(found, "" if wanted in {None, first} else str(wanted))
