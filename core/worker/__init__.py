"""The child process that trains; `python -m core.worker` starts it."""
