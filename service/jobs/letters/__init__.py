"""From facts to letters: one file for each kind of mail's content."""
