"""Watch in which order the modules are patched."""
from gevent import events, monkey

order = []


def note(event):
    if isinstance(event, events.GeventDidPatchModuleEvent):
        order.append(event.module_name)


events.subscribers.append(note)
monkey.patch_all()
# The place of this module depends on the version of Python.
order.remove("selectors")
print(" ".join(order))
