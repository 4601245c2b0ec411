from . import (
    collections_account,
    collections_document,
    credit_promise,
    credit_promise_examine,
    credit_reminder,
    credit_reminder_facts,
    credit_reminder_letter,
    credit_reminder_level,
    credit_reminder_propose,
    credit_reminder_send,
    res_company,
)
