"""A socket carries bytes; text is encoded on its way."""
import gevent
from gevent import socket


def shout(connection):
    text = connection.recv(100).decode("utf-8")
    connection.sendall(text.upper().encode("utf-8"))
    connection.close()


ours, theirs = socket.socketpair()
gevent.spawn(shout, theirs)

try:
    ours.sendall("café")
except TypeError:
    print("text is refused")

ours.sendall("café".encode("utf-8"))
received = ours.recv(100)
print("bytes:", len(received))
print("text:", received.decode("utf-8"))
ours.close()
