"""Rows in sets, where thousands of the same kind are made at once and the ORM's step by step would cost more than the work."""

from markupsafe import escape

from odoo.tools import SQL

LOG_COLUMNS = {"id", "create_uid", "create_date", "write_uid", "write_date"}


def fits(model, names):
    """Whether rows of these columns are whole: no other stored field of the model has a default or a computation.

    An addon that adds such a field makes this False, and its caller creates the records by the ORM.
    """
    return not any(
        field.store and field.column_type and (field.default or field.compute) and name not in LOG_COLUMNS | set(names)
        for name, field in model._fields.items()
    )


def insert(model, rows):
    """Insert rows of a table with the usual log columns.

    :param rows: non-empty list of dicts with the same keys: columns and their values as the database takes them
    :return: records of ``model``, in the order of ``rows``
    """
    names = list(rows[0])
    ids = _new_ids(model, len(rows))
    user, now = model.env.uid, model.env.cr.now()
    model.env.cr.execute_values(
        SQL(
            "INSERT INTO %s (id, create_uid, write_uid, create_date, write_date, %s) VALUES %%s",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, names)),
        ).code
        % (),
        [(key, user, user, now, now, *(row[name] for name in names)) for key, row in zip(ids, rows, strict=True)],
        page_size=1000,
    )
    return model.browse(ids)


def _new_ids(model, count):
    """:return: that many ids for records of ``model``, rising"""
    sequence = f"{model._table}_id_seq"
    return sorted(
        row[0]
        for row in model.env.execute_query(
            SQL("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", sequence, count)
        )
    )


def log_notes(records, bodies):
    """A note in the chatter of many records. Odoo writes the first, and its row is copied to the others with their texts.

    :param bodies: {record id: text}
    """
    keys = list(bodies)
    if not keys:
        return
    made = records.browse(keys[0])._message_log_batch(bodies={keys[0]: bodies[keys[0]]})
    made.flush_model()
    if len(keys) == 1:
        return
    own = ("id", "res_id", "body")
    columns = [name for name, field in made._fields.items() if field.store and field.column_type and name not in own]
    # as Odoo would store them: cleaned, each different one once
    texts = {text: made._fields["body"].convert_to_column_insert(escape(text), made) for text in set(bodies.values())}
    records.env.cr.execute_values(
        SQL(
            "INSERT INTO mail_message (res_id, body, %s) SELECT v.res_id, v.body, %s FROM (VALUES %%s) AS v(message, res_id, body)"
            " JOIN mail_message m ON m.id = v.message",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(SQL("m.%s", SQL.identifier(name)) for name in columns),
        ).code
        % (),
        [(made.id, key, texts[bodies[key]]) for key in keys[1:]],
        page_size=1000,
    )
