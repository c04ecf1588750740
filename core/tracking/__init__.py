"""Any training loop in the dashboard: a writer that needs no torch, and readers of what others wrote."""

from core.tracking.run import Run

__all__ = ["Run"]
