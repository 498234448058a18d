"""A program whose workers write reports.

Read ``signals.py`` first. ``tasks`` has the work, and connects it; ``watching`` listens to Celery's own signals.
"""
