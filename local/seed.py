"""Demo data and users: a restaurant that accepts by itself, one whose kitchen must answer, one that takes no orders;
ample and scarce items; someone of every group.
"""

from contextlib import suppress
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

from local.stack import Stack

PASSWORD = "yafdp-demo-1"  # noqa: S105 (a demo user's, on a laptop)
AMPLE = 1_000_000
SCARCE = 50

DEMO_USERS = [
    {"username": "alice@example.com", "password": PASSWORD, "group": "customers", "phone": "+493023125000"},
    {"username": "bob@example.com", "password": PASSWORD, "group": "customers"},
    {"username": "kitchen@example.com", "password": PASSWORD, "group": "staff"},
    {"username": "courier@example.com", "password": PASSWORD, "group": "couriers"},
    {"username": "courier-at@example.com", "password": PASSWORD, "group": "couriers"},
    {"username": "admin@example.com", "password": PASSWORD, "group": "admins"},
]

# The template's default for MailIdentity.
SENDER_DOMAIN = "example.com"

AUTOMATIC = "trattoria-automatica"
MANUAL = "sushi-yamato"
CLOSED = "nightclub-closed"
_BERLIN = {"city": "Berlin", "country": "DE"}
_ALWAYS: dict[str, Any] = {"timeZone": "Europe/Berlin", "openingHours": [], "paused": False}
_NIGHTS = [{"day": day, "opens": "22:00", "closes": "05:00"} for day in ("FRIDAY", "SATURDAY")]
RESTAURANTS: list[dict[str, Any]] = [
    _ALWAYS
    | {"restaurantId": AUTOMATIC, "name": "Trattoria Automatica", "cuisine": "italian", "automaticAcceptance": True}
    | {"address": _BERLIN | {"street": "Kastanienallee 12", "postalCode": "10435"}},
    _ALWAYS
    | {"restaurantId": MANUAL, "name": "Sushi Yamato", "cuisine": "japanese", "automaticAcceptance": False}
    | {"address": _BERLIN | {"street": "Oranienstraße 25", "postalCode": "10999"}},
    {
        "restaurantId": CLOSED,
        "name": "Nightclub (closed)",
        "cuisine": "bar food",
        "automaticAcceptance": True,
        "timeZone": "Europe/Berlin",
        "openingHours": _NIGHTS,
        "paused": True,
    },
]
# The revision of whatever nobody has edited yet.
SEEDED = "seeded"
# restaurant, item, name, price in cents, portions
ITEMS = [
    (AUTOMATIC, "margherita", "Pizza Margherita", 950, AMPLE),
    (AUTOMATIC, "lasagne", "Lasagne al forno", 1290, AMPLE),
    (AUTOMATIC, "tiramisu", "Tiramisù della nonna", 590, SCARCE),
    (MANUAL, "salmon-nigiri", "Salmon nigiri", 480, AMPLE),
    (MANUAL, "ramen", "Tonkotsu ramen", 1390, AMPLE),
    (MANUAL, "otoro", "Otoro of the day", 1890, SCARCE),
    (CLOSED, "peanuts", "Peanuts", 350, AMPLE),
]
# Who is on duty in which country.
COURIERS = {"DE": "courier@example.com", "AT": "courier-at@example.com"}
SHIFTS_BEGAN = "2026-01-01T06:00:00.000Z"


def seed(stack: Stack) -> None:
    """Put the demo data into a freshly deployed stack; repeated, it leaves stock and users as they are."""
    _users(stack)
    _sender(stack)
    _catalog(stack)
    _couriers(stack)


def _users(stack: Stack) -> None:
    cognito, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    for user in DEMO_USERS:
        attributes = [{"Name": "email", "Value": user["username"]}, {"Name": "email_verified", "Value": "true"}]
        if "phone" in user:
            attributes.append({"Name": "phone_number", "Value": user["phone"]})
            attributes.append({"Name": "phone_number_verified", "Value": "true"})
        if user["group"] == "staff":
            attributes.append({"Name": "custom:restaurantId", "Value": MANUAL})
        try:
            cognito.admin_create_user(
                UserPoolId=pool, Username=user["username"], UserAttributes=attributes, MessageAction="SUPPRESS"
            )
        except cognito.exceptions.UsernameExistsException:
            continue
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=user["username"], Password=user["password"], Permanent=True
        )
        if user["group"] != "customers":
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=user["username"], GroupName=user["group"])


def _sender(stack: Stack) -> None:
    """On AWS an operator verifies the sender's domain; here nobody else does."""
    ses = stack.client("sesv2")
    with suppress(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity=SENDER_DOMAIN)


def _couriers(stack: Stack) -> None:
    for country, username in COURIERS.items():
        found = stack.client("cognito-idp").admin_get_user(UserPoolId=stack.outputs["UserPoolId"], Username=username)
        courier = next(one["Value"] for one in found["UserAttributes"] if one["Name"] == "sub")
        state = {"courierId": courier, "country": country, "since": SHIFTS_BEGAN}
        entry = {"pk": f"COUNTRY#{country}", "sk": f"COURIER#{courier}", "courierId": courier}
        # Only where the shift is: a courier may have gone off duty since.
        if _put(stack, "DeliveryTable", {"pk": f"COURIER#{courier}", "sk": "STATE", "version": 1, "state": state}):
            _put(stack, "DeliveryTable", entry)


def _catalog(stack: Stack) -> None:
    for restaurant in RESTAURANTS:
        listed = {
            "listing": "RESTAURANTS",
            "cuisineKey": restaurant["cuisine"],
            "listingKey": f"{restaurant['name'].lower()}#{restaurant['restaurantId']}",
        }
        key = {"pk": f"RESTAURANT#{restaurant['restaurantId']}", "sk": "RESTAURANT"}
        _put(stack, "CatalogTable", key | listed | {"restaurant": restaurant, "revision": SEEDED})
    for restaurant_id, item_id, name, cents, portions in ITEMS:
        price = {"amount": cents, "currency": "EUR"}
        item = {"itemId": item_id, "name": name, "description": "", "price": price, "available": True}
        key = {"pk": f"RESTAURANT#{restaurant_id}", "sk": f"ITEM#{item_id}"}
        _put(stack, "CatalogTable", key | {"item": item, "stock": portions, "revision": SEEDED})


def _put(stack: Stack, table: str, values: dict[str, Any]) -> bool:
    """Store an item unless it is there, and say whether it was not."""
    serialize = TypeSerializer().serialize
    dynamodb = stack.client("dynamodb")
    try:
        dynamodb.put_item(
            TableName=stack.outputs[table],
            Item={name: serialize(value) for name, value in values.items()},
            ConditionExpression="attribute_not_exists(pk)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
