"""Train small CIFAR-10 networks and tell what happened as events; knows nothing of any screen."""

__version__ = "0.1.0"
