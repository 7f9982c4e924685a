"""Folding, tokens, plans and highlighting."""
