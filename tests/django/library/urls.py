"""A page, an asynchronous one, one that fails, and one to log in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path


class BrokenError(Exception):
    """The error that the failing view raises."""


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template("Hello, {{ name }}!").render(Context({"name": "world"})))


async def page_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello!")


def fail(request: HttpRequest) -> HttpResponse:
    raise BrokenError


def log_in(request: HttpRequest) -> HttpResponse:
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=403)
    login(request, user)
    return HttpResponse()


def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse()


urlpatterns = [
    path("", page),
    path("async", page_async),
    path("fail", fail),
    path("log-in", log_in),
    path("log-out", log_out),
]
