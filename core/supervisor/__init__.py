"""The parent's side of a worker: starts, follows, steers it, and records the end of runs it left open."""
