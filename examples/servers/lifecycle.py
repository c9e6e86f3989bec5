"""The with statement stops a server and does not start it."""
from gevent.server import StreamServer
from gevent.socket import create_connection


def greet(sock, address):
    sock.sendall(b"hello\n")


with StreamServer(("127.0.0.1", 0), greet) as server:
    print("started by with:", server.started)
    server.start()
    print("started by start():", server.started)
    address = server.address
    with create_connection(address) as client:
        print("client got", client.recv(1024))

print("started after the block:", server.started)
try:
    create_connection(address)
except ConnectionRefusedError as error:
    print("client got", type(error).__name__)
