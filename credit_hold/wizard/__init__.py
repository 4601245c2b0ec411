from . import credit_hold_release, credit_simulation
