"""What Telegram's side can serve at most, so that nobody takes it for what limits a bot.

Run as a process of its own: `python -m bench.ceiling HOST:PORT TOKEN` prints sendMessage calls per second.
"""

import asyncio
import sys
import time

import uvloop

CONNECTIONS = 64
SECONDS = 1.5


async def measure(address: str, token: str, seconds: float = SECONDS) -> float:
    """Calls per second over many connections, each sending its next call when the last was answered."""
    host, _, port = address.rpartition(":")
    body = b"chat_id=1&text=" + b"x" * 2000
    call = b"POST /bot%b/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (
        token.encode(),
        len(body),
        body,
    )
    ends = time.perf_counter() + seconds
    counts = await asyncio.gather(*(_caller(host, int(port), call, ends) for _ in range(CONNECTIONS)))
    return sum(counts) / seconds


async def _caller(host: str, port: int, call: bytes, ends: float) -> int:
    made = 0
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < ends:
        writer.write(call)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        made += 1
    writer.close()
    await writer.wait_closed()
    return made


def main() -> None:
    """Print the figure."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(measure(sys.argv[1], sys.argv[2]))
    sys.stdout.write(f"{rate:.0f}\n")


if __name__ == "__main__":
    main()
