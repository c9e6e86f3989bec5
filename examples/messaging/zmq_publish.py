"""An XPUB socket tells its owner who has subscribed."""
import gevent
import zmq.green as zmq

context = zmq.Context()
publisher = context.socket(zmq.XPUB)
port = publisher.bind_to_random_port("tcp://127.0.0.1")


def publish():
    print("publisher received", publisher.recv())
    publisher.send_string("news: ignored by this subscriber")
    publisher.send_string("weather: sunny")
    publisher.send_string("weather: end")


def subscribe():
    subscriber = context.socket(zmq.SUB)
    subscriber.connect(f"tcp://127.0.0.1:{port}")
    subscriber.setsockopt_string(zmq.SUBSCRIBE, "weather")
    message = None
    while message != "weather: end":
        message = subscriber.recv_string()
        print("subscriber received", message)
    subscriber.close()


gevent.joinall([gevent.spawn(publish), gevent.spawn(subscribe)],
               raise_error=True)
publisher.close()
context.term()
