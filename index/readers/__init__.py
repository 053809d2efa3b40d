"""From a file to a `Report`: one module per format."""
