"""Post mail queue: tell a topic's subscribers of a new post."""

from yafdp.kernel.queue import each_message
from yafdp.posts.service import tell_subscribers

handler = each_message(tell_subscribers)
