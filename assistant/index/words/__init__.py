"""Words: postings of our own, which a search by words reads. Out: chunks with their BM25 scores."""
