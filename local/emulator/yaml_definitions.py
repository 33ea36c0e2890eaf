"""State machine definitions written in YAML.

MiniStack 1.5.33 stores a definition from S3 as it stands, and a machine whose definition is YAML fails each execution
with InvalidDefinition. CloudFormation reads definitions from S3 in JSON and in YAML. The bridge turns YAML into JSON
after the substitutions, as the service keeps it.
"""

import json
from typing import Any

import yaml
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Wrap the resolver of the state machine resource's definition."""
    resolve = provisioners._sfn_definition

    def resolved(*args: Any, **kwargs: Any) -> str:
        definition: str = resolve(*args, **kwargs)
        if definition.lstrip().startswith("{"):
            return definition
        return json.dumps(yaml.safe_load(definition))

    provisioners._sfn_definition = resolved
