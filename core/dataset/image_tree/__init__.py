"""How images lie in a tree: which of its folders are splits, which are classes, which files are images."""
