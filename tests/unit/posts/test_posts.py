"""Posts: stored as they were written, found again, enriched once, taken away with their text."""

from collections.abc import Callable
from typing import Any

import boto3
import msgspec
import pytest

from yafdp.kernel.caller import Caller
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Forbidden, InvalidMessage, InvalidRequest, KeyReused, NotFound, Unavailable
from yafdp.posts import enrichment, service, store
from yafdp.posts import messages as m
from yafdp.posts.gazetteer import Gazetteer
from yafdp.posts.recognition import Text, Together

BODY = "Pizza in Naples"


def write(body: str = BODY, topic: str = "pizza", author: str = "alice", key: str | None = None) -> m.PostView:
    return service.create(m.CreatePost(title="A title", body=body, topic=topic), author, key).content


def event_of(post: m.PostView, kind: str = "PostCreated") -> Envelope:
    (event,) = [event for event in store.posts().events(post.post_id) if event.type == kind]
    return event


def journal(post: m.PostView) -> list[str]:
    return [event.type for event in store.posts().events(post.post_id)]


class Recogniser:
    """Says of each text what a test wants said, and remembers what it was asked."""

    def __init__(self, *outcomes: m.Entities | Exception) -> None:
        self.outcomes, self.asked = list(outcomes), list[Text]()

    def recognise(self, texts: Any) -> list[m.Entities | Exception]:
        self.asked += texts
        return [self.outcomes.pop(0) for _ in texts]


@pytest.fixture
def recogniser(table: str, monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    made = Recogniser()
    monkeypatch.setattr(enrichment, "recogniser", lambda: made)
    return made


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert('x')</script> & <b>bold</b>",
        "👩‍🍳🍕 family 👨‍👩‍👧‍👦, flag 🇩🇪, e\u0301 and é",
        "مطعم رائع \u202e في برلين",
        "tab\tnew\r\nline \u0000 nul \u001f unit",
        " leading and trailing ",
        "🍕" * 5_120,
    ],
    ids=["markup", "emoji", "right-to-left", "controls", "spaces", "20 KB"],
)
def test_a_body_is_kept_to_the_letter(table: str, body: str) -> None:
    post = write(body)
    assert service.show(post.post_id).content.body == body


def test_a_body_of_too_many_bytes_is_refused_with_both_numbers_and_nothing_is_stored(table: str) -> None:
    with pytest.raises(InvalidRequest, match=r"20484 bytes.*20480") as refusal:
        write("🍕" * 5_121)
    assert refusal.value.errors[0].pointer == "/body"
    assert boto3.client("dynamodb").scan(TableName=table)["Items"] == []


@pytest.mark.parametrize("field", ["title", "body"])
@pytest.mark.parametrize("text", ["", "  \n\t", "\u3000"])
def test_nothing_but_space_is_no_post(field: str, text: str) -> None:
    wanted = {"title": "t", "body": "b", "topic": "pizza"} | {field: text}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wanted, m.CreatePost)


@pytest.mark.parametrize("topic", ["", "Pizza", "pizza napoli", "-pizza", "pizza--napoli", "piz/za", "a" * 41, "пицца"])
def test_a_topic_that_is_none_is_refused_in_body_and_query(table: str, topic: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"title": "t", "body": "b", "topic": topic}, m.CreatePost)
    with pytest.raises(InvalidRequest):
        service.newest(topic, 10, None)


def test_the_author_is_the_caller_and_no_field_of_the_body() -> None:
    with pytest.raises(msgspec.ValidationError, match="author"):
        msgspec.convert({"title": "t", "body": "b", "topic": "pizza", "author": "bob"}, m.CreatePost)


def test_the_event_of_a_new_post_carries_no_body(table: str) -> None:
    event = event_of(write("a secret recipe"))
    assert event.data == {"author": "alice", "topic": "pizza", "title": "A title"}


def test_the_same_key_gives_the_same_post_once_and_another_post_is_refused(table: str) -> None:
    first = write(key="k")
    assert write(key="k") == first
    assert journal(first) == ["PostCreated"]
    with pytest.raises(KeyReused):
        write("other", key="k")
    assert write(key="k", author="bob").post_id != first.post_id
    assert write().post_id != write().post_id


def test_a_key_that_is_too_long_is_refused(table: str) -> None:
    with pytest.raises(InvalidRequest, match="128"):
        write(key="k" * 129)


def test_posts_are_listed_newest_first_by_topic_and_in_pages(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(10, 99))
    monkeypatch.setattr(service, "timestamp", lambda: f"2026-11-21T12:00:{next(times)}.000Z")
    made = [write(topic=topic).post_id for topic in ("pizza", "ramen", "pizza", "pizza")]
    page = service.newest("pizza", 2, None)
    assert [post.post_id for post in page.items] == [made[3], made[2]]
    rest = service.newest("pizza", 2, page.cursor)
    assert ([post.post_id for post in rest.items], rest.cursor) == ([made[0]], None)
    assert [post.post_id for post in service.newest(None, 10, None).items] == made[::-1]
    with pytest.raises(InvalidRequest):
        service.newest("ramen", 2, page.cursor)


def test_a_list_cuts_long_bodies_and_says_so(table: str) -> None:
    write("x" * 501)
    write("y" * 500)
    short, long = sorted(service.newest(None, 10, None).items, key=lambda post: post.partial)
    assert (len(short.body), short.partial, len(long.body), long.partial) == (500, False, 500, True)


