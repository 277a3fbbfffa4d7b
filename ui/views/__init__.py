"""Views: what the window shows, as HTML; pure functions."""
