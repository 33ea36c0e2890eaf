"""Internal API: what would these lines cost?"""

from yafdp.kernel.task import internal_api
from yafdp.pricing.messages import Quote
from yafdp.pricing.service import quote

handler = internal_api(Quote, quote)
