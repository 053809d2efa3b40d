"""Before a question: read, clean, split, attribute, embed, store, rebuild."""
