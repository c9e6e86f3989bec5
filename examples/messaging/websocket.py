"""A WebSocket server on pywsgi, with a page and a client."""
from gevent import monkey
monkey.patch_all()

import http.client
import sys
from pathlib import Path

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer
from simple_websocket import Client, ConnectionClosed, Server

PAGE = Path(__file__).with_name("page.html")


# region server
goodbyes = []


def count(environ):
    socket = Server.accept(environ)
    try:
        while True:
            limit = min(int(socket.receive()), 100)
            for number in range(1, limit + 1):
                socket.send(str(number))
                gevent.sleep(0.02)
            socket.send("done")
    except ValueError:
        socket.close(1008, "send a number")
    except ConnectionClosed as closed:
        goodbyes.append(int(closed.reason))


def application(environ, start_response):
    if environ["PATH_INFO"] == "/count":
        count(environ)
        return []
    headers = [("Content-Type", "text/html; charset=utf-8")]
    start_response("200 OK", headers)
    return [PAGE.read_bytes()]
# endregion


# region handler
class Handler(WSGIHandler):
    """Closes the connection when its WebSocket has ended."""

    def handle_one_response(self):
        super().handle_one_response()
        if self.environ["PATH_INFO"] == "/count":
            self.close_connection = True


def make_server(port):
    return WSGIServer(("127.0.0.1", port), application, log=None,
                      handler_class=Handler, spawn=Pool(100))
# endregion


# region client
def talk(host, word):
    socket = Client.connect(f"ws://{host}/count")
    socket.send(word)
    try:
        while (answer := socket.receive()) != "done":
            print("client received", answer)
        socket.close()
    except ConnectionClosed as closed:
        print("closed:", int(closed.reason), closed.message)


def demonstrate(server):
    server.start()
    host = f"127.0.0.1:{server.server_port}"
    connection = http.client.HTTPConnection(host)
    connection.request("GET", "/")
    page = connection.getresponse().read()
    print("the page names /count:", b"/count" in page)
    connection.close()
    talk(host, "3")
    talk(host, "many")
    server.stop()
    print("goodbyes of clients:", goodbyes)
# endregion


# region main
if __name__ == "__main__":
    if sys.argv[1:]:
        make_server(int(sys.argv[1])).serve_forever()
    else:
        demonstrate(make_server(0))
# endregion
