"""Which numbers calls are never diverted to, as a dated table. `portal.dialling` reads it; nobody else decides.

Sources: Bundesnetzagentur, number plans under § 108 TKG (area codes, mobile, 0137, 0180, 0700, 0800, 0900, 032, 018x,
019x, 010xy, 116xxx, 118xy, 115); ITU-T E.164 list of assigned country codes (87x, 88x, 800, 808, 979); NANPA (area
codes, exchanges 950, 976 and 555); Ofcom National Telephone Numbering Plan (70, 9). Prices are not in it: a range that
can cost more than an ordinary call is denied as a whole, and so is one that reaches nobody in particular.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

POLICY_DATE = date(2026, 11, 22)


class Reason(StrEnum):
    """Why a number is no target. The values are codes of the portal's API and selectors of the texts."""

    INVALID = "invalid"
    CHARACTERS = "characters"
    PREMIUM = "premium"
    SHARED_COST = "sharedCost"
    MASS_TRAFFIC = "massTraffic"
    DIRECTORY = "directory"
    EMERGENCY = "emergency"
    SHORT_CODE = "shortCode"
    CALL_BY_CALL = "callByCall"
    SATELLITE = "satellite"
    INTERNATIONAL = "international"  # not on the account's list
    PERSONAL = "personal"
    CORPORATE = "corporate"
    NANP = "nanp"
    UK_PERSONAL = "ukPersonal"
    SERVICE = "service"
    SELF = "self"
    LOOP = "loop"
    CHAIN = "chain"


# Dialled as they are, and meant as well when a 0, +49 or an area code stands in front. The longest prefix counts.
SHORT_CODES: Mapping[str, Reason] = {
    "11": Reason.SHORT_CODE,  # 115, 116xxx
    "110": Reason.EMERGENCY,
    "112": Reason.EMERGENCY,
    "118": Reason.DIRECTORY,
}

# Prefixes of the number without its 0 or +49.
GERMAN: Mapping[str, Reason] = {
    **SHORT_CODES,
    "10": Reason.CALL_BY_CALL,  # 010xy and 0100xy: another carrier, then any number at all
    "12": Reason.SERVICE,  # innovative services
    "13": Reason.MASS_TRAFFIC,  # 0137, 0138
    "14": Reason.SERVICE,
    "164": Reason.SERVICE,  # pagers
    "168": Reason.SERVICE,
    "169": Reason.SERVICE,
    "18": Reason.CORPORATE,  # 0181 to 0189: users' groups, each with prices of its own
    "180": Reason.SHARED_COST,
    "19": Reason.PREMIUM,  # 0190 until 2005, online services since
    "31": Reason.SERVICE,  # carriers' test announcements
    "32": Reason.CORPORATE,  # national subscriber numbers
    "700": Reason.PERSONAL,
    "800": Reason.SERVICE,
    "900": Reason.PREMIUM,
}

# No subscriber's number begins so after its area code.
GERMAN_SUBSCRIBER: Mapping[str, Reason] = {**SHORT_CODES, "0": Reason.INVALID}

# Prefixes of the E.164 number without its +. Denied even where an account's list allows the country.
WORLD: Mapping[str, Reason] = {
    "7954": Reason.SATELLITE,  # Globalstar in Russia, otherwise taken for a mobile number
    "6114": Reason.SATELLITE,  # Australian satellite range
    "87": Reason.SATELLITE,  # Inmarsat, maritime, 878
    "881": Reason.SATELLITE,
    "882": Reason.SATELLITE,
    "883": Reason.SATELLITE,
    "888": Reason.SATELLITE,
    "800": Reason.SERVICE,
    "808": Reason.SHARED_COST,
    "979": Reason.PREMIUM,
    "4470": Reason.UK_PERSONAL,
    "449": Reason.PREMIUM,
    "1900": Reason.NANP,
    "1500": Reason.NANP,
    "1600": Reason.NANP,
    "1700": Reason.NANP,
}

# Of country code 1 these two countries may be on a list; the Caribbean and Pacific islands cost as much as satellites.
NANP_REGIONS = frozenset({"US", "CA"})
NANP_EXCHANGES = frozenset({"976", "950", "555"})  # pay-per-call, carrier access, directory assistance
