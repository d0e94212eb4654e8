"""Public holidays of the German federal states."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import lru_cache


class FederalState(Enum):
    """A federal state by its ISO 3166-2 letters."""

    BADEN_WUERTTEMBERG = "BW"
    BAVARIA = "BY"
    BERLIN = "BE"
    BRANDENBURG = "BB"
    BREMEN = "HB"
    HAMBURG = "HH"
    HESSE = "HE"
    MECKLENBURG_VORPOMMERN = "MV"
    LOWER_SAXONY = "NI"
    NORTH_RHINE_WESTPHALIA = "NW"
    RHINELAND_PALATINATE = "RP"
    SAARLAND = "SL"
    SAXONY = "SN"
    SAXONY_ANHALT = "ST"
    SCHLESWIG_HOLSTEIN = "SH"
    THURINGIA = "TH"


def holiday_name(day: date, state: FederalState, *, catholic: bool = False, language: str = "de") -> str | None:
    """The name of the holiday that a day is, or None. `catholic` adds what only Catholic municipalities celebrate.

    That is Assumption Day in most of Bavaria, Corpus Christi in parts of Saxony and Thuringia. Names come in German
    ("de") and English ("en").
    """
    return _holidays(state, catholic, language, day.year).get(day)


@lru_cache(maxsize=512)
def _holidays(state: FederalState, catholic: bool, language: str, year: int) -> Mapping[date, str]:
    # imported here: it takes a second and 16 MB, and only those with a plan need it
    from holidays.constants import CATHOLIC, PUBLIC
    from holidays.countries.germany import Germany

    return dict(
        Germany(
            subdiv=state.value,
            years=year,
            expand=False,
            language="de" if language == "de" else "en_US",
            categories=(PUBLIC, CATHOLIC) if catholic else (PUBLIC,),
        )
    )
