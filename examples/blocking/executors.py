"""After patch_all, only gevent's executor has real threads."""
from gevent import monkey

monkey.patch_all()

import concurrent.futures

import gevent.threadpool

real_thread_id = monkey.get_original("_thread", "get_ident")


def run_in(executor_class):
    with executor_class(max_workers=1) as executor:
        future = executor.submit(real_thread_id)
        return future.result()


main = real_thread_id()
standard = concurrent.futures.ThreadPoolExecutor
native = gevent.threadpool.ThreadPoolExecutor
print("standard library, own thread:", run_in(standard) != main)
print("gevent's executor, own thread:", run_in(native) != main)
