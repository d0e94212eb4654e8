"""The demo world's catalogue: what this provider sells, and which option fits which contract under which condition."""

from decimal import Decimal
from typing import Literal

from portal.server.world.model import LineOfBusiness, NamedPrice, Offering

DSL = ("off-dsl-100", "off-dsl-250")
LINES = (*DSL, "off-fibre-500")
MOBILE = ("off-mobile-m", "off-mobile-l")


def prices(monthly: str, once: str | None = None, once_name: str = "Bereitstellung") -> tuple[NamedPrice, ...]:
    recurring = NamedPrice(name="Grundpreis", kind="recurring", net=Decimal(monthly))
    if once is None:
        return (recurring,)
    return recurring, NamedPrice(name=once_name, kind="oneTime", net=Decimal(once))


def _sold(
    id: str, kind: Literal["contract", "option"], line: LineOfBusiness, name: str, description: str, *features: str
) -> dict[str, object]:
    return {
        "id": id, "kind": kind, "line_of_business": line, "name": name, "description": description,
        "features": features,
    }  # fmt: skip


def _contract(facts: dict[str, object], price: tuple[NamedPrice, ...], term: int = 24, notice: int = 3) -> Offering:
    terms = {"minimum_term_months": term, "notice_months": notice, "renewal_months": 1, "prices": price}
    return Offering.model_validate({**facts, **terms})


def _option(
    facts: dict[str, object], price: tuple[NamedPrice, ...], fits: tuple[str, ...], term: int = 1, **more: object
) -> Offering:
    terms = {"minimum_term_months": term, "notice_months": 1, "renewal_months": 1, "prices": price}
    return Offering.model_validate({**facts, **terms, "optional_for": fits, **more})


CONTRACTS = (
    _contract(
        _sold("off-fibre-500", "contract", "internet", "Business Glasfaser 500", "Glasfaseranschluss für den Standort.",
              "500 Mbit/s im Download, 250 Mbit/s im Upload", "Eine feste IPv4-Adresse und ein IPv6-Netz"),
        prices("129.00", "199.00"), term=36,
    ),
    _contract(
        _sold("off-dsl-100", "contract", "internet", "Business DSL 100", "Internetanschluss über Kupfer.",
              "Bis 100 Mbit/s im Download, bis 40 Mbit/s im Upload", "Eine feste IPv4-Adresse"),
        prices("44.90", "49.00"),
    ),
    _contract(
        _sold("off-dsl-250", "contract", "internet", "Business DSL 250", "Internetanschluss über Kupfer.",
              "Bis 250 Mbit/s im Download, bis 40 Mbit/s im Upload", "Eine feste IPv4-Adresse"),
        prices("54.90", "49.00"),
    ),
    _contract(
        _sold("off-sip-8", "contract", "voice", "Business SIP-Trunk 8", "Anschluss für die eigene Telefonanlage.",
              "8 Sprachkanäle", "Ein Rufnummernblock mit 100 Rufnummern", "Notruf nach Standort"),
        prices("34.90", "39.00"),
    ),
    _contract(
        _sold("off-cloud-phone", "contract", "cloudPhone", "Cloud-Telefonanlage", "Telefonanlage aus dem Netz.",
              "Nebenstellen, Gruppen, Warteschleifen und Mailboxen", "Rufumleitung je Nebenstelle und Rufnummernblock"),
        prices("19.90", "99.00", "Einrichtung"), term=36,
    ),
    _contract(
        _sold("off-mobile-m", "contract", "mobile", "Business Mobile M", "Mobilfunk mit Flatrate.",
              "Telefonie und SMS in alle deutschen Netze", "15 GB Daten mit bis zu 300 Mbit/s"),
        prices("24.90", "19.90", "SIM-Karte"),
    ),
    _contract(
        _sold("off-mobile-l", "contract", "mobile", "Business Mobile L", "Mobilfunk mit Flatrate und viel Daten.",
              "Telefonie und SMS in alle deutschen Netze und in die EU", "40 GB Daten mit bis zu 500 Mbit/s"),
        prices("39.95", "19.90", "SIM-Karte"),
    ),
    _contract(
        _sold("off-fax", "contract", "other", "Fax im Postfach", "Faxe kommen als PDF per E-Mail.",
              "Eine eigene Faxnummer", "Versand aus dem Kundenportal"),
        prices("6.90"), term=12, notice=1,
    ),
)  # fmt: skip

