"""Eight sellers press Confirm at once, on a server with two worker processes; exactly those that fit go through.

    ./setup/odoo -d DATABASE --workers=2 --http-port=8098 --limit-time-real=120 --limit-time-cpu=60 &
    python3 tests/benchmarks/race_workers.py --url http://localhost:8098 --database DATABASE

Needs credit_hold in the database and an administrator's login. Makes one customer and eight quotations a round, and
leaves them there: use a database of no importance.
"""

import argparse
import json
import sys
import threading
import time
import urllib.request
from http.cookiejar import CookieJar


class Session:
    """One logged-in browser's worth of calls."""

    def __init__(self, args):
        self.url = args.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post("/web/session/authenticate", {"db": args.database, "login": args.login, "password": args.password})

    def post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=120) as answer:
            result = json.load(answer)
        if "error" in result:
            raise RuntimeError(result["error"]["data"]["message"])
        return result["result"]

    def call(self, model, method, *args, **kwargs):
        return self.post("/web/dataset/call_kw", {"model": model, "method": method, "args": args, "kwargs": kwargs})


def prepare(session, limit, amount, count):
    """One customer with a limit and the quotations that ask for it together."""
    policy = session.call("credit.policy", "create", {"name": "Race", "limit_boundary": "above"})
    customer = session.call("res.partner", "create", {"name": f"Race {time.time()}", "is_company": True})
    session.call("res.partner", "write", [customer], {"credit_limit": limit, "credit_policy_id": policy})
    product = session.call("product.product", "create", {"name": "Race", "type": "consu", "taxes_id": [[5, 0, 0]]})
    line = [0, 0, {"product_id": product, "price_unit": amount, "tax_ids": [[5, 0, 0]]}]
    return [session.call("sale.order", "create", {"partner_id": customer, "order_line": [line]}) for _n in range(count)]


def confirm_all(sessions, orders):
    """All at the same moment; what went wrong is returned."""
    barrier, errors = threading.Barrier(len(orders)), []

    def confirm(session, order):
        barrier.wait()
        try:
            session.call("sale.order", "action_confirm", [order])
        except Exception as error:  # every failure is a finding
            errors.append(str(error))

    threads = [threading.Thread(target=confirm, args=pair) for pair in zip(sessions, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", default="http://localhost:8069")
    parser.add_argument("--database", required=True)
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default="admin")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    sessions = [Session(args) for _n in range(8)]
    wrong = 0
    for number in range(args.rounds):
        orders = prepare(sessions[0], 1000.0, 300.0, 8)
        start = time.monotonic()
        errors = confirm_all(sessions, orders)
        rows = sessions[0].call("sale.order", "read", orders, ["state", "credit_status"])
        confirmed = sum(row["state"] == "sale" for row in rows)
        held = sum((row["state"], row["credit_status"]) == ("draft", "hold") for row in rows)
        wrong += (confirmed, held, len(errors)) != (3, 5, 0)
        seconds = time.monotonic() - start
        print(
            f"round {number + 1}: {confirmed} confirmed, {held} held, {len(errors)} errors, {seconds:.1f} s {errors[:1]}"
        )
    print(f"{args.rounds - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
