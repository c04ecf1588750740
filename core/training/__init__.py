"""All of torch: the training loop, the step, batches and evaluation; only the worker's process imports it."""
