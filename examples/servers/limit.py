"""A server with a full pool accepts no further connection."""
import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import create_connection

gate = Event()
inside = []


def handle(sock, address):
    name = sock.recv(1024).decode()
    inside.append(name)
    gate.wait()
    sock.sendall(b"bye " + name.encode())


pool = Pool(2)
server = StreamServer(("127.0.0.1", 0), handle, spawn=pool)
server.start()
clients = []
for name in ["Ann", "Ben", "Cy"]:
    client = create_connection(server.address)
    client.sendall(name.encode())
    clients.append(client)
while len(inside) < 2:
    gevent.sleep(0.01)
print("connected:", len(clients))
print("in a handler:", sorted(inside))
print("free places:", pool.free_count())

gate.set()
for client in clients:
    print(client.recv(1024))
    client.close()
server.stop()
