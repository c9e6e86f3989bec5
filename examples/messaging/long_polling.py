"""Long polling with a bounded queue for each client."""
from gevent import monkey
monkey.patch_all()

import http.client
import json

import gevent
from gevent.pywsgi import WSGIServer
from gevent.queue import Empty, Queue

# region server
inboxes = {name: Queue(maxsize=3) for name in ["ann", "ben", "cy"]}


def publish(message):
    for inbox in inboxes.values():
        if inbox.full():
            inbox.get_nowait()
        inbox.put_nowait(message)


def wait_for_messages(inbox, seconds):
    try:
        messages = [inbox.get(timeout=seconds)]
    except Empty:
        return []
    while not inbox.empty():
        messages.append(inbox.get_nowait())
    return messages


def application(environ, start_response):
    inbox = inboxes.get(environ["PATH_INFO"].strip("/"))
    if inbox is None:
        start_response("404 Not Found", [])
        return []
    messages = wait_for_messages(inbox, seconds=0.1)
    if not messages:
        start_response("204 No Content", [])
        return []
    headers = [("Content-Type", "application/json")]
    start_response("200 OK", headers)
    return [json.dumps(messages).encode()]
# endregion


# region clients
def poll(name):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", f"/{name}")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, json.loads(body or "[]")


def listen(name):
    status, messages = poll(name)
    while status == 204:
        status, messages = poll(name)
    return messages


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()

for number in range(1, 6):
    listeners = [gevent.spawn(listen, "ann"),
                 gevent.spawn(listen, "ben")]
    gevent.sleep(0.02)
    publish(f"message {number}")
    gevent.joinall(listeners, raise_error=True)
    print("ann and ben:", [each.value for each in listeners])

print("cy:", poll("cy"))
print("cy:", poll("cy"))
server.stop()
# endregion
