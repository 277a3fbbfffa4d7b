"""Which events of the page lead to which handlers, one module for each tab."""
