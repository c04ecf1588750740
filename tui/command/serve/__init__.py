"""`cifar-tui serve`: the dashboard in a browser, a process of its own for each tab."""
