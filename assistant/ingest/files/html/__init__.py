"""HTML pages: the text and the metadata of the article."""
