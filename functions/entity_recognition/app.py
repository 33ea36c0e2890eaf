"""Entity recognition queue: find what new posts name."""

from yafdp.kernel.queue import together
from yafdp.posts.enrichment import enrich

handler = together(enrich)
