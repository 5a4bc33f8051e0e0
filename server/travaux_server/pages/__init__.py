"""What people read: pages, their words and their order."""
