"""A request that every function can reach, one a greenlet."""
# region proxy
from gevent import monkey
monkey.patch_all()

from http.client import HTTPConnection

import gevent
from gevent.event import Event
from gevent.local import local
from gevent.pywsgi import WSGIServer
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Request, Response

current = local()
request = LocalProxy(lambda: current.request)
both_here = Event()


def greeting():
    name = request.args["name"]
    if name == "Bob":
        both_here.set()
    both_here.wait()
    return Response(f"{name} is still {request.args['name']}")


def application(environ, start_response):
    leftovers.append(dict(vars(current)))
    current.request = Request(environ)
    try:
        response = greeting()
    except HTTPException as error:
        response = error.get_response(environ)
    finally:
        del current.request
    return response(environ, start_response)
# endregion


# region use
def visit(name):
    client = HTTPConnection("127.0.0.1", server.server_port)
    for path in (f"/?name={name}", "/"):
        client.request("GET", path)
        response = client.getresponse()
        body = response.read().decode()
        if response.status != 200:
            body = response.reason
        answers[name].append((response.status, body))
    client.close()


answers = {"Ann": [], "Bob": []}
leftovers = []
server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
gevent.joinall([gevent.spawn(visit, name) for name in answers])
server.stop()
for name, answer in answers.items():
    print(name, *answer)
print("left over from earlier requests:", leftovers)
# endregion
