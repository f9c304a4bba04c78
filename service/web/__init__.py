"""The few pages: unsubscribe and health."""
