"""After a question: understand, retrieve, cover, answer, verify, compare."""
