"""The screen of runs that another loop trains."""
