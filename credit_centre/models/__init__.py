from . import credit_open_item
from . import credit_summary, credit_summary_lists
from . import customer_credit
from . import credit_page
from . import credit_reminder
from . import credit_statement
from . import credit_agreement
from . import order_to_cash
