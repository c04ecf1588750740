"""The optimizers: SGD, Muon, and the learning rate schedule."""
