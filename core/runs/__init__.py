"""The record: all that is written to or read from a suite's folder, and what is made of it."""
