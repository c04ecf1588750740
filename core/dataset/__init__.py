"""Where images come from: CIFAR-10, a folder or an archive of images, or procedural demo shapes."""
