"""What all screens share: lines at top and bottom, actions and keys, messages, and their host."""
