"""What runs came to: figures, names and words that screens and reports share."""
