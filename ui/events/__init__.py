"""What happens when somebody does something in the window."""
