"""E-mails that a function sends: who may send as whom, and what comes back of them.

MiniStack 1.5.33 asks for permission on `*` when SES v2 sends a mail, so that a role which may send as one identity may
send nothing, and it records a configuration set's event destinations without publishing to them. AWS asks for
permission on the sender's identity, and publishes bounces and complaints to the destination's topic. The bridge does
both. As on AWS, the mailbox simulator decides what becomes of a mail: bounce@ and complaint@simulator.amazonses.com.
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
"""

import json
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import now_iso
from ministack.services import ses, ses_v2, sns

Mail = dict[str, Any]
_SEND = "/v2/email/outbound-emails"


def _identity(address: str) -> str:
    """The verified identity that a sender sends as: its address, or else its domain."""
    known = {name for store in (ses._identities, ses_v2._identities) for name in store}
    return address if address in known else address.rpartition("@")[2]


def _permission_on_the_sender() -> None:
    upstream = iam_actions._ses_v2_resource_arn

    def resource(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if method == "POST" and path.rstrip("/") == _SEND:
            sender = parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1]
            return f"arn:aws:ses:{region}:{account_id}:identity/{_identity(sender)}"
        return str(upstream(method, path, body, region, account_id))

    iam_actions._ses_v2_resource_arn = resource


def _outcomes(address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events that become of a mail to an address, by type."""
    local, _, domain = address.lower().rpartition("@")
    if domain == ses._SIMULATOR_DOMAIN:
        for kind, subtype in ses._SIMULATOR_OUTCOMES.get(local.partition("+")[0], ()):
            yield kind, ses._notification_detail(kind, address, now_iso(), subtype)


def _topics(configuration_set: str, kind: str) -> Iterator[str]:
    destinations = (ses_v2._config_sets.get(configuration_set) or {}).get("EventDestinations") or {}
    for destination in destinations.values():
        topic = destination.get("SnsDestination", {}).get("TopicArn")
        if topic and destination["Enabled"] and kind.upper() in destination["MatchingEventTypes"]:
            yield topic


def _publish(mail: Mail, message_id: str) -> None:
    name = mail.get("ConfigurationSetName", "")
    recipients = mail.get("Destination", {}).get("ToAddresses", [])
    about = {
        "timestamp": now_iso(),
        "source": mail.get("FromEmailAddress", ""),
        "messageId": message_id,
        "destination": recipients,
        "tags": {tag["Name"]: [tag["Value"]] for tag in mail.get("EmailTags", [])},
    }
    for recipient in recipients:
        for kind, detail in _outcomes(parseaddr(recipient)[1]):
            for topic in _topics(name, kind):
                sns.publish_internal(topic, json.dumps({"eventType": kind, "mail": about} | detail))


def install() -> None:
    """Replace the permission that is asked for, and publish after each mail that was taken."""
    _permission_on_the_sender()
    upstream = ses_v2.handle_request

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        answer = await upstream(method, path, headers, body, query)
        if method == "POST" and path.rstrip("/") == _SEND and answer[0] == 200:
            _publish(json.loads(body), json.loads(answer[2])["MessageId"])
        return answer

    ses_v2.handle_request = handle
