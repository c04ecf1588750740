"""The terminal front end: the command line and what it shows; reads event files, never imports torch."""
