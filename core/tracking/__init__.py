"""Any training loop in the dashboard: a writer that needs no torch, and readers of what others wrote."""
