"""What the window shows, as HTML: pure functions of what they are given."""
