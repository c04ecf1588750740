"""Trained networks that leave: as files for other programs, and asked what images are.

`python -m core.models` does the work of one task; `core.supervisor.model_process` is the parent's side.
"""
