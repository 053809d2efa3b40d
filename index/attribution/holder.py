"""A holder as a value: who holds a view, as some words of a sentence name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.attribution.tokens import word_set
from index.report import Scope

Number = Literal["one", "body", "many"]

DETERMINERS = word_set("the a an this that these those their her his its our")
FUNCTION_WORDS = word_set(
    """
    and but or nor of in on at by to for from with within without under over between among as than that which who whom whose whether if
    when where while although though because since until about against into onto upon per via is are was were be been being am has have
    had do does did can could will would shall should may might must not no never i we you he she it they them us him there here also
    then however therefore both all each ago later years year months weeks days , ; : . ( ) “ ” " ‘ ’ – — - ! ?
    """
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder read from tokens [start, end).

    countries  whose delegation or government it is, or the names of persons, in the order of the text (`who` is sorted).
    number     how a pronoun may stand for it: "one" he or she, "body" it, "many" they.
    negative   "No participant", "Neither side".
    pronoun    it stands for a holder named before, to be found in the paragraph: None where it names itself.
    bare       a quantifier alone: "Some", "Several".
    span       where in the report's text the words stand that it was first named by; `stale` once the paragraph has ended.
    """

    start: int
    end: int
    scope: Scope
    countries: tuple[str, ...] = ()
    number: Number = "many"
    negative: bool = False
    pronoun: str | None = None
    bare: bool = False
    span: tuple[int, int] | None = None
    stale: bool = False

    @property
    def who(self) -> tuple[str, ...]:
        """Countries or names, sorted, each once."""
        return tuple(sorted(set(self.countries)))
