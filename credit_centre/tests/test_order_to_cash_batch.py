import json
import time
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, tagged

REASON = "To send this one, give an address."


@tagged("post_install", "-at_install")
class TestBatch(TransactionCase):
    """S1.19: work on many records, where one that is refused stops no other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.batch = cls.env["credit.batch"]
        cls.partners = cls.env["res.partner"].create([{"name": f"Batch {number}"} for number in range(3)])

    def _run(self, work):
        with patch.object(type(self.partners), "_batch_work", work, create=True):
            return self.batch._batch_run(self.partners, "_batch_work")

    def test_action_names_model_ids_and_options(self):
        action = self.batch._batch_action("Send", self.partners, "action_send", slice=2, post=True)
        self.assertEqual((action["tag"], action["target"]), ("credit_centre.batch", "new"))
        params = action["params"]
        self.assertEqual((params["model"], params["ids"]), ("res.partner", self.partners.ids))
        self.assertEqual((params["slice"], params["kwargs"]), (2, {"post": True}))

    def test_nothing_selected_is_refused(self):
        with self.assertRaisesRegex(UserError, "select at least one"):
            self.batch._batch_action("Send", self.partners.browse(), "action_send")

    def test_a_refused_record_is_set_aside_and_leaves_nothing_behind(self):
        def work(partner):
            partner.comment = "done"
            if partner.name == "Batch 1":
                raise ValidationError(REASON)

        first, second, third = self.partners
        answer = self._run(work)
        self.assertEqual(answer["done"], [first.id, third.id])
        self.assertEqual(answer["failed"], [{"id": second.id, "name": "Batch 1", "reason": REASON}])
        self.assertTrue(first.comment and third.comment)
        self.assertFalse(second.comment)

    def test_a_deleted_record_is_set_aside(self):
        self.partners[1].unlink()

        def work(partner):
            return partner.name

        with patch.object(type(self.partners), "_batch_work", work, create=True):
            answer = self.batch._batch_run(self.partners, "_batch_work")
        self.assertEqual([row["id"] for row in answer["failed"]], [self.partners[1].id])
        self.assertIn(str(self.partners[1].id), answer["failed"][0]["name"])

    def test_errors_of_code_and_database_are_not_swallowed(self):
        def work(partner):
            raise KeyError("a mistake in the code")

        with self.assertRaises(KeyError):
            self._run(work)


@tagged("post_install", "-at_install")
class TestBatchBar(HttpCase):
    """S1.19: the bar in the browser: slices, a slice refused as a whole, stop and go on, the list of failures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create([{"name": f"Bar {number}"} for number in range(7)])
        cls.calls = []

    def _open(self, method, work, code):
        action = self.env["credit.batch"]._batch_action("Send to all", self.partners, method, slice=3)
        script = f"""(async () => {{
            const wait = async (test) => {{
                for (let i = 0; i < 200; i++) {{ if (test()) return; await new Promise((go) => setTimeout(go, 50)); }}
                throw new Error("waited in vain for " + test + document.querySelector(".o_credit_batch")?.outerHTML);
            }};
            const find = (name) => document.querySelector(".o_credit_batch" + name);
            const action = {json.dumps(action)};
            await odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action);
            {code}
            console.log("test successful");
        }})().catch((error) => console.error(error.message));"""
        with patch.object(self.registry["res.partner"], method, work, create=True):
            ready = "!!document.querySelector('.o_kanban_view')"  # else the first screen would come over the bar
            self.browser_js("/odoo/order-to-cash", script, ready, login="admin")

    def test_one_bad_record_stops_no_other(self):
        calls = self.calls = []
        bad = self.partners[1]

        def work(records):
            calls.append(records.ids)
            if bad in records:
                raise UserError(REASON)
            return {"done": records.ids, "failed": []}

        self._open(
            "batch_send",
            work,
            f"""await wait(() => find("[data-phase=finished]"));
            const text = document.querySelector(".o_credit_batch_failures").textContent;
            if (!text.includes("give an address")) throw new Error(text);
            const link = document.querySelector(".o_credit_batch_failures a").href;
            if (!link.includes("/res.partner/{bad.id}")) throw new Error(link);
            if (find("_count").textContent !== "7 of 7") throw new Error(find("_count").textContent);
            if (document.activeElement !== find("_close")) throw new Error("Close has no focus");
            find("_close").click();
            await wait(() => !find(""));""",
        )
        first = self.partners[:3].ids
        self.assertEqual(calls, [first, *[[each] for each in first], self.partners[3:6].ids, self.partners[6:].ids])

    def test_stop_and_go_on(self):
        calls = []

        def work(records):
            calls.append(records.ids)
            time.sleep(0.4)
            return {"done": records.ids, "failed": []}

        self._open(
            "batch_slow",
            work,
            """find("_stop").click();
            await wait(() => find("[data-phase=stopped]"));
            if (find("_count").textContent !== "3 of 7") throw new Error(find("_count").textContent);
            find("_go_on").click();
            await wait(() => find("[data-phase=finished]"));
            if (find("_failures")) throw new Error("nothing failed");""",
        )
        self.assertEqual(sum(calls, []), self.partners.ids)
