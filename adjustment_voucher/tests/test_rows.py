"""What is written in sets is what the ORM would have written one by one."""

import random

from markupsafe import Markup

from odoo.tests import TransactionCase, tagged

from ..models.adjustment_voucher_line import money
from ..models.rows import log_notes

OWN = {"id", "create_date", "write_date", "date", "message_id", "res_id"}


@tagged("post_install", "-at_install")
class TestRows(TransactionCase):
    def test_money_is_what_rounding_gives(self):
        """S4.21: to the last bit, for whole units of any currency."""
        chance = random.Random(20261122)
        for number, rounding in enumerate((0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0)):
            currency = self.env["res.currency"].create({"name": f"M{number:02}", "symbol": "M", "rounding": rounding})
            counts = [
                0,
                1,
                -1,
                *(chance.choice((1, -1)) * chance.randrange(10 ** chance.randrange(1, 13)) for _ in range(400)),
            ]
            for count in counts:
                self.assertEqual(money(count, currency), currency.round(count * rounding), (count, rounding))

    def _notes(self, partners):
        self.env.flush_all()
        notes = self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "in", partners.ids), ("message_type", "=", "notification")]
        )
        names = [name for name, field in notes._fields.items() if field.store and field.column_type and name not in OWN]
        rows = {note.res_id: {name: note[name] for name in names} for note in notes if "Note" in note.body}
        self.assertEqual(len(rows), len(partners))
        return [rows[partner.id] for partner in partners]

    def test_notes_are_what_odoo_writes(self):
        """S4.8: each record's own text, cleaned as Odoo cleans it, in all its columns."""
        texts = [
            Markup("Note 1 by <a href=# data-oe-model='res.partner' data-oe-id='1'>one</a>"),
            "Note 2 <b>& not markup</b>",
            Markup("Note 3 <script>alert(1)</script> <i onclick='x()'>é ß ț</i>"),
            Markup("Note 1 by <a href=# data-oe-model='res.partner' data-oe-id='1'>one</a>"),
            "Note 4 100 % of %(this)s {that}",
        ]
        ours, odoos = (
            self.env["res.partner"].create([{"name": f"Noted {number}"} for number in range(5)]) for _ in "12"
        )
        log_notes(ours, dict(zip(ours.ids, texts, strict=True)))
        odoos._message_log_batch(bodies=dict(zip(odoos.ids, texts, strict=True)))
        self.assertEqual(self._notes(ours), self._notes(odoos))

    def test_no_notes(self):
        before = self.env["mail.message"].search_count([])
        log_notes(self.env["res.partner"], {})
        self.assertEqual(self.env["mail.message"].search_count([]), before)
