"""All of torch: training loop, step, batches, evaluation; only processes of worker and models import it."""
