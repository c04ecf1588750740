"""The import of torch and of all that trains by it: seconds, so not before anybody could listen."""

import gc


def import_torch() -> None:
    """Import what training needs.

    Hundreds of thousands of objects come to stay: looking through them for garbage is a tenth of the import,
    and between two steps later a pause for nothing.
    """
    gc.disable()
    try:
        import core.worker.training_run  # noqa: F401, PLC0415 - see above
    finally:
        gc.enable()
    gc.freeze()
