"""Sends one plain HTTP request and prints the bytes that return."""
from gevent.socket import create_connection


def show(server, version="HTTP/1.1"):
    request = f"GET / {version}\r\nHost: localhost\r\n"
    if version == "HTTP/1.1":
        request += "Connection: close\r\n"
    with create_connection(server.address) as connection:
        connection.sendall(request.encode() + b"\r\n")
        with connection.makefile("rb") as answer:
            for line in answer:
                if not line.startswith(b"Date:"):
                    print("   ", line)
