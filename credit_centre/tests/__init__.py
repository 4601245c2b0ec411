# ruff: isort: skip_file
from . import test_credit_page_habits
from . import test_credit_page_ledger
from . import test_credit_page_mark_paid
from . import test_credit_reminder_promise
from . import test_open_items
from . import test_order_to_cash_batch
from . import test_summary
