"""The comparison of networks in several seeds, and of more runs than there is room for."""

from tests.report.example_runs import example_states
from tests.tui.compare.showing import ComparingApp, text
from tests.tui.compare.studies import rates_study, seeds_study
from tui.frame.key_bar import KeyBar


async def test_i_shows_every_seed_by_itself_and_back() -> None:
    app = ComparingApp(seeds_study(3))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "3 seeds" in text(app)
        await pilot.press("i")
        await pilot.pause()
        assert "seed 2" in text(app)
        await pilot.press("i")
        await pilot.pause()
        assert "seed 2" not in text(app)


async def test_without_seeds_i_is_not_offered() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "i seeds" not in str(app.screen.query_one(KeyBar).content)
        assert "i" not in app.screen.active_bindings


async def test_columns_that_do_not_fit_are_paged_to() -> None:
    app = ComparingApp(rates_study())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "figures 1 to 4 of 9" in text(app)
        await pilot.press("right")
        await pilot.pause()
        assert "figures 2 to 5 of 9" in text(app)
        for _ in range(9):
            await pilot.press("right")
        await pilot.pause()
        assert "figures 6 to 9 of 9" in text(app)
        await pilot.resize_terminal(200, 24)
        await pilot.pause()
        assert "figures · ← →" not in text(app)
        assert "0.006" in text(app)


async def test_n_goes_from_network_to_network_and_one_by_one_from_run_to_run() -> None:
    app = ComparingApp(seeds_study(3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab", "tab")
        await pilot.pause()
        assert "batch, 3 seeds summed, epoch 20" in text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "layer, 3 seeds summed, epoch 20" in text(app)
        assert "network 2 of 3" in text(app)
        await pilot.press("i", "n")
        await pilot.pause()
        assert "layer, seed 1, epoch 20" in text(app)
        assert "run 5 of 9" in text(app)
