"""The list of every run below the runs folder."""
