"""Where issues come from: one file a kind of source."""
