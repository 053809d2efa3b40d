"""The inflected forms of English verbs and nouns, as far as the word lists need them."""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["base", "s", "past", "participle", "ing"]

_STRONG = ("come", "draw", "give", "go", "know", "see", "speak", "take")  # whose participle is no past: "they have seen", not "they seen"


def singular(word: str) -> str:
    """A noun's singular, near enough: "views", "difficulties"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def inflections(base: str, irregular: str | None = None) -> dict[str, set[Form]]:
    """The forms of a verb: form -> which it is. `irregular` lists its past and participle where they are no "-ed".

    A doubled and a single consonant both count ("counselled", "counseled").
    """
    forms: dict[str, set[Form]] = {base: {"base"}}

    def add(form: str, *kinds: Form) -> None:
        forms.setdefault(form, set()).update(kinds)

    consonant_y = base.endswith("y") and base[-2:-1] not in "aeiou"
    add(base[:-1] + "ies" if consonant_y else base + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else "s"), "s")
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else base
    add(stem + "ing", "ing")
    doubled = base + base[-1] if re.search(r"[^aeiou][aeiou][bdfglmnprst]$", base) else None
    if doubled:
        add(doubled + "ing", "ing")
    if irregular is not None:
        past, *participles = irregular.split()
        add(past, "past")
        for participle in participles or [past]:
            add(participle, "participle")
            if base not in _STRONG:
                add(participle, "past")
        return forms
    add(base[:-1] + "ied" if consonant_y else base + ("d" if base.endswith("e") else "ed"), "past", "participle")
    if doubled:
        add(doubled + "ed", "past", "participle")
    return forms
