"""The report's verdict: who leads, whether that is beyond luck, and by which numbers."""

from collections.abc import Sequence

from core.report import markup
from core.results import number_format, verdict_words
from core.results.significance import Interval
from core.results.study_verdict import Standing, StudyVerdict


def verdict_section(verdict: StudyVerdict) -> tuple[str, ...]:
    """Return `verdict` with its standings, its pairs and its cautions."""
    pairs = "\n".join(f"- {markup.escaped(words)}" for words in verdict.sentences)
    how = (verdict_words.HOW_TESTED,) if verdict.pairs else ()
    table = (_standings(verdict.standings),) if verdict.standings else ()
    parts = (
        markup.escaped(verdict.lead),
        *table,
        pairs,
        " ".join(map(markup.escaped, verdict.cautions)),
        *how,
    )
    return "## Verdict", *filter(None, parts)


def _standings(standings: Sequence[Standing]) -> str:
    header = [
        "",
        "Seeds",
        "Test accuracy",
        "Standard deviation over seeds",
        "95% interval by the test images alone",
    ]
    return markup.table(header, [_row(standing) for standing in standings])


def _row(standing: Standing) -> list[str]:
    deviation = standing.deviation
    return [
        markup.escaped(standing.label),
        str(standing.seeds),
        number_format.percent(standing.accuracy),
        number_format.NO_VALUE if deviation is None else number_format.in_points(deviation, decimals=2),
        _range(standing.test_set_interval),
    ]


def _range(interval: Interval | None) -> str:
    if interval is None:
        return number_format.NO_VALUE
    return f"{number_format.percent(interval.low)} to {number_format.percent(interval.high)}"
