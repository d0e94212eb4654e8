"""The paths of the requests that a step-up may be for, exactly as they go over the wire."""

from yarl import URL

from portal.calls import TmfBases


class Paths:
    """Absolute, without a query."""

    def __init__(self, tmf: TmfBases) -> None:
        self._tmf = tmf
        self.order_path = _path(tmf.orders)
        self.cancel_path = _path(tmf.cancellations)
        self.targets_path = _path(tmf.targets)

    def service_path(self, service_id: str) -> str:
        """Of one extension or range."""
        return _path(self._tmf.service(service_id))

    def target_path(self, target_id: str) -> str:
        """Of one approved target."""
        return _path(self._tmf.target(target_id))


def _path(url: str) -> str:
    # Read by the library that will send it, so that both spell it alike.
    return URL(url).raw_path
