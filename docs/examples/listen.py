"""Hears events as they happen: a program of its own that needs nothing but Python.

    REDIS_HOST=127.0.0.1 REDIS_PORT=6379 python3 listen.py

With a Redis client (`pip install redis`) the same is three lines:
    pubsub = redis.Redis.from_url(url).pubsub(); pubsub.psubscribe("data_sync:*")
    for message in pubsub.listen(): ...
"""

import json
import os
import socket


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


address = (os.environ.get("REDIS_HOST", "127.0.0.1"), int(os.environ.get("REDIS_PORT", "6379")))
with socket.create_connection(address) as connection:
    stream = connection.makefile("rb")
    if "REDIS_PASSWORD" in os.environ:
        connection.sendall(command("AUTH", os.environ["REDIS_PASSWORD"]))
        reply(stream)
    connection.sendall(command("PSUBSCRIBE", "data_sync:*"))
    reply(stream)
    print("ready", flush=True)
    while True:
        _kind, _pattern, channel, message = reply(stream)
        event = json.loads(message)
        print("heard", channel, event["id"], event["service"], event["key"], event["timestamp"], flush=True)
