"""Two actors send a number back and forth until it is zero."""
# region player
import gevent
from gevent.queue import Queue

STOP = object()


class Player(gevent.Greenlet):
    def __init__(self, label):
        super().__init__()
        self.label = label
        self.inbox = Queue()
        self.partner = None

    def _run(self):
        for count in iter(self.inbox.get, STOP):
            self.receive(count)

    def receive(self, count):
        print(self.label, count)
        if count > 0:
            self.partner.inbox.put(count - 1)
        else:
            self.partner.inbox.put(STOP)
            self.inbox.put(STOP)
# endregion


# region game
ping = Player("ping")
pong = Player("pong")
ping.partner = pong
pong.partner = ping

ping.start()
pong.start()
ping.inbox.put(4)
gevent.joinall([ping, pong])
print("both players have stopped")
# endregion
