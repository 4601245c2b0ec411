from . import agreement_document  # isort: skip  (the others inherit it)
from . import (
    account_move,
    agreement_engine,
    credit_agreement,
    credit_agreement_actions,
    credit_agreement_daily,
    credit_agreement_guard,
    credit_agreement_line,
    credit_agreement_lookup,
    credit_agreement_prices,
    product_pricelist,
    res_partner,
    sale_order,
)
