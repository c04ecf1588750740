"""What widgets share that put the theme's colours into what they draw."""

from textual.widget import Widget


class Themed(Widget):
    """Is drawn again with another theme; the last of a widget's bases, so that the others decide the rest."""

    def on_mount(self) -> None:
        """Follow the app's theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _theme: object) -> None:
        self.recolour()

    def recolour(self) -> None:
        """Draw with the colours that the theme has now."""
        raise NotImplementedError
