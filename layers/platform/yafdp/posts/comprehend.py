"""The cloud's adapter of the recognition port: Amazon Comprehend.

Each text costs three units (300 characters) at least, in a batch too; a batch saves calls, which are what is throttled.
https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.observability import logger
from yafdp.posts.messages import Entities, Language
from yafdp.posts.recognition import Text

TEXTS_PER_CALL = 25
# Bytes of UTF-8. A longer text goes by itself; what goes by itself may have 100 KB, five times our largest post.
LARGEST_IN_BATCH = 5_000
# Characters that a language is told from: as many as the smallest charge pays for.
LANGUAGE_SAMPLE = 300
# Comprehend gives each find a confidence from 0 to 1; below this they are guesses.
LEAST_CONFIDENCE = 0.7
# Seconds: a long text takes longer than a table does.
READ_TIMEOUT = 5
KINDS = {
    "PERSON": "persons",
    "LOCATION": "locations",
    "ORGANIZATION": "organisations",
    "COMMERCIAL_ITEM": "products",
    "EVENT": "events",
    "DATE": "dates",
    "QUANTITY": "quantities",
    "TITLE": "titles",
    "OTHER": "others",
}

type Outcome = Entities | Exception
type Indexed = tuple[int, str]


class Comprehend:
    """Texts of one language go together, where their size allows it."""

    def recognise(self, texts: Sequence[Text]) -> list[Outcome]:
        """What each text names. A language that Comprehend does not know has no entities for it, and that is final."""
        outcomes: dict[int, Outcome] = {}
        languages = {index: text.language for index, text in enumerate(texts) if text.language}
        unknown = [(index, text.content) for index, text in enumerate(texts) if not text.language]
        for chunk in batched(unknown, TEXTS_PER_CALL, strict=False):
            found, failed = _languages(chunk)
            languages |= found
            outcomes |= failed
        outcomes |= {
            index: Entities() for index in range(len(texts)) if index not in languages.keys() | outcomes.keys()
        }
        for language in dict.fromkeys(languages.values()):
            spoken = [(index, texts[index].content) for index, of in languages.items() if of is language]
            outcomes |= _entities(spoken, language)
        return [outcomes[index] for index in range(len(texts))]


def _languages(texts: Sequence[Indexed]) -> tuple[dict[int, Language], dict[int, Outcome]]:
    """The languages of texts that Comprehend can look into; and what went wrong with the others."""
    samples = [content[:LANGUAGE_SAMPLE] for _, content in texts]
    try:
        answer = _comprehend().batch_detect_dominant_language(TextList=samples)
    except (BotoCoreError, ClientError) as error:
        return {}, {index: _unavailable(error) for index, _ in texts}
    supported = {language.value: language for language in Language}
    found = {}
    for result in answer["ResultList"]:
        likeliest = max(result["Languages"], key=lambda guess: guess["Score"], default={"LanguageCode": ""})
        if likeliest["LanguageCode"] in supported:
            found[texts[result["Index"]][0]] = supported[likeliest["LanguageCode"]]
    return found, _failed(texts, answer)


def _entities(texts: Sequence[Indexed], language: Language) -> dict[int, Outcome]:
    short = [entry for entry in texts if len(entry[1].encode()) <= LARGEST_IN_BATCH]
    outcomes: dict[int, Outcome] = {}
    for chunk in batched(short, TEXTS_PER_CALL, strict=False):
        outcomes |= _of_batch(chunk, language)
    for index, content in texts:
        if index not in outcomes:
            outcomes[index] = _of_one(content, language)
    return outcomes


def _of_batch(texts: Sequence[Indexed], language: Language) -> dict[int, Outcome]:
    try:
        answer = _comprehend().batch_detect_entities(
            TextList=[content for _, content in texts], LanguageCode=language.value
        )
    except (BotoCoreError, ClientError) as error:
        outcome = _refusal(error)
        return {index: outcome for index, _ in texts}
    done: dict[int, Outcome] = {
        texts[result["Index"]][0]: _named(result["Entities"]) for result in answer["ResultList"]
    }
    return done | _failed(texts, answer)


def _of_one(content: str, language: Language) -> Outcome:
    try:
        answer = _comprehend().detect_entities(Text=content, LanguageCode=language.value)
    except (BotoCoreError, ClientError) as error:
        return _refusal(error)
    return _named(answer["Entities"])


def _failed(texts: Sequence[Indexed], answer: Any) -> dict[int, Outcome]:
    """What a batch says of single texts: the call was answered with 200 all the same."""
    return {
        texts[error["Index"]][0]: Unavailable(f"Comprehend: {error['ErrorCode']}: {error['ErrorMessage']}")
        for error in answer["ErrorList"]
    }


def _named(entities: Sequence[Any]) -> Entities:
    found: dict[str, dict[str, None]] = {}
    for entity in sorted(entities, key=lambda entity: entity["BeginOffset"]):
        kind = KINDS.get(entity["Type"])
        if kind and entity["Score"] >= LEAST_CONFIDENCE:
            found.setdefault(kind, {})[entity["Text"]] = None
    return Entities(**{kind: tuple(names) for kind, names in found.items()})


def _refusal(error: BotoCoreError | ClientError) -> Outcome:
    """A language that it will not take is an answer; whatever else is wrong, the text may be tried again."""
    if isinstance(error, ClientError) and error.response["Error"]["Code"] == "UnsupportedLanguageException":
        return Entities()
    return _unavailable(error)


def _unavailable(error: BotoCoreError | ClientError) -> Unavailable:
    logger.warning("Comprehend does not answer", extra={"error": str(error)})
    return Unavailable("Comprehend does not answer; the text will be looked at again")


def _comprehend() -> Any:
    return client("comprehend", read_timeout=READ_TIMEOUT)
