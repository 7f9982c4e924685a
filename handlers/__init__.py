"""What happens when a person types a command or presses a button."""
