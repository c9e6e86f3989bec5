"""A generator body reaches the client while it is being made."""
from gevent import monkey
monkey.patch_all()

import http.client

from gevent.event import Event
from gevent.pywsgi import WSGIServer

first_part_arrived = Event()


def application(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    print("server: makes the first part")
    yield b"first\n"
    first_part_arrived.wait()
    print("server: makes the second part")
    yield b"second\n"


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
client = http.client.HTTPConnection(*server.address)
client.request("GET", "/")
response = client.getresponse()
print("client: encoding", response.headers["Transfer-Encoding"])
print("client: received", response.read1())
first_part_arrived.set()
print("client: received", response.read1())
client.close()
server.stop()
