"""Work on many records, one slice after the other, with a bar that shows how far it is (S1.19)."""

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError


class CreditBatch(models.AbstractModel):
    """The server's side of the bar: ``_batch_action`` opens it, and a public method of the caller's model, called with
    the ids of one slice, answers with what ``_batch_run`` gives."""

    _name = "credit.batch"
    _description = "Work on Many Records"

    @api.model
    def _batch_action(
        self, title, records, method, slice=20, *, link_model=None, done_action=None, done_label=None, **kwargs
    ):
        """The action that opens the bar and begins.

        :param title: what is done, shown above the bar
        :param records: the records to work on
        :param method: name of a public method of their model; it is called with the records of a slice and ``kwargs``,
            checks the rights itself and returns a dict like ``_batch_run``; a key ``made`` with ids is optional
        :param slice: how many records one call works on
        :param link_model: model of the forms that the list of failures leads to; the records' own if not given
        :param done_action: an action to offer at the end; the ids ``made`` are its ``active_ids``
        :param done_label: the text of its button
        :raise UserError: when nothing is selected
        """
        if not records:
            raise UserError(self.env._("To start «%s», select at least one record first.", title))
        return {
            "type": "ir.actions.client",
            "tag": "credit_centre.batch",
            "name": title,
            "target": "new",
            "params": {
                "title": title,
                "model": records._name,
                "method": method,
                "ids": records.ids,
                "slice": slice,
                "kwargs": kwargs,
                "link_model": link_model or records._name,
                "done_action": done_action or False,
                "done_label": done_label or False,
            },
        }

    @api.model
    def _batch_run(self, records, name, **kwargs):
        """Call a method on each record by itself: one that is refused stops no other and leaves nothing half done.

        Errors of the database are not caught: the whole slice is then tried again, by Odoo or record by record.

        :param records: the records of a slice
        :param name: name of their method, given by our own code
        :return: ``{"done": ids, "failed": [{"id", "name", "reason"}]}``
        """
        done, failed = [], []
        for record in records:
            try:
                with self.env.cr.savepoint():
                    getattr(record, name)(**kwargs)
                done.append(record.id)
            except (UserError, RedirectWarning) as error:
                failed.append({"id": record.id, "name": self._batch_name(record), "reason": str(error.args[0])})
        return {"done": done, "failed": failed}

    @api.model
    def _batch_name(self, record):
        """What to call a record in the list of failures, also when it is gone or not for the user to read."""
        try:
            return record.display_name
        except UserError:
            return self.env._("Record %s", record.id)
