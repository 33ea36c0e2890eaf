"""Roles whose permissions a test chooses."""

import json

import boto3

from tests.emulator.emulator import REGION, Emulator, unique

TRUST = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}


class Role:
    """A role with one policy, and a client of SQS that acts in it."""

    def __init__(self, emulator: Emulator) -> None:
        self._iam = emulator.client("iam")
        self.name = unique("role")
        arn = self._iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        keys = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        self.sqs = boto3.client(
            "sqs",
            endpoint_url=emulator.endpoint,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def may(self, action: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self._iam.put_role_policy(RoleName=self.name, PolicyName="only", PolicyDocument=document)
