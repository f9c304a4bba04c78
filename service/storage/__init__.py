"""Tables, one module per subject, and their migrations."""
