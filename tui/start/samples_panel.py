"""The chosen data, to be looked at: the first test image of each class."""

from typing import TYPE_CHECKING

from textual import work

from core.config.image_options import ImageOptions
from core.dataset.availability import SourceFound
from tui.charts.ink import PLAIN, Piece
from tui.charts.picture_strip import Captioned, PictureStrip
from tui.charts.signs import signs_of
from tui.frame.background import ask_in_background

if TYPE_CHECKING:
    from core.dataset.sample_images import NamedImage

_HIDDEN = "-none"
_TITLE = "Test images"
_MOST = 20  # classes of which an image is read


class SamplesPanel(PictureStrip):
    """Shows images of what is chosen, where there is room for them and colour; is not there before."""

    def __init__(self) -> None:
        super().__init__(id="samples", classes=f"frame {_HIDDEN}")
        self.border_title = _TITLE
        self._count = 0
        self._wanted: tuple[str, ImageOptions, SourceFound] | None = None

    def follow(self, spec: str, options: ImageOptions, source: SourceFound | None) -> None:
        """Show images of what `--data` names, found as `source`; none where nothing is found."""
        found = source if source is not None and source.found and self._has_room else None
        wanted = None if found is None else (spec, options, found)
        if wanted != self._wanted:
            self._wanted = wanted
            self._show(())
            if wanted is not None:
                self._look(spec, options)

    @property
    def _has_room(self) -> bool:
        signs = signs_of(self.app)
        tall, wide = self.screen.has_class("-tall"), self.screen.has_class("-wide")
        return tall and wide and signs.colour and not signs.ascii_only

    @work(exclusive=True)  # what is found for data that was chosen before counts no more
    async def _look(self, spec: str, options: ImageOptions) -> None:
        self._show(await ask_in_background(_samples_of, spec, options))

    def _show(self, images: "tuple[NamedImage, ...]") -> None:
        self._count = len(images)
        self.set_class(not images, _HIDDEN)
        self.show_images(
            tuple(Captioned(image.png, (((Piece(image.class_name, PLAIN),),),)) for image in images)
        )
        self._write_title()

    def on_resize(self) -> None:
        """Say of how many classes there is room for images now."""
        self._write_title()

    def _write_title(self) -> None:
        known = self._wanted and self._wanted[2].classes
        classes, shown = max(known or 0, self._count), self.count_shown
        self.border_title = f"{shown} of {classes:,} classes" if 0 < shown < classes else _TITLE


def _samples_of(spec: str, options: ImageOptions) -> "tuple[NamedImage, ...]":
    from core.dataset.sample_images import sample_images  # noqa: PLC0415 - numpy is not on the way to a frame

    return sample_images(spec, options, _MOST)
