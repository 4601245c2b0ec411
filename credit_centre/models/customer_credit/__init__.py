from . import (
    account_move,
    credit_application,
    credit_application_numbers,
    credit_application_page,
    credit_difference,
    customer_credit,
    customer_credit_actions,
    customer_credit_documents,
    res_partner,
)
