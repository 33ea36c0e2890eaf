"""The ways out: e-mail by SES, text messages by SNS, and the way back into line for what must wait."""

import os

from yafdp.kernel.clients import client
from yafdp.kernel.envelope import Envelope
from yafdp.notifications.messages import MailRequested
from yafdp.notifications.wording import Mail

# Seconds; the longest that SQS delays a message.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
LONGEST_DELAY = 900


def send_mail(address: str, mail: Mail, about: MailRequested, correlation_id: str) -> str:
    """Give a mail to SES; its id there. The tags come back with bounces and complaints."""
    tags = {"kind": about.kind.value, "orderId": about.order_id, "correlationId": correlation_id}
    answer = client("sesv2").send_email(
        FromEmailAddress=os.environ["MAIL_FROM"],
        Destination={"ToAddresses": [address]},
        ConfigurationSetName=os.environ["MAIL_CONFIGURATION_SET"],
        EmailTags=[{"Name": name, "Value": _tag(value)} for name, value in tags.items()],
        Content={
            "Simple": {
                "Subject": _utf8(mail.subject),
                "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
            }
        },
    )
    return str(answer["MessageId"])


def send_sms(number: str, text: str) -> str:
    """Give a text message to SNS; its id there."""
    kind = {"DataType": "String", "StringValue": "Transactional"}
    attributes = {"AWS.SNS.SMS.SMSType": kind}
    answer = client("sns").publish(PhoneNumber=number, Message=text, MessageAttributes=attributes)
    return str(answer["MessageId"])


def put_back(request: Envelope, seconds: int) -> None:
    """Put a request into its own queue again, to come after so many seconds."""
    client("sqs").send_message(
        QueueUrl=os.environ["QUEUE_URL"], MessageBody=request.json(), DelaySeconds=min(seconds, LONGEST_DELAY)
    )


def pages_url() -> str:
    """Where the pages are, without a slash at the end."""
    return os.environ["PAGES_URL"].rstrip("/")


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _tag(value: str) -> str:
    """SES takes letters, digits, `_` and `-`, and `.` and `@` in a tag's value, at most 256 of them."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_-.@") else "_" for letter in value)[
        :256
    ]
