"""Staying right among threads, tasks, forks and interrupts."""
