"""Python functions run as AWS runs them."""

import base64
import io
import json
import socket
import zipfile
from typing import Any

from tests.emulator.emulator import Emulator, archive, eventually, unique

FAILS_BY_NAME = """
class OutOfStock(Exception):
    pass

def handler(event, context):
    raise OutOfStock("no soup left")
"""
TELLS_ITS_ENVIRONMENT = """
import os, sys

def handler(event, context):
    return {"environment": dict(os.environ), "path": sys.path, "arn": context.invoked_function_arn}
"""
TELLS_ITS_TRACE = """
import os

def handler(event, context):
    return os.environ.get("_X_AMZN_TRACE_ID")
"""
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_a_function_error_keeps_its_name(bridged: Emulator) -> None:
    answer = bridged.invoke(bridged.function(FAILS_BY_NAME))
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "OutOfStock"
    assert answer.payload["errorMessage"] == "no soup left"


def test_upstream_still_hides_the_names_of_function_errors(bare: Emulator) -> None:
    """If this fails, upstream reports errors by name: see whether local/emulator/python_runtime.py is still needed."""
    assert bare.invoke(bare.function(FAILS_BY_NAME)).payload["errorType"] == "Runtime.HandlerError"


def test_a_module_that_cannot_be_loaded_is_reported_as_the_runtime_reports_it(bridged: Emulator) -> None:
    missing = bridged.invoke(bridged.function("import no_such_package"))
    assert missing.payload["errorType"] == "Runtime.ImportModuleError"
    assert "no_such_package" in missing.payload["errorMessage"]
    assert bridged.invoke(bridged.function("def handler(:")).payload["errorType"] == "Runtime.UserCodeSyntaxError"


def test_a_layer_is_found_after_the_function_s_own_code(bridged: Emulator) -> None:
    layer = archive({"python/shared.py": "NAME = 'layer'", "python/app.py": "raise RuntimeError('not this one')"})
    content = {"ZipFile": layer}
    arn = bridged.client("lambda").publish_layer_version(LayerName=unique("layer"), Content=content)["LayerVersionArn"]
    code = "from shared import NAME\ndef handler(event, context):\n    return NAME\n"
    assert bridged.invoke(bridged.function(code, Layers=[arn])).payload == "layer"


def test_bytecode_that_a_layer_ships_is_used(bridged: Emulator) -> None:
    # The module's source says one thing and its bytecode, which is valid without a look at the source, another.
    compiles = """
import py_compile, base64, pathlib, tempfile
def handler(event, context):
    source = pathlib.Path(tempfile.gettempdir()) / f"{context.aws_request_id}.py"
    source.write_text("NAME = 'bytecode'")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    return base64.b64encode(pathlib.Path(py_compile.compile(str(source), invalidation_mode=mode)).read_bytes()).decode()
"""
    bytecode = base64.b64decode(bridged.invoke(bridged.function(compiles)).payload)
    buffer = io.BytesIO(archive({"python/shared.py": "NAME = 'source'"}))
    with zipfile.ZipFile(buffer, "a") as target:
        target.writestr("python/__pycache__/shared.cpython-313.pyc", bytecode)
    content = {"ZipFile": buffer.getvalue()}
    arn = bridged.client("lambda").publish_layer_version(LayerName=unique("layer"), Content=content)["LayerVersionArn"]
    code = "from shared import NAME\ndef handler(event, context):\n    return NAME\n"
    assert bridged.invoke(bridged.function(code, Layers=[arn])).payload == "bytecode"


def test_the_environment_is_that_of_aws_and_nothing_of_the_host_s(bridged: Emulator) -> None:
    name = bridged.function(TELLS_ITS_ENVIRONMENT, Environment={"Variables": {"TABLE": "orders"}})
    told = bridged.invoke(name).payload
    environment = told["environment"]
    assert environment["TABLE"] == "orders"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert environment["TZ"] == ":UTC"
    assert environment["LAMBDA_RUNTIME_DIR"]
    assert environment["AWS_ENDPOINT_URL"] == bridged.endpoint
    assert told["arn"] == bridged.function_arn(name)
    assert not environment.keys() & {"PYTHONDONTWRITEBYTECODE", "YAFDP_BRIDGES", "GATEWAY_PORT", "HOME"}
    assert not [entry for entry in told["path"] if entry.endswith("site-packages")]


