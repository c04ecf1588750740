"""Sets of images that are no picture files in folders: arrays, tables, and what torchvision downloads."""
