"""What an install is made of: the hashes of its packages and their licences."""
