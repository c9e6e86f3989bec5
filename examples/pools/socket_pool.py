"""A class that serves many sockets, but only so many at a time."""
# region pool
import gevent
from gevent import socket
from gevent.pool import Pool, PoolFull


class SocketPool:
    def __init__(self, size):
        self.pool = Pool(size)

    def add(self, name, sock):
        handler = gevent.Greenlet(self.handle, name, sock)
        try:
            self.pool.start(handler, blocking=False)
        except PoolFull:
            sock.close()
            raise

    def handle(self, name, sock):
        with sock:
            while data := sock.recv(1024):
                print(f"{name} says {data.decode()}")
                sock.sendall(b"thank you")
            print(f"{name} has hung up")

    def close(self):
        self.pool.kill()
# endregion


# region use
sockets = SocketPool(2)
clients = {}
for name in ("Ann", "Bob", "Eve"):
    clients[name], server_side = socket.socketpair()
    try:
        sockets.add(name, server_side)
    except PoolFull:
        print(f"no room for {name}")

for name in ("Ann", "Bob"):
    clients[name].sendall(b"hello")
    print(f"{name} is told {clients[name].recv(1024).decode()}")

clients["Ann"].close()
sockets.pool.wait_available(1)
print("connections left:", len(sockets.pool))

sockets.close()
print("Bob receives", clients["Bob"].recv(1024))
# endregion
for client in clients.values():
    client.close()
