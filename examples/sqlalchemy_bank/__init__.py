"""A bank that moves money in transactions.

Read ``signals.py`` first. ``accounts`` moves the money, and sends after the commit; ``statements`` hears of it then;
``history`` hears of each change of a row while its transaction is still open, and writes in it.
"""
