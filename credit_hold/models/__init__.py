# ruff: noqa: I001  (models register in this order: what others mix in comes first)
from . import engine
from . import credit_mark
from . import credit_policy
from . import res_company
from . import credit_account
from . import credit_account_figures
from . import credit_group
from . import credit_hold
from . import res_partner
from . import sale_order
from . import sale_order_check
from . import sale_order_panel
from . import account_move
from . import account_payment
from . import payment_transaction
from . import res_users
from . import res_config_settings
