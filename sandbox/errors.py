"""What the sandbox answers when it does not do as it was asked.

ApiError          the Bot API's refusal, in Telegram's own words and shape
SimRefused        the simulation API's refusal: a sentence and a status
CutConnection     no answer at all: the connection is cut on purpose
"""


class ApiError(Exception):
    """`{"ok": false, "error_code": …, "description": …}`."""

    def __init__(self, code: int, description: str, parameters: dict[str, object] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class SimRefused(Exception):
    """A person cannot do that here."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class CutConnection(Exception):
    """The connection is to be reset without an answer."""


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
