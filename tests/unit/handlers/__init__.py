"""What people can do, without storage."""
