"""What to train, as data: presets, networks, settings; imports nothing of the project but `errors`."""
