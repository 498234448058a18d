"""Mutation testing: change functions in small ways, one at a time, and list the changes that no test notices.

A change replaces the code of functions that are imported already, in a fork of a process that has collected the tests.
So it costs no start of Python, and nothing else is different: no further frame, no other function. (mutmut calls each
function through another one, which signals see: they look at frames and at code.)
"""
