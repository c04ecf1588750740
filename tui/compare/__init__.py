"""The comparison of finished and running runs."""
