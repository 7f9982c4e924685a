"""Telegram and Discord played on a stage, behind the real renderers: for the demo, never for `run`."""