def test_a_package_that_only_the_emulator_has_cannot_be_imported(bridged: Emulator) -> None:
    answer = bridged.invoke(bridged.function("import ministack\ndef handler(event, context): pass\n"))
    assert answer.payload["errorType"] == "Runtime.ImportModuleError"


def test_each_invocation_has_its_own_log_lines(bridged: Emulator) -> None:
    name = bridged.function("def handler(event, context):\n    print('heard', event)\n    print('bye', event)\n")
    logs = bridged.client("logs")
    for word in ("one", "two"):
        bridged.invoke(name, word)
    events = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    lines = [event["message"] for event in events]
    kinds = [line.split()[0] for line in lines]
    assert kinds == ["START", "heard", "bye", "END", "REPORT"] * 2
    assert lines[1:3] == ["heard one", "bye one"]


def _fields(header: str) -> dict[str, str]:
    return dict(part.split("=") for part in header.split(";"))


def _invoke_with_header(emulator: Emulator, name: str) -> Any:
    client = emulator.client("lambda")
    add = lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", TRACE)  # noqa: E731
    client.meta.events.register("before-send.lambda.Invoke", add)
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())


def test_the_caller_s_trace_goes_on_under_a_segment_of_the_function_s_own(bridged: Emulator) -> None:
    told = _fields(_invoke_with_header(bridged, bridged.function(TELLS_ITS_TRACE)))
    assert told["Root"] == _fields(TRACE)["Root"]
    assert told["Sampled"] == "1"
    assert told["Parent"] != _fields(TRACE)["Parent"]


def test_the_daemon_hears_of_the_function_s_segment(bridged: Emulator, xray: socket.socket) -> None:
    name = bridged.function(TELLS_ITS_TRACE)
    told = _fields(_invoke_with_header(bridged, name))
    segments = (json.loads(xray.recv(65536).split(b"\n", 1)[1]) for _ in range(1000))
    segment = next(segment for segment in segments if segment["name"] == name)
    assert segment["id"] == told["Parent"]
    assert segment["parent_id"] == _fields(TRACE)["Parent"]
    assert segment["trace_id"] == _fields(TRACE)["Root"]
    assert not segment["fault"]


def test_upstream_still_starts_a_new_trace_with_each_invocation(bare: Emulator) -> None:
    """If this fails, upstream honours the caller's trace: then local/emulator/tracing.py can go."""
    told = _invoke_with_header(bare, bare.function(TELLS_ITS_TRACE, TracingConfig={"Mode": "Active"}))
    assert _fields(told)["Root"] != _fields(TRACE)["Root"]


def test_a_lone_message_carries_its_trace_into_the_function(bridged: Emulator) -> None:
    answers, _ = bridged.queue()
    url, arn = bridged.queue()
    code = f"""
import boto3, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={answers!r}, MessageBody=os.environ.get("_X_AMZN_TRACE_ID", "none"))
"""
    name = bridged.function(code)
    bridged.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name, BatchSize=1)
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    bridged.client("sqs").send_message(QueueUrl=url, MessageBody="x", MessageSystemAttributes=header)
    assert _fields(TRACE)["Root"] in eventually(lambda: bridged.receive(answers))[0]


def test_a_message_takes_the_trace_of_the_call_that_sends_it(bridged: Emulator) -> None:
    url, _ = bridged.queue()
    sqs = bridged.client("sqs")
    add = lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", TRACE)  # noqa: E731
    sqs.meta.events.register("before-send.sqs.SendMessage", add)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    answer = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert answer["Messages"][0]["Attributes"] == {"AWSTraceHeader": TRACE}


def test_a_function_that_is_not_traced_and_was_not_asked_to_has_no_trace(bridged: Emulator) -> None:
    assert bridged.invoke(bridged.function(TELLS_ITS_TRACE)).payload is None
