"""The networks, built from the plan of their layers."""
