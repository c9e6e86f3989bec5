"""The stop() method waits for handlers only with a pool."""
import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import create_connection


def stop_during_a_request(spawn):
    entered, finished = Event(), Event()

    def handle(sock, address):
        entered.set()
        gevent.sleep(0.05)
        sock.sendall(b"late answer")
        finished.set()

    server = StreamServer(("127.0.0.1", 0), handle, spawn=spawn)
    server.start()
    client = create_connection(server.address)
    entered.wait()
    server.stop(timeout=5)
    print("finished when stop() returns:", finished.is_set())
    print("the client receives", client.recv(1024))
    client.close()


print("without a pool")
stop_during_a_request("default")
print("with a pool")
stop_during_a_request(Pool(10))
