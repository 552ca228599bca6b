"""Prints the accounts, then each event of the live stream as it comes. Needs requests, and nothing else.

    TRADING_URL=http://127.0.0.1:20123 TRADING_KEY=trd_... python api.py
"""

import json
import os
import time

import requests

URL = os.environ["TRADING_URL"]
session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['TRADING_KEY']}"


def items(path, **query):
    """Every item of a list, page after page."""
    cursor = None
    while True:
        answer = session.get(URL + path, params={**query, "cursor": cursor}, timeout=30)
        if not answer.ok:
            raise SystemExit(f"{answer.json()['code']}: {answer.json()['detail']}")
        page = answer.json()
        yield from page["data"]
        cursor = page["nextCursor"]
        if cursor is None:
            return


def events(**query):
    """The live stream. Where it breaks it goes on behind the last event: nothing is missed, nothing comes twice."""
    last = None
    while True:
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        try:
            # A comment line comes every 15 s, so 60 s of silence is a connection that is gone.
            with session.get(URL + "/v1/events", params=query, headers=headers, stream=True, timeout=60) as answer:
                if 400 <= answer.status_code < 500:
                    raise SystemExit(f"{answer.json()['code']}: {answer.json()['detail']}")
                message = {}
                for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                    if line:
                        field, _, value = line.partition(": ")
                        message[field] = value
                        continue
                    if "data" in message:
                        last = message.get("id", last)
                        yield message.get("event", "message"), json.loads(message["data"])
                    message = {}
        except requests.RequestException:
            pass
        time.sleep(1)


for account in items("/v1/accounts"):
    print(account["accountId"], "equity", account["equity"], "today", account["dayPnl"], flush=True)
for kind, event in events():
    print(kind, json.dumps(event.get("data", event)), flush=True)
