"""A blocking call in a real thread leaves the hub free."""
import hashlib
import threading

import gevent

ticks = []


def tick():
    while True:
        gevent.sleep(0.002)
        ticks.append("tick")


def hash_password(password):
    salt = b"a fixed salt"
    digest = hashlib.pbkdf2_hmac("sha256", password, salt, 200_000)
    return digest.hex()[:8], threading.get_ident()


ticker = gevent.spawn(tick)
gevent.sleep(0)

digest, direct_thread = hash_password(b"secret")
print("direct call:", digest, "- ticked:", len(ticks) > 0)

ticks.clear()
threadpool = gevent.get_hub().threadpool
digest, pool_thread = threadpool.apply(hash_password, (b"secret",))
print("threadpool: ", digest, "- ticked:", len(ticks) > 0)

print("same thread:", direct_thread == pool_thread)
ticker.kill()
