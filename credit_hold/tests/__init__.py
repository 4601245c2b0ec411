from . import test_gate
from . import test_hold_release
from . import test_install
from . import test_limit
from . import test_prepayment