OPTIONS = (
    _option(
        _sold("opt-router", "option", "internet", "Business-Router", "Router mit Fernwartung und Austausch.",
              "Einrichtung aus der Ferne", "Austausch bei Defekt am nächsten Werktag"),
        prices("6.90", "29.00", "Versand"), LINES, term=12,
    ),
    _option(
        _sold("opt-lte-guard", "option", "internet", "LTE-Guard", "Ersatzweg über Mobilfunk bei Leitungsausfall.",
              "Schaltet von selbst um und zurück", "Braucht unseren Router und LTE-Empfang am Standort"),
        prices("14.90", "39.00", "Einrichtung"), DSL, requires=("opt-router",),
    ),
    _option(
        _sold("opt-ddos", "option", "internet", "DDoS-Schutz", "Filtert Angriffe, bevor sie die Leitung erreichen.",
              "Erkennung rund um die Uhr", "Bericht nach jedem Angriff"),
        prices("29.00"), LINES,
    ),
    _option(
        _sold("opt-up-250", "option", "internet", "Bandbreiten-Upgrade 250", "Der Anschluss wird schneller.",
              "Bis 250 Mbit/s im Download", "Wir prüfen vorher, ob die Leitung es hergibt"),
        prices("10.00", "25.00", "Umstellung"), ("off-dsl-100",), feasibility_check=True,
    ),
    _option(
        _sold("opt-up-1000", "option", "internet", "Bandbreiten-Upgrade 1000", "Der Anschluss wird schneller.",
              "1 Gbit/s im Download, 500 Mbit/s im Upload", "Wir prüfen vorher, ob die Leitung es hergibt"),
        prices("70.00", "99.00", "Umstellung"), ("off-fibre-500",), term=12, feasibility_check=True,
    ),
    _option(
        _sold("opt-service-4h", "option", "internet", "Service Plus 4 h", "Entstörung in vier Stunden, Tag und Nacht.",
              "Auch sonntags und an Feiertagen"),
        prices("19.00"), LINES, term=12,
    ),
    _option(
        _sold("opt-flat-national", "option", "voice", "National-Flat", "Ins deutsche Festnetz ohne Minutenpreis.",
              "Gilt für alle Sprachkanäle des Anschlusses"),
        prices("12.90"), ("off-sip-8", "off-cloud-phone"), excludes=("opt-flat-global",),
    ),
    _option(
        _sold("opt-flat-global", "option", "voice", "Global-Flat", "In Fest- und Mobilfunknetze von 40 Ländern.",
              "Enthält das deutsche Fest- und Mobilfunknetz"),
        prices("29.90"), ("off-sip-8", "off-cloud-phone"), excludes=("opt-flat-national",),
    ),
    _option(
        _sold("opt-channels", "option", "voice", "Weitere Sprachkanäle", "Mehr gleichzeitige Gespräche.",
              "Einzeln buchbar"),
        prices("3.90"), ("off-sip-8",), quantity_unit="Sprachkanal",
    ),
    _option(
        _sold("opt-seat-smart", "option", "cloudPhone", "Arbeitsplatz Smart", "Eine Nebenstelle mit Telefon oder App.",
              "Mailbox, Rufumleitung, Gruppen"),
        prices("7.90", "9.00", "Einrichtung"), ("off-cloud-phone",), quantity_unit="Arbeitsplatz",
    ),
    _option(
        _sold("opt-seat-best", "option", "cloudPhone", "Arbeitsplatz Best", "Eine Nebenstelle mit allem.",
              "Wie Smart, dazu Konferenzen, Anrufstatistik und Anbindung an CRM"),
        prices("12.90", "9.00", "Einrichtung"), ("off-cloud-phone",), quantity_unit="Arbeitsplatz",
    ),
    _option(
        _sold("opt-recording", "option", "cloudPhone", "Gesprächsaufzeichnung", "Nach Ansage und mit Zustimmung.",
              "Braucht mindestens einen Arbeitsplatz Best"),
        prices("9.90"), ("off-cloud-phone",), requires=("opt-seat-best",),
    ),
    _option(
        _sold("opt-attendant", "option", "cloudPhone", "Automatische Vermittlung", "Sprachmenü mit bis zu neun Zielen.",
              "Ansagen als Datei oder am Telefon"),
        prices("10.50", "49.00", "Einrichtung"), ("off-cloud-phone",),
    ),
    _option(
        _sold("opt-roam-world", "option", "mobile", "Auslandsoption Welt", "Daten und Gespräche in 80 Ländern.",
              "1 GB Daten und 100 Minuten je Monat"),
        prices("9.90"), MOBILE,
    ),
    _option(
        _sold("opt-data-20", "option", "mobile", "Datenpaket 20 GB", "Zusätzliches Datenvolumen jeden Monat.",
              "Gilt auch in der EU"),
        prices("7.50"), MOBILE,
    ),
    _option(
        _sold("opt-multisim", "option", "mobile", "Multi-SIM", "Weitere SIM-Karten auf derselben Rufnummer.",
              "Für Tablet, Auto oder Uhr"),
        prices("4.90", "9.90", "SIM-Karte"), MOBILE, quantity_unit="SIM-Karte",
    ),
    _option(
        _sold("opt-fax-archive", "option", "other", "Faxarchiv", "Faxe zehn Jahre lang aufbewahrt."),
        prices("2.90"), ("off-fax",), lifecycle="Retired",
    ),
)  # fmt: skip

OFFERINGS = (*CONTRACTS, *OPTIONS)
