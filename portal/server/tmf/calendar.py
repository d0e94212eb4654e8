"""Civil dates: months as the civil code counts them, dates as instants in a zone, the last day for notice."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def add_months(day: date, months: int) -> date:
    """The same day `months` later; where that month is too short, its last day (§ 188 (3) BGB)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def instant(day: date, zone: ZoneInfo) -> str:
    """Midnight of the day in the customer's zone, RFC 3339 with offset."""
    return datetime.combine(day, time(), zone).isoformat()


@dataclass(frozen=True, slots=True)
class Term:
    """How long a contract binds. After the first term one month's notice is enough (§ 56 (3) TKG)."""

    start: date
    minimum_months: int
    notice_months: int
    renewal_months: int

    @property
    def minimum_end(self) -> date:
        """The first day after the minimum term."""
        return add_months(self.start, self.minimum_months)

    def is_first(self, today: date) -> bool:
        """Whether notice for the end of the first term is still possible."""
        return today <= last_day_before(self.minimum_end, self.notice_months)

    def notice_in_force(self, today: date) -> int:
        return self.notice_months if self.is_first(today) else min(self.notice_months, 1)

    def last_day_for_notice(self, today: date) -> date:
        """The last day on which notice can be given for the next end that can still be reached."""
        if self.is_first(today):
            return last_day_before(self.minimum_end, self.notice_months)
        notice = self.notice_in_force(today)
        step = max(self.renewal_months, 1)
        passed = (today.year - self.minimum_end.year) * 12 + today.month - self.minimum_end.month
        renewals = max(1, passed // step)
        while (last := last_day_before(self._end(renewals, step), notice)) < today:
            renewals += 1
        return last

    def _end(self, renewals: int, step: int) -> date:
        return add_months(self.start, self.minimum_months + renewals * step)


@lru_cache(maxsize=4096)
def last_day_before(end: date, notice_months: int) -> date:
    """Notice given on day D is over on the day of the same number months later; that day must be before `end`."""
    last_day = end - timedelta(days=1)
    day = add_months(last_day, -notice_months)
    while add_months(day + timedelta(days=1), notice_months) <= last_day:
        day += timedelta(days=1)
    return day
