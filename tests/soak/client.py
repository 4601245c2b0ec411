"""What a simulated user's screen or program does: calls over JSON-RPC or the JSON API, and what the answers mean."""

import json
import re
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

WITH_BUTTON = "odoo.exceptions.RedirectWarning"
REFUSALS = {
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
    WITH_BUTTON,
}
MISSING = "odoo.exceptions.MissingError"
# What no sentence for a person contains.
UNCLEAR = re.compile(
    r"Traceback|psycopg2|could not serialize|\bKeyError|AttributeError|TypeError|ValueError|object has no|<class |NoneType"
)
LONGEST = 1500
CONTEXT = {"lang": "en_US", "tz": "UTC"}


class Refused(Exception):
    """The server said no, in a sentence."""


class Gone(Exception):
    """The record was deleted meanwhile."""


class Failed(Exception):
    """Anything else than an answer or a clear refusal."""


class Session:
    """The calls of one user. Each goes over the web client's JSON-RPC or over the JSON API with the user's key."""

    def __init__(self, url, database, login, key, company):
        self.url, self.key = url, key
        self.context = {**CONTEXT, "allowed_company_ids": [company]}
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        answer = self.rpc("/web/session/authenticate", {"db": database, "login": login, "password": login})
        self.uid = answer["uid"]

    def call(self, model, method, ids=None, by_program=False, context=None, **named):
        """:param ids: None for a method of the model itself"""
        context = {**self.context, **(context or {})}
        if by_program:
            given = {} if ids is None else {"ids": ids}
            return self.json2(f"/json/2/{model}/{method}", {**given, "context": context, **named})
        positional = [] if ids is None else [ids]
        if method == "create":  # the web client gives the values without their name
            positional = [named.pop("vals_list")]
        params = {
            "model": model,
            "method": method,
            "args": positional,
            "kwargs": {**named, "context": context},
        }
        return self.rpc(f"/web/dataset/call_kw/{model}/{method}", params)

    def rpc(self, path, params):
        status, answer = self.post(path, {"jsonrpc": "2.0", "method": "call", "params": params}, {})
        if status != 200 or not isinstance(answer, dict):
            raise Failed(f"HTTP {status}: {str(answer)[:300]}")
        if "error" in answer:
            data = answer["error"].get("data") or {}
            self.refuse(data.get("name"), data.get("message"), data.get("debug"))
        return answer.get("result")

    def json2(self, path, body):
        status, answer = self.post(path, body, {"Authorization": f"Bearer {self.key}"})
        if status == 200:
            return answer
        with_button = isinstance(answer, dict) and answer.get("name") == WITH_BUTTON  # Odoo has no status for it
        if not isinstance(answer, dict) or status >= 500 and not with_button:
            text = answer.get("debug") if isinstance(answer, dict) else answer
            raise Failed(f"HTTP {status}: {str(text)[-3000:]}")
        return self.refuse(answer.get("name"), answer.get("message"), answer.get("debug"))

    def get(self, path):
        """:return: bytes of what is downloaded"""
        try:
            with self.opener.open(self.url + path, timeout=300) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Failed(f"HTTP {error.code} for {path}") from error
        except OSError as error:
            raise Failed(f"no answer: {error}") from error

    def post(self, path, body, headers):
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with self.opener.open(request, timeout=300) as answer:
                return answer.status, decoded(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, decoded(error.read())
        except OSError as error:
            raise Failed(f"no answer: {error}") from error

    @staticmethod
    def refuse(name, message, debug):
        message = message or ""
        if name == MISSING:
            raise Gone(message)
        if name not in REFUSALS:
            raise Failed(f"{name}: {message}\n{debug or ''}")
        if not message.strip() or len(message) > LONGEST or UNCLEAR.search(message):
            raise Failed(f"{name}, but no sentence for a person: {message[:LONGEST]}")
        raise Refused(message)


def decoded(content):
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def pattern(sentence):
    """A refusal without its names and figures, to count alike ones together."""
    text = re.sub(r"\s+", " ", sentence.split("\n")[0])
    text = re.sub(r"«[^»]*»", "«..»", text)
    text = re.sub(r"\b(Soak|Customer|Sentinel) \d+(, Invoices)?", "CUSTOMER", text)
    text = re.sub(r"\b[A-Z][A-Za-z]*/[0-9/]+\b|\b[A-Z]{1,3}\d{4,}\b", "DOC", text)
    return re.sub(r"[-$€£]*\s?\d[\d,.:-]*", "#", text)[:160]


def timed(function):
    start = time.monotonic()
    return function(), time.monotonic() - start
