"""Large baskets queue: tell the support topic."""

from yafdp.kernel.queue import each_message
from yafdp.support.service import tell_of_large_basket

handler = each_message(tell_of_large_basket)
