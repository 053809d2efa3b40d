"""Who holds a sentence, and how firmly: frames, tried in the order of `asides`, and their words. The door: `index.statements`."""
