"""The dashboard's plots, bars, heat map and pictures: they draw what they are given."""
