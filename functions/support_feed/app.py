"""Order stream: tell the support topic of what a person should look at."""

from yafdp.kernel.stream import each_event
from yafdp.support.service import tell_of_order

handler = each_event(tell_of_order)
