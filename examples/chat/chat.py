"""A chat server with rooms and long polling, made with Flask."""
# region imports
from gevent import monkey
monkey.patch_all()

import http.client
import json
import sys
from collections import deque
from urllib.parse import urlencode

import gevent
from flask import Flask, abort, redirect, render_template
from flask import request, url_for
from gevent.pywsgi import WSGIServer
from gevent.queue import Empty, Queue
# endregion


# region room
class Room:
    """Holds the latest messages and one inbox for each user."""

    def __init__(self):
        self.latest = deque(maxlen=5)
        self.inboxes = {}

    def join(self, user):
        if user not in self.inboxes:
            inbox = self.inboxes[user] = Queue(maxsize=20)
            for message in self.latest:
                inbox.put_nowait(message)

    def leave(self, user):
        self.inboxes.pop(user, None)

    def publish(self, message):
        self.latest.append(message)
        for inbox in self.inboxes.values():
            if inbox.full():
                inbox.get_nowait()
            inbox.put_nowait(message)

    def wait(self, user, seconds):
        inbox = self.inboxes[user]
        try:
            messages = [inbox.get(timeout=seconds)]
        except Empty:
            return []
        while not inbox.empty():
            messages.append(inbox.get_nowait())
        return messages
# endregion


# region application
app = Flask(__name__)
app.config["POLL_SECONDS"] = 20
rooms = {"garden": Room(), "kitchen": Room()}


def find_room(name, user=None):
    room = rooms.get(name) or abort(404)
    if user is not None and user not in room.inboxes:
        abort(404)
    return room


@app.get("/")
def index():
    return render_template("rooms.html", rooms=rooms)


@app.post("/join")
def join():
    name, user = request.form["room"], request.form["user"]
    if not user.isalnum():
        abort(400)
    find_room(name).join(user)
    address = url_for("room_page", name=name, user=user)
    return redirect(address, code=303)


@app.get("/<name>/<user>")
def room_page(name, user):
    find_room(name, user)
    return render_template("room.html", name=name, user=user)
# endregion


# region messages
@app.get("/<name>/<user>/messages")
def poll(name, user):
    room = find_room(name, user)
    messages = room.wait(user, app.config["POLL_SECONDS"])
    return messages or ("", 204)


@app.post("/<name>/<user>/messages")
def say(name, user):
    room = find_room(name, user)
    room.publish({"user": user, "text": request.form["text"]})
    return "", 204


@app.post("/<name>/<user>/leave")
def leave(name, user):
    find_room(name, user).leave(user)
    return "", 204
# endregion


# region client
def ask(method, path, **form):
    connection = http.client.HTTPConnection(*server.address)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, urlencode(form), headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def listen(user, count):
    heard = []
    while len(heard) < count:
        status, body = ask("GET", f"/garden/{user}/messages")
        if status == 200:
            heard += json.loads(body)
    return [f"{line['user']}: {line['text']}" for line in heard]
# endregion


# region demonstration
def demonstrate():
    app.config["POLL_SECONDS"] = 0.1
    for user in ["ann", "ben", "cy"]:
        ask("POST", "/join", room="garden", user=user)
    ask("POST", "/join", room="kitchen", user="dan")

    listeners = [gevent.spawn(listen, user, count=2)
                 for user in ["ann", "ben"]]
    for text in ["hello", "is anybody here?"]:
        status, _ = ask("POST", "/garden/cy/messages", text=text)
        print("cy posts:", status)
    gevent.joinall(listeners, raise_error=True)
    print("ann hears", listeners[0].value)
    print("ben hears", listeners[1].value)

    status, body = ask("GET", "/kitchen/dan/messages")
    print("dan in the kitchen:", status, body)
    ask("POST", "/join", room="garden", user="eve")
    print("eve comes late and hears", listen("eve", count=2))
    ask("POST", "/garden/eve/leave")
    status, _ = ask("GET", "/garden/eve/messages")
    print("after eve left:", status)
    status, _ = ask("GET", "/cellar/ann/messages")
    print("no such room:", status)
    status, page = ask("GET", "/garden/ann")
    print("page of ann:", status, b"/garden/ann/messages" in page)
# endregion


# region main
if __name__ == "__main__":
    port = int(sys.argv[1]) if sys.argv[1:] else 0
    server = WSGIServer(("127.0.0.1", port), app, log=None)
    if port:
        server.serve_forever()
    else:
        server.start()
        demonstrate()
        server.stop()
# endregion
