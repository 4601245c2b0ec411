from . import credit_hold_release, credit_order_hold, credit_simulation, partner_merge
