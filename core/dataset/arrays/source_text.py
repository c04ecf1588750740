"""A set in arrays in a line for people, before it is read."""

from typing import Final

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArrayForm, ArraySource
from core.dataset.arrays.parts import choose_parts
from core.dataset.image_tree.splits import DEFAULT_HOLDOUT, percent
from core.dataset.picture_size import scaling

_USUAL_TEST: Final = "test"
_WITHOUT_LIMITS: Final = frozenset({ArrayForm.CIFAR100_BINARY, ArrayForm.CIFAR100_PYTHON})
"""What may be taken for CIFAR-10, whose limits there are."""


def source_text(source: ArraySource, options: ImageOptions) -> str:
    """Say what is known: "idx: 10 classes, 60,000 + 10,000 images, 28×28 → 32×32".

    Raises:
        InputError: there are no parts as the options want them.
    """
    chosen = choose_parts([part.name for part in source.parts], options, str(source.path))
    counts = [source.part(name).count for name in (chosen.train, chosen.test) if name is not None]
    words = [f"{source.classes:,} classes"] if source.classes else []
    if None not in counts:
        words.append(f"{' + '.join(f'{count:,}' for count in counts)} images")
    if chosen.test is None:
        share = DEFAULT_HOLDOUT if options.holdout is None else options.holdout
        words.append(f"{percent(share)} of them held out to test on")
    elif chosen.test != _USUAL_TEST:
        words.append(f"tested on {chosen.test}")
    if source.size is not None:
        words.append(scaling(source.size, source.size, options.size))
    if source.form in _WITHOUT_LIMITS:
        words.append("no limits verdict")
    return f"{source.form}: {', '.join(words)}" if words else str(source.form)
