from . import test_company_currency
from . import test_gate
from . import test_hold_release
from . import test_install
from . import test_limit
from . import test_peers
from . import test_prepayment
from . import test_tours
