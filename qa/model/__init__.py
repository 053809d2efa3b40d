"""An optional language model that arranges an answer's statements into a short brief; it may point at statements, and never quotes.

What it writes is held against the statements by rules (`qa/model/checks.py`); docs/language-model.md says what they are. Nothing here is
imported, and no address reached, unless a person names an endpoint.
"""
