"""Where mail leaves and replies arrive."""
