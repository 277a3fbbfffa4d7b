"""What an install is made of: the hashes of its packages, their licences, and the files of others in the window."""
