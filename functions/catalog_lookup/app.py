"""Internal API: what some items of a restaurant are called and cost right now."""

from yafdp.catalog.messages import LookUp
from yafdp.catalog.service import look_up
from yafdp.kernel.task import internal_api

handler = internal_api(LookUp, look_up)
