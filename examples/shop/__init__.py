"""A small chain of shops: it places a file of orders, reserves stock, charges cards, sends mail and keeps books.

Read ``domain.py`` first: what may happen, as signals. Then any of ``order_book``, ``stock``, ``till``, ``mail``,
``audit`` and ``report``, which know the signals and not each other; ``chain`` puts them together.
"""
