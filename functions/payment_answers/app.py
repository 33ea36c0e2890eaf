"""Payment answers queue: what came of a customer's action resumes the saga that waits for it."""

from yafdp.kernel.queue import each_message
from yafdp.payments.settling import pass_on

handler = each_message(pass_on)
