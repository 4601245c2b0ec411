from . import credit_batch
