"""The application: its modes, themes, and how much of the processor it may take."""