def test_what_a_post_names_is_put_into_it_once(recogniser: Recogniser) -> None:
    post, found = write(), m.Entities(dishes=("pizza",))
    recogniser.outcomes = [found, m.Entities(dishes=("another",))]
    before = service.show(post.post_id).revision
    assert enrichment.enrich([event_of(post)]) == {}
    assert enrichment.enrich([event_of(post)]) == {}
    after = service.show(post.post_id)
    assert (after.content.entities, before, after.revision) == (found, "1", "2")
    assert journal(post) == ["PostCreated", "PostEnriched"]
    assert recogniser.asked == [Text(f"A title\n{BODY}", None)]
    assert event_of(post, "PostEnriched").data == {
        "author": "alice",
        "topic": "pizza",
        "entities": {"dishes": ["pizza"]},
    }


def test_a_post_that_names_nothing_has_been_looked_at_all_the_same(recogniser: Recogniser) -> None:
    post = write()
    recogniser.outcomes = [m.Entities()]
    enrichment.enrich([event_of(post)])
    assert service.show(post.post_id).content.entities == m.Entities()
    assert b'"entities":{}' in msgspec.json.encode(service.show(post.post_id).content)


def test_of_a_batch_only_what_fails_comes_again(recogniser: Recogniser) -> None:
    good, bad, later = write("one"), write("two"), write("three")
    failure = Unavailable("throttled")
    recogniser.outcomes = [m.Entities(dishes=("pizza",)), failure, m.Entities()]
    stray = msgspec.structs.replace(event_of(later), id="stray", aggregate_id="never-was")
    events = [event_of(good), event_of(bad), stray, event_of(later)]
    failures = enrichment.enrich(events)
    assert failures[event_of(bad).id] is failure
    assert isinstance(failures["stray"], InvalidMessage)
    assert len(failures) == 2
    assert service.show(bad.post_id).content.entities is None
    recogniser.outcomes = [m.Entities(dishes=("ramen",))]
    assert enrichment.enrich([event_of(bad)]) == {}
    assert service.show(bad.post_id).content.entities == m.Entities(dishes=("ramen",))


def test_another_event_is_poison(recogniser: Recogniser) -> None:
    event = msgspec.structs.replace(event_of(write()), type="PostDeleted")
    assert isinstance(enrichment.enrich([event])[event.id], InvalidMessage)


class Meanwhile(Recogniser):
    """While it looks, something else happens."""

    def __init__(self, happens: Callable[[], object], *outcomes: m.Entities | Exception) -> None:
        super().__init__(*outcomes)
        self._happens = happens

    def recognise(self, texts: Any) -> list[m.Entities | Exception]:
        self._happens()
        return super().recognise(texts)


def test_of_two_deliveries_at_once_the_first_one_s_finds_stand(
    recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, first = write(), m.Entities(dishes=("first",))
    recogniser.outcomes = [first]

    def faster() -> None:
        monkeypatch.setattr(enrichment, "recogniser", lambda: recogniser)
        enrichment.enrich([event_of(post)])

    slower = Meanwhile(faster, m.Entities(dishes=("second",)))
    monkeypatch.setattr(enrichment, "recogniser", lambda: slower)
    assert enrichment.enrich([event_of(post)]) == {}
    assert service.show(post.post_id).content.entities == first
    assert journal(post).count("PostEnriched") == 1


def test_a_post_that_is_deleted_while_it_is_looked_at_stays_deleted(
    table: str, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = write()
    looking = Meanwhile(lambda: service.delete(post.post_id, alice), m.Entities(dishes=("pizza",)))
    monkeypatch.setattr(enrichment, "recogniser", lambda: looking)
    assert enrichment.enrich([event_of(post)]) == {}
    assert journal(post) == ["PostCreated", "PostDeleted"]


def test_each_post_is_enriched_under_its_own_correlation(recogniser: Recogniser) -> None:
    post = write()
    event = msgspec.structs.replace(event_of(post), correlation_id="the-click")
    recogniser.outcomes = [m.Entities()]
    enrichment.enrich([event])
    told = event_of(post, "PostEnriched")
    assert (told.correlation_id, told.causation_id) == ("the-click", event.id)


def test_a_deleted_post_is_gone_with_its_text_from_everywhere(recogniser: Recogniser, alice: Caller) -> None:
    post = write("a body to forget")
    service.delete(post.post_id, alice)
    with pytest.raises(NotFound):
        service.show(post.post_id)
    assert service.newest(None, 10, None).items == ()
    assert "forget" not in str(boto3.client("dynamodb").scan(TableName="table")["Items"])
    with pytest.raises(NotFound):
        service.delete(post.post_id, alice)
    assert enrichment.enrich([event_of(post)]) == {}
    assert recogniser.asked == []
    assert journal(post) == ["PostCreated", "PostDeleted"]


def test_only_its_author_and_admins_delete_a_post(table: str, bob: Caller) -> None:
    post = write()
    with pytest.raises(Forbidden):
        service.delete(post.post_id, bob)
    staff = Caller(user_id="carol", groups=frozenset({"staff"}), restaurant_id="r")
    with pytest.raises(Forbidden):
        service.delete(post.post_id, staff)
    service.delete(post.post_id, Caller(user_id="root", groups=frozenset({"admins"})))


def test_the_stack_s_parameter_chooses_the_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in (("local", Gazetteer), ("comprehend", Together)):
        monkeypatch.setenv("ENTITY_RECOGNITION", name)
        enrichment.recogniser.cache_clear()
        assert isinstance(enrichment.recogniser(), kind)
    enrichment.recogniser.cache_clear()
