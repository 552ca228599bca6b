"""Hears events as they happen: a program of its own that needs nothing but Python.

    REDIS_URL=redis://listener:password@127.0.0.1:6379 python3 listen.py   # from `npx trading status --secrets`

With a Redis client (`pip install redis`) the same is three lines:
    pubsub = redis.Redis.from_url(url).pubsub(); pubsub.psubscribe("data_sync:*")
    for message in pubsub.listen(): ...
"""

import json
import os
import socket
from urllib.parse import unquote, urlsplit


def command(*words):
    """A command in the form that Redis reads: a list of byte strings, each with its length."""
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def reply(stream):
    """The next reply: a list, a string or a number."""
    line = stream.readline().rstrip(b"\r\n")
    kind, rest = line[:1], line[1:]
    if kind == b"*":
        return [reply(stream) for _ in range(int(rest))]
    if kind == b"$":
        return stream.read(int(rest) + 2)[:-2].decode()
    if kind == b"-":
        raise RuntimeError(rest.decode())
    return rest.decode()


url = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))
with socket.create_connection((url.hostname, url.port or 6379)) as connection:
    stream = connection.makefile("rb")
    if url.password:
        connection.sendall(command("AUTH", unquote(url.username or "default"), unquote(url.password)))
        reply(stream)
    connection.sendall(command("PSUBSCRIBE", "data_sync:*"))
    reply(stream)
    print("ready", flush=True)
    while True:
        _kind, _pattern, channel, message = reply(stream)
        event = json.loads(message)
        print("heard", channel, event["id"], event["service"], event["key"], event["timestamp"], flush=True)
