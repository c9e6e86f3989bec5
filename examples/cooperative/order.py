"""Processes finish in any order, greenlets in the same one."""
import time
from multiprocessing import get_context


def process_task(number):
    time.sleep(0.001)
    return number


def greenlet_task(number):
    gevent.sleep(0.001)
    return number


def distinct_orders(pool, task):
    orders = set()
    for _ in range(30):
        order = pool.imap_unordered(task, range(10))
        orders.add(tuple(order))
    return orders


if __name__ == "__main__":
    import gevent
    from gevent.pool import Pool

    with get_context("spawn").Pool(4) as processes:
        orders = distinct_orders(processes, process_task)
    print("processes, more than one order:", len(orders) > 1)
    orders = distinct_orders(Pool(10), greenlet_task)
    print("greenlets, number of orders:", len(orders))
