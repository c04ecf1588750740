"""What holds images: a folder or an archive, listed and read alike; nothing is unpacked to a disk."""
