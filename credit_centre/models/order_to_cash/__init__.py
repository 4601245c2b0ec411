from . import (
    account_move,
    credit_batch,
    order_to_cash,
    order_to_cash_buttons,
    res_company,
    sale_order,
    sale_order_change,
    sale_order_invoicing,
)
