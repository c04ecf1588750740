"""Words and signs that several screens and the command line use."""
