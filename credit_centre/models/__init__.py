from . import given, ordered_choices  # isort: skip  (the others inherit them)
from . import (
    credit_agreement,
    credit_open_item,
    credit_page,
    credit_reminder,
    credit_statement,
    credit_summary,
    credit_summary_lists,
    customer_credit,
    order_to_cash,
)
