"""The template's functions on AWS's runtime client, with what they touch, and without what triggers them: so that a
sample event is all that happens.
"""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from local import seed
from local.template import Template, resources
from tests.emulator.emulator import ROLE, Answer, Emulator

_IN_SUB = re.compile(r"\$\{([^}]+)\}")
_PSEUDO = {"AWS::Region": "eu-central-1", "AWS::URLSuffix": "amazonaws.com", "AWS::StackName": "contract"}
# The `sub` of the customer whom all samples tell of.
CUSTOMER = "c0ffee00-0000-4000-8000-000000000001"
# The courier of the sample events.
DEMO_COURIER = "c0ffee00-0000-4000-8000-000000000004"
# What stands in every secret.
SECRET = '{"sample": "whsec_sample"}'
_WAITS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}


class Deployment:
    """One emulator with the template's tables, queues, topics, buses and functions; state machines only wait."""

    def __init__(self, emulator: Emulator, template: Template, build: Path) -> None:
        self._emulator, self._template, self._build = emulator, template, build
        self._names: dict[str, str] = {
            name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()
        }
        self._names |= {
            "WebSocketUrl": "ws://localhost:3000/ws",
            "WebSocketManagementUrl": f"{emulator.endpoint}/_aws/execute-api",
            "WebSocketApi": "contract",
            "UserPool": self._user_pool(),
            "MailConfigurationSet": "contract-mail",
        }
        self.tables = {name: self._table(name, table) for name, table in self._of("AWS::DynamoDB::Table").items()}
        self._names |= self.tables | {name: self._queue(name) for name in self._of("AWS::SQS::Queue")}
        self._names |= {name: self._bus(name) for name in self._of("AWS::Events::EventBus")}
        self._names |= {name: self._secret(name) for name in self._of("AWS::SecretsManager::Secret")}
        self._names |= {name: self._topic(name) for name in self._of("AWS::SNS::Topic")}
        self._names |= {name: self._machine(name) for name in self._of("AWS::Serverless::StateMachine")}
        emulator.client("sesv2").create_email_identity(EmailIdentity=self._names["MailIdentity"])
        emulator.client("sesv2").create_configuration_set(ConfigurationSetName=self._names["MailConfigurationSet"])
        self.functions = self._of("AWS::Serverless::Function")
        self._names |= {name: name for name in self.functions}
        layer = self._layer()
        for name, function in self.functions.items():
            self._function(name, function, layer)

    def directory(self, function: str) -> str:
        """The name of the directory that holds the function's code."""
        return Path(self.functions[function]["CodeUri"]).name

    def invoke(self, directory: str, event: Any) -> Answer:
        """Invoke the first function whose code is in functions/<directory>."""
        name = next(name for name in self.functions if self.directory(name) == directory)
        return self._emulator.invoke(name, event)

    def reset(self) -> None:
        """Empty the tables and put the demo data in."""
        for table in self.tables.values():
            self._empty(table)
        stack = _SeededStack(self._emulator, self.tables)
        seed._catalog(stack)  # type: ignore[arg-type]
        row = {"pk": "COUNTRY#DE", "sk": f"COURIER#{DEMO_COURIER}", "courierId": DEMO_COURIER}
        self.put("DeliveryTable", row)

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Store a row of plain values."""
        item = {name: TypeSerializer().serialize(value) for name, value in row.items()}
        self._emulator.client("dynamodb").put_item(TableName=self.tables[table], Item=item)

    def _of(self, kind: str) -> dict[str, dict[str, Any]]:
        return resources(self._template, kind)

    def _empty(self, table: str) -> None:
        dynamodb = self._emulator.client("dynamodb")
        for item in dynamodb.scan(TableName=table)["Items"]:
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})

    def _table(self, name: str, table: dict[str, Any]) -> str:
        taken = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        settings = {setting: table[setting] for setting in taken if setting in table}
        self._emulator.client("dynamodb").create_table(TableName=name, **settings)
        return name

    def _queue(self, name: str) -> str:
        url: str = self._emulator.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        return url

    def _bus(self, name: str) -> str:
        self._emulator.client("events").create_event_bus(Name=name)
        return name

    def _secret(self, name: str) -> str:
        arn: str = self._emulator.client("secretsmanager").create_secret(Name=name, SecretString=SECRET)["ARN"]
        return arn

    def _topic(self, name: str) -> str:
        arn: str = self._emulator.client("sns").create_topic(Name=name)["TopicArn"]
        return arn

    def _user_pool(self) -> str:
        """A pool with the samples' customer."""
        cognito = self._emulator.client("cognito-idp")
        pool: str = cognito.create_user_pool(PoolName="contract")["UserPool"]["Id"]
        values = {"email": "alice@example.com", "phone_number": "+493012345678"}
        verified = {"email_verified": "true", "phone_number_verified": "true"}
        attributes = [{"Name": name, "Value": value} for name, value in (values | verified).items()]
        cognito.admin_create_user(
            UserPoolId=pool, Username=CUSTOMER, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
        return pool

    def _machine(self, name: str) -> str:
        machines = self._emulator.client("stepfunctions")
        created = machines.create_state_machine(name=name, definition=json.dumps(_WAITS), roleArn=ROLE)
        arn: str = created["stateMachineArn"]
        return arn

    def _layer(self) -> str:
        content = {"ZipFile": _zipped(self._build / "PlatformLayer")}
        published = self._emulator.client("lambda").publish_layer_version(LayerName="platform", Content=content)
        arn: str = published["LayerVersionArn"]
        return arn

    def _function(self, name: str, function: dict[str, Any], layer: str) -> None:
        shared = self._template["Globals"]["Function"]["Environment"]["Variables"]
        variables = shared | function.get("Environment", {}).get("Variables", {})
        self._emulator.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=ROLE,
            Handler="app.handler",
            Timeout=function["Timeout"],
            Layers=[layer],
            Code={"ZipFile": _zipped(self._build / name)},
            Environment={"Variables": {key: self._resolved(value) for key, value in variables.items()}},
        )

    def _resolved(self, value: Any) -> str:
        """An environment variable's value, with every condition true."""
        match value:
            case {"Ref": str(name)}:
                return self._names[name]
            case {"Fn::GetAtt": [str(name), "Id"]}:
                return self._names[name]
            case {"Fn::If": [_, chosen, _]}:
                return self._resolved(chosen)
            case {"Fn::FindInMap": [str(mapping), _, str(key)]}:
                return str(self._template["Mappings"][mapping]["local"][key])
            case {"Fn::Sub": str(text)}:
                return _IN_SUB.sub(lambda name: (self._names | _PSEUDO)[name[1]], text)
        return str(value)


class _SeededStack:
    """As much of a stack as putting demo data in needs."""

    def __init__(self, emulator: Emulator, outputs: dict[str, str]) -> None:
        self.client, self.outputs = emulator.client, outputs


def _zipped(directory: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(directory.rglob("*")):
            archive.write(path, path.relative_to(directory))
    return buffer.getvalue()
