"""Where are the words? The search index; what differs by database stands in a file of its own."""
