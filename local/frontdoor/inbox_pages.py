"""The inbox as pages, in the shop's own colours and type."""

from datetime import datetime
from html import escape
from typing import Any

Letter = dict[str, Any]

# A frame that may do nothing but show, and open a link in a window of its own.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_STYLE = """
.top, main { max-width: 52rem; }
main { display: grid; gap: var(--gap-4); align-content: start; }
form { display: flex; flex-wrap: wrap; gap: var(--gap-2); align-items: end; }
label { display: grid; gap: var(--gap-1); flex: 1 1 14rem; font-size: var(--size-0); color: var(--ink-soft); }
input, button { font: inherit; min-height: 2.75rem; padding: 0 var(--gap-4); border-radius: 0.75rem; }
input { border: 1px solid var(--edge); background: var(--surface); color: var(--ink); width: 100%; }
button { border: 0; background: var(--brand); color: var(--on-brand); font-weight: 600; cursor: pointer; }
.letters { display: grid; gap: 1px; border: 1px solid var(--line); border-radius: var(--round); overflow: hidden; }
.letters, .letters a { background: var(--line); }
.letters a { display: grid; grid-template-columns: 1fr auto; gap: 0 var(--gap-4); padding: var(--gap-3) var(--gap-4);
  background: var(--surface); color: var(--ink); text-decoration: none; }
.letters a:hover { background: var(--sunk); }
.letters a:focus-visible { outline-offset: -3px; }
.letters strong { overflow-wrap: anywhere; }
.letters .soft { grid-row: 2; overflow-wrap: anywhere; }
.letters time { color: var(--ink-soft); font-size: var(--size-0); }
.letters .channel { grid-row: 2; grid-column: 2; justify-self: end; align-self: end; }
.channel { padding: 0 0.5rem; border-radius: 1rem; background: var(--sunk); font-size: var(--size-0); }
dl { display: grid; grid-template-columns: auto 1fr; gap: var(--gap-1) var(--gap-4); }
dt { color: var(--ink-soft); } dd { margin: 0; overflow-wrap: anywhere; }
.forms { display: flex; gap: var(--gap-2); }
.forms a { padding: var(--gap-2) var(--gap-4); border-radius: 2rem; text-decoration: none; color: var(--ink-soft); }
.forms a[aria-current] { background: var(--sunk); color: var(--ink); font-weight: 600; }
iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: var(--round); background: #fff; }
pre { padding: var(--gap-4); border: 1px solid var(--line); border-radius: var(--round); background: var(--surface);
  font: inherit; font-family: ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def inbox(letters: list[Letter], to: str) -> str:
    """The list of messages, as given; `to` is what they were looked for by."""
    rows = "".join(_row(letter) for letter in letters)
    nothing = "<p>Nothing has been sent yet. Place an order, and its e-mails turn up here.</p>"
    nobody = f"<p>Nothing has been sent to “{escape(to)}”.</p>"
    listed = f'<ul class="letters">{rows}</ul>' if rows else nobody if to else nothing
    form = (
        f'<form><label>Sent to <input name="to" value="{escape(to)}" placeholder="alice@ or +49" type="search"></label>'
        "<button>Show</button></form>"
    )
    return _page("Sent messages", form + listed)


def message(letter: Letter, *, as_text: bool) -> str:
    """One message, in its HTML form if it has one and is not wanted as text."""
    facts = {"From": letter["sender"], "To": letter["to"], "Sent": _time(letter["at"]), "By": escape(letter["channel"])}
    rows = "".join(
        f"<dt>{name}</dt><dd>{value if name == 'Sent' else escape(value)}</dd>"
        for name, value in facts.items()
        if value
    )
    shown = _text(letter) if as_text or not letter["html"] else _frame(letter)
    back = '<p><a href="/_local/mail">All sent messages</a></p>'
    return _page(letter["subject"], f"{back}<dl>{rows}</dl>{_forms(letter, as_text)}{shown}")


def _row(letter: Letter) -> str:
    return (
        f'<li><a href="/_local/mail/{escape(letter["id"])}"><strong>{escape(letter["subject"])}</strong>'
        f'{_time(letter["at"])}<span class="soft">{escape(letter["to"])}</span>'
        f'<span class="channel">{escape(letter["channel"])}</span></a></li>'
    )


def _time(at: float) -> str:
    moment = datetime.fromtimestamp(at).astimezone()
    return f'<time datetime="{moment.isoformat(timespec="seconds")}">{moment:%H:%M:%S}</time>'


def _forms(letter: Letter, as_text: bool) -> str:
    if not letter["html"]:
        return ""
    path = f"/_local/mail/{escape(letter['id'])}"
    links = {"HTML": (path, not as_text), "Text": (f"{path}?form=text", as_text)}
    shown = "".join(
        f'<a href="{href}"{" aria-current=page" if current else ""}>{name}</a>'
        for name, (href, current) in links.items()
    )
    return f'<nav class="forms" aria-label="Form of the message">{shown}</nav>'


def _frame(letter: Letter) -> str:
    content = '<base target="_blank">' + letter["html"]
    return f'<iframe sandbox="{_SANDBOX}" title="The message" srcdoc="{escape(content)}"></iframe>'


def _text(letter: Letter) -> str:
    return f"<pre>{escape(letter['text'])}</pre>"


def _page(title: str, body: str) -> str:
    sheets = "".join(f'<link rel="stylesheet" href="/css/{name}.css">' for name in ("tokens", "base"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{sheets}<style>{_STYLE}</style></head>"
        '<body><header class="top"><a class="brand" href="/">YAFDP</a>'
        '<a href="/_local/">Inside the local platform</a></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
