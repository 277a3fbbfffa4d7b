"""PDF files: one article per file. The words of its pages, by their places, become lines, columns and paragraphs."""
