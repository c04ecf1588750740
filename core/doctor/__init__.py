"""What is good and what is not on this machine: it looks, says so in words, and changes nothing."""
