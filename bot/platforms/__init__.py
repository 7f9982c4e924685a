"""Where messages go: one package a platform. Imports nothing, so that a platform costs only when it is configured."""
