"""The start screen: what to train, what it is made of, and what it will be judged by."""
