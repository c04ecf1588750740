"""Training the runs of a suite on a cluster, with all they have to say kept here."""
