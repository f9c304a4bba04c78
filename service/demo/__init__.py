"""Six weeks of three made-up leaders, on the real program in virtual time."""
