"""Amazon Comprehend, as far as finding entities goes.

MiniStack 1.5.33 has no Comprehend. AWS reads texts with a model; this stand-in knows some cities, first names and
patterns, and guesses a language by its most frequent words. It keeps the service's shape: operations, limits, errors
by name, offsets in characters, a confidence with each find, and finds that nobody should be confident of.
https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectEntities.html
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json, json_response

Request = dict[str, Any]
_TARGET = "Comprehend_20171127."
_LANGUAGES = {"en", "es", "fr", "de", "it", "pt", "ar", "hi", "ja", "ko", "zh", "zh-TW"}
_TEXTS = 25
_LARGEST_IN_BATCH, _LARGEST = 5_000, 100_000  # bytes of UTF-8
_SURE, _UNSURE = 0.97, 0.35
_FREQUENT = {
    "en": "the and with was of for is to in at it we",
    "de": "der die das und mit war ist bei wir ein eine im nicht",
    "fr": "le la les et avec était est de du un une au nous",
    "es": "el la los y con era es de del un una en muy",
    "it": "il la gli e con era di del un una in molto che",
    "pt": "o a os e com era de do um uma no na muito",
    "nl": "de het een en met was van voor niet bij wij",
}
_PATTERNS = {
    "LOCATION": r"\b(?:Berlin|Paris|London|Naples|Napoli|Rome|Roma|Munich|München|Tokyo|Madrid|Lyon|Vienna|Italy)\b",
    "PERSON": r"\b(?:Anna|Marco|Sophie|Thomas|María|Giulia|Pierre|John|Laura)(?: [A-ZÀ-Þ][\w'-]+)?",
    "ORGANIZATION": r"\b(?:Trattoria|Osteria|Café|Bistro) (?:da |zur )?[A-ZÀ-Þ]\w+|\b[A-Z]\w+ (?:GmbH|Ltd|Inc)\b",
    "QUANTITY": r"\b\d+(?:[.,]\d+)? ?(?:kg|g|ml|l|cups?|tbsp|tsp|minutes|hours)\b",
    "DATE": r"\b(?:yesterday|today|tomorrow|gestern|heute|hier soir|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    "EVENT": r"\b(?:Oktoberfest|Christmas|Weihnachten|Ramadan)\b",
}
_GUESS = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}")


class _RefusedError(Exception):
    """The request is answered with this error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _entities(text: str) -> list[dict[str, Any]]:
    found, taken = [], set[int]()
    for kind, match, score in _finds(text):
        place = set(range(*match.span()))
        if not place & taken:
            taken |= place
            begin, end = match.span()
            found.append({"Text": match[0], "Type": kind, "Score": score, "BeginOffset": begin, "EndOffset": end})
    return sorted(found, key=lambda entity: int(str(entity["BeginOffset"])))


def _finds(text: str) -> Iterator[tuple[str, re.Match[str], float]]:
    for kind, pattern in _PATTERNS.items():
        yield from ((kind, match, _SURE) for match in re.finditer(pattern, text))
    yield from (("OTHER", match, _UNSURE) for match in _GUESS.finditer(text))


def _languages(text: str) -> list[dict[str, Any]]:
    """Guesses with their scores, the likeliest first; Japanese and Korean by their scripts."""
    if re.search(r"[\u3040-\u30ff]", text):
        return [{"LanguageCode": "ja", "Score": _SURE}]
    if re.search(r"[\uac00-\ud7af]", text):
        return [{"LanguageCode": "ko", "Score": _SURE}]
    words = re.findall(r"\w+", text.lower())
    counts = {code: sum(word in frequent.split() for word in words) for code, frequent in _FREQUENT.items()}
    total = sum(counts.values())
    if not total:
        return [{"LanguageCode": "en", "Score": _UNSURE}]
    ranked = sorted(counts.items(), key=lambda entry: -entry[1])
    return [{"LanguageCode": code, "Score": count / total} for code, count in ranked if count]


def _text(request: Request, name: str = "Text", largest: int = _LARGEST) -> str:
    return _checked(request.get(name), largest)


def _checked(text: Any, largest: int) -> str:
    if not isinstance(text, str) or not text:
        raise _RefusedError("InvalidRequestException", "The input text must not be empty")
    if len(text.encode()) > largest:
        raise _RefusedError("TextSizeLimitExceededException", f"Input text size exceeds limit. Max length: {largest}")
    return text


def _texts(request: Request) -> list[str]:
    texts = request.get("TextList") or []
    if len(texts) > _TEXTS:
        raise _RefusedError("BatchSizeLimitExceededException", f"At most {_TEXTS} documents per request")
    return [_checked(text, _LARGEST_IN_BATCH) for text in texts]


def _language(request: Request) -> None:
    if request.get("LanguageCode") not in _LANGUAGES:
        code = request.get("LanguageCode")
        raise _RefusedError("UnsupportedLanguageException", f"Language {code} is not supported")


def _detect_entities(request: Request) -> dict[str, Any]:
    _language(request)
    return {"Entities": _entities(_text(request))}


def _batch_detect_entities(request: Request) -> dict[str, Any]:
    _language(request)
    results = [{"Index": index, "Entities": _entities(text)} for index, text in enumerate(_texts(request))]
    return {"ResultList": results, "ErrorList": []}


def _batch_detect_dominant_language(request: Request) -> dict[str, Any]:
    results = [{"Index": index, "Languages": _languages(text)} for index, text in enumerate(_texts(request))]
    return {"ResultList": results, "ErrorList": []}


_OPERATIONS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "DetectEntities": _detect_entities,
    "BatchDetectEntities": _batch_detect_entities,
    "BatchDetectDominantLanguage": _batch_detect_dominant_language,
}


async def _handle(_method: str, _path: str, headers: Any, body: bytes, _query: Any) -> Any:
    operation = _OPERATIONS.get(headers.get("x-amz-target", "").removeprefix(_TARGET))
    if operation is None:
        return error_response_json("UnknownOperationException", "This stand-in does not know the operation")
    try:
        return json_response(operation(json.loads(body)))
    except _RefusedError as refused:
        return error_response_json(refused.code, str(refused))


def install() -> None:
    """Make it one of the emulator's services, under IAM as the others are."""
    app.SERVICE_HANDLERS["comprehend"] = _handle
    router.SERVICE_PATTERNS["comprehend"] = {"target_prefixes": [_TARGET], "host_patterns": [r"comprehend\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["comprehend"] = "comprehend"
