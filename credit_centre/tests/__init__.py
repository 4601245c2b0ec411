from . import test_open_items, test_order_to_cash_batch
from . import test_credit_page_habits, test_open_items
from . import test_credit_reminder_promise
