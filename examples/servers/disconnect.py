"""A client that leaves closes the generator on the server."""
import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIServer
from gevent.socket import create_connection

cleaned_up = Event()


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        while True:
            yield b"tick\n"
            gevent.sleep(0.01)
    except GeneratorExit:
        print("server: the generator is closed")
        raise
    finally:
        cleaned_up.set()


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
client = create_connection(server.address)
client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
print("client: receives", client.recv(15))
print("client: leaves")
client.close()
print("clean-up seen:", cleaned_up.wait(timeout=5))
server.stop()
