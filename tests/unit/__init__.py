"""Without network, disk or sleep."""
