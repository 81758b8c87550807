"""The server: its address, a port that is taken, and an end that waits for nobody."""

import dataclasses
import http.client
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.console.server import ConsoleServer
from app.installation import Installation
from models.errors import OtterwatchError


def with_settings(installation: Installation, **values: Any) -> Installation:
    return dataclasses.replace(installation, settings=installation.settings.model_copy(update=values))


def status(address: str, path: str = "/health") -> int:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=5)
    connection.request("GET", path)
    found = connection.getresponse().status
    connection.close()
    return found


def test_serves_while_the_block_runs_and_not_after(empty: Installation) -> None:
    server = ConsoleServer(empty)
    assert server.address == ""
    with server.running() as running:
        assert running is server
        address = server.address
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/")
        assert status(address) == 200
    assert server.address == ""
    with pytest.raises(ConnectionRefusedError):
        status(address)


def test_can_run_again(empty: Installation) -> None:
    server = ConsoleServer(empty)
    for _ in range(2):
        with server.running():
            assert status(server.address) == 200


def test_listens_everywhere_and_says_an_address_that_opens(empty: Installation) -> None:
    with ConsoleServer(with_settings(empty, console_host="0.0.0.0")).running() as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert status(server.address) == 200


def test_a_taken_port_is_said_with_what_to_set(empty: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = ConsoleServer(with_settings(empty, console_port=port))
        with pytest.raises(OtterwatchError, match="OTTERWATCH_CONSOLE_PORT") as error, taken.running():
            pass
    assert "another console may be running" in str(error.value)


def test_a_host_of_another_machine_is_said(empty: Installation) -> None:
    for host in ("203.0.113.7", "no-such-host.invalid"):
        foreign = ConsoleServer(with_settings(empty, console_host=host))
        with pytest.raises(OtterwatchError, match="OTTERWATCH_CONSOLE_HOST"), foreign.running():
            pass


def test_ends_soon_though_connections_are_open(empty: Installation) -> None:
    """Kept connections, half a request and a request under way do not keep the console from ending."""
    before = set(threading.enumerate())
    with ConsoleServer(empty).running() as server:
        place = urlsplit(server.address)
        where = (place.hostname or "", place.port or 0)
        idle = socket.create_connection(where)
        half = socket.create_connection(where)
        half.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nname=")
        kept = http.client.HTTPConnection(*where, timeout=5)
        kept.request("GET", "/health")
        kept.getresponse().read()
        time.sleep(0.1)
        start = time.monotonic()
    assert time.monotonic() - start < 6
    for connection in (idle, half, kept):
        connection.close()
    assert not any(thread.name == "console" for thread in set(threading.enumerate()) - before)
