"""What other training tools wrote, read as events of ours; a file a format."""
