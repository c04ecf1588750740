from core.runs.events import Evaluated


def test_accuracy_comes_from_the_confusion_matrix() -> None:
    evaluated = Evaluated(epoch=1, loss=1.0, confusion=((3, 1, 0), (0, 0, 0), (2, 0, 2)), seconds=1.0)
    assert (evaluated.correct, evaluated.images, evaluated.accuracy) == (5, 8, 0.625)
    assert evaluated.class_accuracy == (0.75, None, 0.5)
