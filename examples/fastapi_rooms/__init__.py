"""A web service that books rooms.

Read ``signals.py`` first. ``app`` takes bookings and sends the signals; ``desk`` has receivers that live as long as the
app.
"""
