"""How large a picture is, and how that is said."""

from typing import NamedTuple


class Size(NamedTuple):
    """Pixels; of an image that is upright."""

    width: int
    height: int

    def __str__(self) -> str:
        """Write it as people do: "120×90"."""
        return f"{self.width}\N{MULTIPLICATION SIGN}{self.height}"


def scaling(smallest: Size, largest: Size, side: int) -> str:
    """Say from which sizes images come to squares of `side`: "28×28 → 32×32", or "32×32" where they stay."""
    found = str(smallest) if smallest == largest else f"{smallest} to {largest}"
    wanted = str(Size(side, side))
    return found if found == wanted else f"{found} \N{RIGHTWARDS ARROW} {wanted}"
