from . import test_open_items, test_order_to_cash_batch
