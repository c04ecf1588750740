"""What every key does, where it is asked for."""
