"""Structured logs in UTC; secrets, PINs and what customers type cannot pass.

structlog on top of logging: our own events and every library's records leave through one handler on the root logger,
and what leaves has been redacted: event, fields, arguments, exception and traceback, at DEBUG too. Uncaught exceptions
and errors of the log itself go the same way, instead of to stderr as they are.

Start servers with `log_config=None`, so that they keep their hands off. Use:

    log = structlog.get_logger(__name__)
    log.info("connection made", connection=connection_id)
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redact import Redactor, indented, one_line
from bot.settings import LogFormat, LogLevel

# one line per request or statement says nothing at INFO
TALKATIVE = ("httpx", "httpcore", "aiosqlite", "alembic", "asyncio", "uvicorn.access", "mail.log")
METRONOME = "apscheduler"  # a beat that is left out while the one before still runs is no news either
PLAIN = (int, float, bool, type(None))
OWN_FIELDS = ("timestamp", "level")


def configure(level: LogLevel, form: LogFormat, secrets: Iterable[str] = (), stream: TextIO = sys.stderr) -> Redactor:
    """Make all logs of this process leave through the redactor; may be called again. Returns it, to hide more later."""
    redactor = Redactor(secrets)
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(form, redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.value)
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET if level is LogLevel.DEBUG else logging.WARNING)
    logging.getLogger(METRONOME).setLevel(logging.NOTSET if level is LogLevel.DEBUG else logging.ERROR)
    logging.captureWarnings(True)
    _catch_uncaught()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.value),  # what is below costs next to nothing
        cache_logger_on_first_use=False,
    )
    return redactor


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        _timestamp,
        structlog.processors.StackInfoRenderer(),
    ]


def _timestamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # milliseconds: six digits of microseconds would look like a PIN to whoever searches the log for one
    event["timestamp"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return event


def _formatter(form: LogFormat, redactor: Redactor) -> structlog.stdlib.ProcessorFormatter:
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redacting(redactor),
            as_json if form is LogFormat.JSON else _console,
        ],
    )


def _redacting(redactor: Redactor) -> Callable[[WrappedLogger, str, EventDict], EventDict]:
    def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {one_line(redactor(key)): _clean(key, value, redactor) for key, value in event.items()}

    return redact


def _clean(key: str, value: object, redactor: Redactor) -> object:
    if isinstance(value, PLAIN) or key in OWN_FIELDS:
        return value
    text = redactor.field(key, _as_text(value))
    return text if key in ("exception", "stack") else one_line(text)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return value if isinstance(value, str) else repr(value)


def _console(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`time level logger: event field=value`, then the traceback as an indented block."""
    blocks = [event.pop(name, None) for name in ("exception", "stack")]
    head = f"{event.pop('timestamp')} {event.pop('level', ''):<7} {event.pop('logger', '')}: {event.pop('event', '')}"
    line = " ".join([head, *(f"{key}={value}" for key, value in event.items())])
    return "\n".join([line, *(indented(str(block)) for block in blocks if block)])


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        # logging's own report prints the message and its arguments as they are
        kind = sys.exc_info()[0]
        self.stream.write(
            f"a log record of {record.name} could not be written ({kind.__name__ if kind else 'unknown'})\n"
        )


def _catch_uncaught() -> None:
    log = structlog.get_logger("uncaught")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("uncaught exception", exc_info=(kind, error, trace))

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
