from core.results.seed_spread import Series, Spread, spread

_LONG: Series = {1: (1.0, 10.0), 2: (2.0, 20.0), 3: (5.0, 60.0)}
_SHORT: Series = {1: (3.0, 30.0), 2: (6.0, 40.0)}


def test_means_go_as_far_as_all_have_come() -> None:
    assert spread([_LONG, _SHORT]) == Spread((2, 4), (20, 30), (10, 20), (30, 40))
    assert spread([_LONG]) == Spread((1, 2, 5), (10, 20, 60), (10, 20, 60), (10, 20, 60))
    assert spread([{}, _LONG]) == Spread((), (), (), ())
