import signal
from collections.abc import Iterator

import pytest

from tui.command.signals import Signals


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Let every signal have its usual effect: tests that a shell began in the background ignore some."""
    ignored = [it for it in (signal.SIGINT, signal.SIGQUIT) if signal.getsignal(it) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_what_is_begun_is_finished_unless_it_is_to_stop_twice(number: signal.Signals) -> None:
    told: list[str] = []
    with Signals.noted() as signals:
        signal.raise_signal(number)
        assert signals.stops == 1
        with signals.giving_up(after=2, told=lambda: told.append("finishing")):
            signal.raise_signal(number)
            assert told == ["finishing"]
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
        signal.raise_signal(number)
        assert signals.stops == 4
        assert told == ["finishing"]


def test_a_hang_up_is_no_wish_to_stop() -> None:
    with Signals.noted() as signals:
        signal.raise_signal(signal.SIGHUP)
        assert signals.stops == 0


def test_what_a_shell_has_ignored_in_the_background_stays_ignored() -> None:
    usual = signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    try:
        with Signals.noted() as signals:
            signal.raise_signal(signal.SIGQUIT)
            assert signals.stops == 0
    finally:
        signal.signal(signal.SIGQUIT, usual)


def test_handlers_are_put_back_and_ignored_hang_ups_stay_ignored() -> None:
    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGTSTP)
    before = [signal.getsignal(number) for number in watched]
    usual = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with Signals.noted() as signals, signals.noting_suspends():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            signal.raise_signal(signal.SIGTSTP)
            assert signals.suspends
        assert [signal.getsignal(number) for number in watched] == before
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, usual)
