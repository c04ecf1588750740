"""Pictures of any format and size, one or many, as the networks take them."""
