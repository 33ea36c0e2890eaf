"""Internal API: what has happened to an order, for somebody who may watch it."""

from yafdp.kernel.task import internal_api
from yafdp.ordering.watching import ReadJournal, read_journal

handler = internal_api(ReadJournal, read_journal)
