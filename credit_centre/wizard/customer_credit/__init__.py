from . import credit_apply, credit_refund
