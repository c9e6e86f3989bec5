"""A StreamServer gives every connection a greenlet of its own."""
from gevent.server import StreamServer
from gevent.socket import create_connection


def echo(sock, address):
    with sock.makefile("rb") as lines:
        for line in lines:
            sock.sendall(b"echo: " + line)


def ask(connection, line):
    connection.sendall(line)
    return connection.recv(1024)


server = StreamServer(("127.0.0.1", 0), echo)
print("port before start():", server.server_port)
server.start()
print("a port after start():", server.server_port > 0)

first = create_connection(server.address)
second = create_connection(server.address)
print("second:", ask(second, b"two\n"))
print("first: ", ask(first, b"one\n"))
first.close()
second.close()
server.stop()
