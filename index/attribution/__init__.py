"""Who holds a sentence, and how firmly: frames, tried in the order of `asides`, and the words they rest on. The door: `index.statements`."""
