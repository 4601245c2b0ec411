"""The plan of a ledger, in temporary tables: its customers, documents, what closes them, and orders."""

import time


class Plan:
    """Tables: g_partner, g_rate, g_doc (a document), g_order."""

    def __init__(self, env, options, masters):
        self.cr, self.options, self.masters = env.cr, options, masters
        self.seed, self.salt, self.started = options.seed * 1000, 0, time.time()
        self.documents = self.order_rows = 0

    def log(self, text):
        print(f"[{time.time() - self.started:6.1f}s] {text}", flush=True)

    def sql(self, query, *values):
        self.cr.execute(query, values or None)
        return self.cr.rowcount

    def one(self, query):
        self.cr.execute(query)
        return self.cr.fetchone()[0]

    def random(self, key="i"):
        """SQL: a number in [0, 1) that follows from the key, the seed and the place of the call."""
        self.salt += 1
        return f"pg_temp.rnd({key}, {self.seed + self.salt})"

    def make(self):
        self.sql(
            """CREATE FUNCTION pg_temp.rnd(i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
               $$ SELECT (hashint8extended(i, salt) & 9007199254740991)::float8 / 9007199254740992.0 $$"""
        )
        self.customers()
        self.rates()
        self.plan_documents()
        self.plan_orders()
        self.log(f"planned {self.documents:,} documents, {self.order_rows:,} orders")

    # ------------------------------------------------------------------ customers and rates

    def customers(self):
        number = self.options.customers
        base = self.one("SELECT MAX(id) + 1 FROM res_partner")
        self.sql(
            "CREATE TEMP TABLE g_partner (p int PRIMARY KEY, id int, contact_id int, name text, ref text, lim numeric)"
        )
        self.sql(
            f"""INSERT INTO g_partner
                SELECT i, {base} + 2 * i, CASE WHEN {self.random()} < 0.2 THEN {base} + 2 * i + 1 END,
                       'Customer ' || to_char(i, 'FM0000000'), NULL,
                       CASE WHEN {self.random()} < 0.5 THEN round((5000 + 95000 * {self.random()})::numeric, -2) END
                  FROM generate_series(1, {number}) i"""
        )
        self.small, self.big = number + 1, number + 2
        groups = [(self.small, 1, "BENCH-20"), (self.big, 1, "BENCH-BIG")]
        self.cohorts, first = [], self.big + 1
        for cohort in self.options.cohort:
            self.cohorts.append((cohort, first))
            groups.append((first, cohort.customers, cohort.ref))
            first += cohort.customers
        for first, number, ref in groups:
            self.sql(
                f"""INSERT INTO g_partner SELECT i, {base} + 2 * i, NULL, '{ref} ' || i - {first - 1}, '{ref}', 1000000000
                      FROM generate_series({first}, {first + number - 1}) i"""
            )

    def rates(self):
        currencies = ", ".join(f"({n}, {currency.id})" for n, currency in enumerate(self.masters.currencies, 1))
        company = self.masters.company.id
        self.sql(
            f"""CREATE TEMP TABLE g_rate AS
                SELECT c.c, d::date AS d, CASE WHEN c.c = 1 THEN 1.0 ELSE COALESCE((
                         SELECT r.rate FROM res_currency_rate r
                          WHERE r.currency_id = c.id AND r.name <= d AND (r.company_id = {company} OR r.company_id IS NULL)
                       ORDER BY r.company_id NULLS LAST, r.name DESC LIMIT 1), 1.0) END AS rate
                  FROM (VALUES {currencies}) c(c, id), generate_series(current_date - 900, current_date, '1 day') d"""
        )

    # ------------------------------------------------------------------ what varies

    def anyone(self):
        """Few customers hold much, most hold little."""
        return f"1 + floor({self.options.customers} * power({self.random()}, 2))"

    def usual_currency(self):
        """A customer trades mostly in one currency: 70 % at home, 20 % in the first foreign one, 10 % in the second."""
        preference = f"pg_temp.rnd(p, {self.seed + 999})"
        return (
            f"CASE WHEN {self.random()} < 0.05 OR {preference} < 0.7 THEN 1 WHEN {preference} < 0.9 THEN 2 ELSE 3 END"
        )

    def lately(self, days):
        return f"current_date - floor({days} * {self.random()})::int"

    def maybe_overdue(self):
        late = f"current_date - 31 - floor(150 * {self.random()})::int"
        return f"CASE WHEN {self.random()} < 0.1 THEN {late} ELSE {self.lately(30)} END"

    def price(self, factor=1, key="i"):
        return f"round(({factor} * (20 + 1980 * power({self.random(key)}, 2)))::numeric, 2)"

    # ------------------------------------------------------------------ documents

    def plan_documents(self):
        self.sql(
            """CREATE TEMP TABLE g_doc (
                 k bigint, role text, p int, cur int, d date, due date, base numeric, tax numeric, total numeric,
                 rate numeric, cbase numeric, ctax numeric, ctotal numeric,
                 pair bigint, applied numeric DEFAULT 0, capplied numeric DEFAULT 0, link bigint)"""
        )
        options, credit = self.options, "CASE WHEN i % 2 = 0 THEN 'ref' ELSE 'pay' END"
        self.open_range = self.draw(options.invoices, "'inv'", self.anyone(), self.maybe_overdue(), self.price())
        self.draw(options.credits, credit, self.anyone(), self.lately(90), self.price(3))
        self.draw(13, "'inv'", self.small, self.maybe_overdue(), self.price(), currency="1")
        self.draw(2, credit, self.small, self.lately(90), self.price(3), currency="1")
        big_orders, big_credits = options.big // 4, options.big // 20
        big_range = self.draw(
            options.big - big_orders - big_credits, "'inv'", self.big, self.maybe_overdue(), self.price()
        )
        self.draw(big_credits, credit, self.big, self.lately(90), self.price(3))
        for cohort, first in self.cohorts:
            self.draw_cohort(cohort, first, credit)
        long_ago = f"current_date - 60 - floor(600 * {self.random()})::int"
        self.closed_range = self.draw(options.closed, "'inv'", self.anyone(), long_ago, self.price())
        self.sql("UPDATE g_doc SET due = d + CASE WHEN role = 'inv' THEN 30 ELSE 0 END")
        self.amounts()
        self.close_all(*self.closed_range)
        for opened in (self.open_range, big_range):
            self.pay_some(*opened)
        self.sql(
            """UPDATE g_doc i SET applied = c.applied, capplied = c.capplied, pair = c.k
                 FROM g_doc c WHERE c.pair = i.k AND i.role = 'inv'"""
        )
        self.sql("CREATE UNIQUE INDEX ON g_doc (k)")
        self.sql("ANALYZE g_doc")

    def draw(self, number, role, customer, date, base, currency=None):
        """Plan documents; the arguments are SQL over ``i`` and the customer ``p``.

        :return: the range of their numbers: above the first, up to the last
        """
        first = self.documents
        self.sql(
            f"""INSERT INTO g_doc (k, role, p, cur, d, base)
                SELECT {first} + i, {role}, p, ({currency or self.usual_currency()}), ({date}), {base}
                  FROM (SELECT i, ({customer})::int AS p FROM generate_series(1, {number}) i) s"""
        )
        self.documents += number
        return first, self.documents

    def draw_cohort(self, cohort, first, credit):
        """Invoices and credits dealt out to its customers one after the other, as the mode says."""
        customer = f"{first} + (i - 1) % {cohort.customers}"
        any_of_three = f"1 + floor(3 * {self.random()})::int"
        currency = {"fx": "2", "cross": any_of_three}.get(cohort.mode, "1")
        price = self.price()
        self.draw(cohort.invoices, "'inv'", customer, self.lately(180), price, currency)
        if cohort.mode == "exact":
            self.draw(cohort.credits, "'ref'", customer, self.lately(90), price, currency)
        else:
            self.draw(cohort.credits, credit, customer, self.lately(90), self.price(3), currency)

    def amounts(self):
        """Taxes and amounts in the company's currency, rounded as Odoo rounds them."""
        factor = self.masters.tax.amount / 100
        globally = self.masters.company.tax_calculation_rounding_method == "round_globally"
        tax = f"base * {factor}" if globally else f"round(base * {factor}, 2)"
        self.sql(
            f"""UPDATE g_doc g
                   SET tax = CASE WHEN role = 'pay' THEN 0 ELSE round(base * {factor}, 2) END,
                       total = base + CASE WHEN role = 'pay' THEN 0 ELSE round(base * {factor}, 2) END,
                       rate = r.rate, cbase = round(base / r.rate, 2),
                       ctax = CASE WHEN role = 'pay' THEN 0 ELSE round({tax} / r.rate, 2) END
                  FROM g_rate r WHERE r.c = g.cur AND r.d = g.d"""
        )
        self.sql("UPDATE g_doc SET ctotal = cbase + ctax")

    def close_all(self, first, last):
        """A receipt or, for each fourth, a credit note over the whole invoice."""
        paid_at = f"CASE WHEN cur = 1 AND k % 4 <> 0 THEN d + floor(50 * {self.random('k')})::int ELSE d END"
        self.sql(
            f"""INSERT INTO g_doc (k, role, p, cur, d, base, tax, total, rate, cbase, ctax, ctotal, pair, applied, capplied)
                SELECT {self.documents} + k - {first}, CASE WHEN k % 4 = 0 THEN 'ref' ELSE 'pay' END, p, cur, {paid_at},
                       CASE WHEN k % 4 = 0 THEN base ELSE total END, CASE WHEN k % 4 = 0 THEN tax ELSE 0 END, total, rate,
                       CASE WHEN k % 4 = 0 THEN cbase ELSE ctotal END, CASE WHEN k % 4 = 0 THEN ctax ELSE 0 END, ctotal,
                       k, total, ctotal
                  FROM g_doc WHERE k > {first} AND k <= {last}"""
        )
        self.sql("UPDATE g_doc SET due = d WHERE pair IS NOT NULL")
        self.documents += last - first

    def pay_some(self, first, last):
        """A receipt of 30 % for each tenth of the open invoices."""
        self.sql(
            f"""INSERT INTO g_doc (k, role, p, cur, d, due, base, tax, total, rate, cbase, ctax, ctotal, pair, applied, capplied)
                SELECT {self.documents} + row_number() OVER (ORDER BY k), 'pay', p, cur, d, d, a, 0, a, rate, ca, 0, ca, k, a, ca
                  FROM (SELECT *, round(a / rate, 2) AS ca
                          FROM (SELECT *, round(total * 0.3, 2) AS a FROM g_doc
                                 WHERE k > {first} AND k <= {last} AND {self.random("k")} < 0.1) part) parts"""
        )
        self.documents = self.one("SELECT MAX(k) FROM g_doc")

    # ------------------------------------------------------------------ orders

    def plan_orders(self):
        self.sql(
            "CREATE TEMP TABLE g_order (k bigint, p int, cur int, d date, p1 numeric, p2 numeric, t1 numeric, t2 numeric,"
            " rate numeric, link bigint)"
        )
        options, first = self.options, self.open_range[0]
        linked = min(options.orders // 10, options.invoices)
        self.take(
            f"SELECT p, cur, d, base, {self.price(key='k')}, k FROM g_doc WHERE k > {first} AND k <= {first + linked}"
        )
        self.draw_orders(options.orders - linked, self.anyone())
        self.draw_orders(5, self.small)
        self.draw_orders(options.big // 4, self.big)
        first = self.closed_range[0]
        done = min(options.closed_orders, options.closed)
        self.take(f"SELECT p, cur, d, base, NULL::numeric, k FROM g_doc WHERE k > {first} AND k <= {first + done}")
        factor = self.masters.tax.amount / 100
        self.sql(
            f"""UPDATE g_order g SET rate = r.rate, t1 = round(p1 * {factor}, 2), t2 = round(p2 * {factor}, 2)
                  FROM g_rate r WHERE r.c = g.cur AND r.d = g.d"""
        )
        self.sql("UPDATE g_doc i SET link = o.k FROM g_order o WHERE o.link = i.k")
        self.sql("CREATE UNIQUE INDEX ON g_order (k)")
        self.sql("ANALYZE g_order")

    def draw_orders(self, number, customer):
        self.take(
            f"""SELECT s.p, ({self.usual_currency()}), {self.lately(60)}, {self.price()}, {self.price()}, NULL::bigint
                  FROM (SELECT i, ({customer})::int AS p FROM generate_series(1, {number}) i) s"""
        )

    def take(self, select):
        self.sql(
            "INSERT INTO g_order (k, p, cur, d, p1, p2, link)"
            f" SELECT {self.order_rows} + row_number() OVER (), * FROM ({select}) s"
        )
        self.order_rows = self.one("SELECT COALESCE(MAX(k), 0) FROM g_order")
