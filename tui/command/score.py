"""How many images of known classes a network gets right."""

from collections.abc import Iterator, Sequence

from core.results.number_format import count, percent


class Score:
    """Counts right answers, class by class; `labels` are the places of the images' own among `classes`."""

    def __init__(self, classes: Sequence[str], labels: Sequence[int]) -> None:
        self._classes = classes
        self._labels = labels
        self._images = [0] * len(classes)
        self._right = [0] * len(classes)

    @property
    def images(self) -> int:
        """How many were taken in."""
        return sum(self._images)

    @property
    def right(self) -> int:
        """How many of them were answered right."""
        return sum(self._right)

    @property
    def accuracy(self) -> float:
        """The share of them, 0 to 1."""
        return self.right / self.images

    def take(self, number: int, answered: int) -> str:
        """Take in what image `number` was taken for; return the name of its own class."""
        own = self._labels[number]
        self._images[own] += 1
        self._right[own] += answered == own
        return self._classes[own]

    def rows(self) -> list[tuple[str, ...]]:
        """Return a row a class that has images: its name, how many, how many right, the share."""
        return list(self._rows())

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for name, images, right in zip(self._classes, self._images, self._right, strict=True):
            if images:
                yield name, count(images), count(right), percent(right / images)
