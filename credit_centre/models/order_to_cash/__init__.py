from . import (
    account_move,
    credit_batch,
    order_to_cash,
    order_to_cash_buttons,
    order_to_cash_kept,
    order_to_cash_mark,
    order_to_cash_watched,
    res_company,
    sale_order,
    sale_order_change,
    sale_order_invoicing,
)
