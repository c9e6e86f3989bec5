"""Patching twice: the same arguments, then other ones."""
import warnings

from gevent import monkey

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")

    print("first:", monkey.patch_all(thread=False))
    print("  threading:", monkey.is_module_patched("threading"))
    print("  warnings:", len(caught))

    print("the same again:", monkey.patch_all(thread=False))
    print("  warnings:", len(caught))

    print("with other arguments:", monkey.patch_all())
    print("  threading:", monkey.is_module_patched("threading"))
    print("  warnings:", len(caught))
    print(" ", caught[0].category.__name__)
