"""The networks' layers in C++ for processors: fused, one pass over memory each, compiled at first use."""
