"""Serves the console in a thread, so that the same process can go on collecting."""

import errno
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from app.console.application import create_app
from app.installation import Installation
from models.errors import OtterwatchError

START_SECONDS: Final = 20.0
"""How long the server may take to start."""
SHUTDOWN_SECONDS: Final = 2
"""How long an answer under way may still take when the console ends."""
_TAKEN: Final = {errno.EADDRINUSE, 10048}
_NOT_ALLOWED: Final = {errno.EACCES, 10013}


class ConsoleServer:
    """The console of an installation; `address` holds once it runs."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._address = ""

    @property
    def address(self) -> str:
        """Where to open it, such as `http://127.0.0.1:8130/`; empty while it does not run."""
        return self._address

    @contextmanager
    def running(self) -> Iterator["ConsoleServer"]:
        """Serve until the end of the block; raises OtterwatchError where host or port cannot be used."""
        settings = self._installation.settings
        with _listen(settings.console_host, settings.console_port) as listener:
            config = uvicorn.Config(
                create_app(self._installation),
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
                timeout_keep_alive=30,
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="console", daemon=True)
            thread.start()
            try:
                _wait(server, thread)
                self._address = _address(settings.console_host, listener.getsockname()[1])
                yield self
            finally:
                self._address = ""
                server.should_exit = True
                thread.join(timeout=SHUTDOWN_SECONDS + 8)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except socket.gaierror as error:
        raise OtterwatchError(
            f"the console cannot listen on {host}: there is no such host; set OTTERWATCH_CONSOLE_HOST"
        ) from error
    except OSError as error:
        if error.errno in _TAKEN:
            words = (
                f"port {port} is in use: another console may be running already, then open that one; "
                "or set OTTERWATCH_CONSOLE_PORT to another port (0 takes a free one)"
            )
        elif error.errno in _NOT_ALLOWED:
            words = f"port {port} may not be used by this account; set OTTERWATCH_CONSOLE_PORT to one above 1023"
        else:
            words = f"the console cannot listen on {host}: {error.strerror}; set OTTERWATCH_CONSOLE_HOST"
        raise OtterwatchError(words) from error


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise OtterwatchError("the console did not start; run `otterwatch doctor`")
        time.sleep(0.01)


def _address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}/"
    if number.is_unspecified:
        number = ipaddress.ip_address("127.0.0.1" if number.version == 4 else "::1")
    return f"http://[{number}]:{port}/" if number.version == 6 else f"http://{number}:{port}/"
