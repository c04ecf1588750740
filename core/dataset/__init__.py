"""Where images come from: CIFAR-10, a folder of images, or procedural demo shapes."""
