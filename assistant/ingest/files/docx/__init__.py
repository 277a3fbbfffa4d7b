"""Word files: one article per file. Their XML is read in the order of the document, as Word shows it."""
