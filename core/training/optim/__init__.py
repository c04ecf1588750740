"""The optimizers: SGD, Muon, and the learning rate's schedule."""
