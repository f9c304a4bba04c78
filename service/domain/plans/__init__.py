"""One file for each kind of mail: which are due when, or why none."""
