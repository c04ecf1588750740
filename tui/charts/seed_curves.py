"""How a network's seeds are drawn: their mean, the band from the lowest to the highest, single ones faint."""

from collections.abc import Iterator, Sequence

from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series, spread
from tui.charts.curve import Band, Curve, CurveStyle
from tui.charts.shaping import Points


def group_label(group: SeedGroup, averaged: int | None = None) -> str:
    """Return a group's name with the number of its seeds, where there are several: "batch (8)".

    Where a mean is over some alone, `averaged` or those that count, it is "batch (2 of 8)".
    """
    seeds = seeds_words(group, averaged)
    return f"{group.label} ({seeds})" if seeds else group.label


def seeds_words(group: SeedGroup, averaged: int | None = None) -> str:
    """Return over how many seeds means are, "8" or "2 of 8"; nothing where there is but one run."""
    count, runs = averaged or len(group.counted), len(group.runs)
    if runs == 1:
        return ""
    return f"{count} of {runs}" if 0 < count < runs else str(runs)


def mean_curve(
    group: SeedGroup, part: str, series: Sequence[Series], style: CurveStyle = CurveStyle.LINE
) -> Curve:
    """Return the mean of a group's series; of one, as it is."""
    together = spread(series)
    return _curve(group_label(group, len(series)), group, part, (together.xs, together.ys), style)


def single_curves(group: SeedGroup, series: Sequence[Series]) -> Iterator[Curve]:
    """Yield each seed's series, faint beneath the mean."""
    for one in series:
        points = spread([one])
        yield _curve(group.label, group, "one seed", (points.xs, points.ys), CurveStyle.FAINT)


def band(group: SeedGroup, part: str, series: Sequence[Series]) -> Band:
    """Return what lies between a group's lowest and highest seed."""
    together = spread(series)
    return Band(
        part=part,
        xs=together.xs,
        lows=together.lows,
        highs=together.highs,
        colour=group.style.colour.name,
        name=group.label,
    )


def _curve(label: str, group: SeedGroup, part: str, points: Points, style: CurveStyle) -> Curve:
    colour, shape = group.style.colour.name, group.style.shape
    return Curve(
        label=label,
        part=part,
        xs=points[0],
        ys=points[1],
        colour=colour,
        style=style,
        shape=shape,
        name=group.label,
    )
