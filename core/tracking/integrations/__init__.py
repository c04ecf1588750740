"""One line that records a run of Lightning, Hugging Face's Trainer or Keras; each imports its library."""
