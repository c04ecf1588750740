"""Where a checkpoint that nobody trained says it comes from."""

from core.config.run_config import RunConfig
from core.runs.checkpoint_file import Origin


def origin(config: RunConfig, **versions: str) -> Origin:
    """Return an origin on a made-up processor."""
    return Origin(
        config=config,
        recipe=config.recipe,
        fingerprint="sha256:1",
        device="cpu",
        device_name="a processor",
        instructions="AVX2",
        layers="torch's",
        versions=versions,
    )
