"""Greenlets call coroutines of a loop in another thread."""
# region bridge
import asyncio

import gevent
from gevent.event import AsyncResult


class AsyncioBridge:
    def __init__(self):
        self.hub = gevent.get_hub()
        started = AsyncResult()
        self.runner = self.hub.threadpool.spawn(self.run, started)
        self.loop = started.get()

    def run(self, started):
        loop = asyncio.new_event_loop()
        self.in_hub(started.set, loop)
        loop.run_forever()
        loop.close()

    def in_hub(self, function, argument):
        self.hub.loop.run_callback_threadsafe(function, argument)

    def call(self, coroutine):
        answer = AsyncResult()

        def on_done(future):
            self.in_hub(answer.set, future)

        future = asyncio.run_coroutine_threadsafe(
            coroutine, self.loop
        )
        future.add_done_callback(on_done)
        return answer.get().result()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.runner.get()
# endregion


# region use
async def make_meeting():
    return asyncio.Barrier(3)


async def double(number, meeting):
    await meeting.wait()
    return number * 2


async def fail():
    raise ValueError("no such number")


bridge = AsyncioBridge()
meeting = bridge.call(make_meeting())
calls = [
    gevent.spawn(bridge.call, double(number, meeting))
    for number in [1, 2, 3]
]
gevent.joinall(calls, raise_error=True)
print("answers:", [call.value for call in calls])

try:
    bridge.call(fail())
except ValueError as error:
    print("the coroutine raised:", error)
bridge.close()
# endregion
