"""An AWS account on this machine: moto's server, and the types of resources that
its CloudFormation lacks. Usage: account.py PORT"""

import json
import sys

from moto.apigateway import models as apigateway
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.common_models import CloudFormationModel
from moto.core.responses import ActionResult
from moto.dynamodb.models import dynamodb_backends
from moto.secretsmanager.models import secretsmanager_backends


class Resource:
    """What CloudFormation keeps of a resource that it made."""

    def __init__(self, name, arn, attributes=()):
        self.physical_resource_id = name
        self.attributes = {"Arn": arn, **dict(attributes)}

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr in ("Arn", "StreamArn", "TableId", "Id")

    def get_cfn_attribute(self, name):
        return self.attributes[name]

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        return original_resource


class GlobalTable(Resource, CloudFormationModel):
    """A table of one region, as the stack's is."""

    __module__ = "account.resources"  # moto takes the second word for a service

    @staticmethod
    def cloudformation_type():
        return "AWS::DynamoDB::GlobalTable"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        asked = cloudformation_json["Properties"]
        (replica,) = asked["Replicas"]
        assert replica["Region"] == region_name, replica
        backend = dynamodb_backends[account_id][region_name]
        table = backend.create_table(
            name=resource_name,
            schema=asked["KeySchema"],
            attr=asked["AttributeDefinitions"],
            global_indexes=asked["GlobalSecondaryIndexes"],
            indexes=[],
            throughput=None,
            billing_mode=asked["BillingMode"],
            streams=None,
            sse_specification=None,
            tags=[],
            deletion_protection_enabled=replica["DeletionProtectionEnabled"],
            warm_throughput=asked.get("WarmThroughput"),
        )
        backend.update_time_to_live(resource_name, asked["TimeToLiveSpecification"])
        return cls(resource_name, table.table_arn)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        dynamodb_backends[account_id][region_name].delete_table(name=resource_name)


class Secret(Resource, CloudFormationModel):
    """A secret with one made member. Ref gives its arn."""

    __module__ = "account.resources"  # moto takes the second word for a service

    @staticmethod
    def cloudformation_type():
        return "AWS::SecretsManager::Secret"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        asked = cloudformation_json["Properties"]
        made = asked["GenerateSecretString"]
        backend = secretsmanager_backends[account_id][region_name]
        password = backend.get_random_password(
            made["PasswordLength"], "", False, made["ExcludePunctuation"], False, False, False, True
        )
        value = json.loads(made["SecretStringTemplate"])
        value[made["GenerateStringKey"]] = json.loads(password)["RandomPassword"]
        answer = backend.create_secret(
            resource_name, json.dumps(value), None, asked.get("Description"), [], asked.get("KmsKeyId"), None, [], False
        )
        arn = json.loads(answer)["ARN"]
        return cls(arn, arn, {"Id": arn})

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        secretsmanager_backends[account_id][region_name].delete_secret(resource_name, None, True)


class RestAPI(CloudFormationModel):
    """A REST API with the routes of its body, which moto's own leaves out."""

    __module__ = "account.resources"

    @staticmethod
    def cloudformation_name_type():
        return "Name"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGateway::RestApi"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        api = apigateway.RestAPI.create_from_cloudformation_json(resource_name, cloudformation_json, account_id, region_name)
        backend = apigateway.apigateway_backends[account_id][region_name]
        backend.put_rest_api(api.id, cloudformation_json["Properties"]["Body"], False, "overwrite")
        return api

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        apigateway.apigateway_backends[account_id][region_name].delete_rest_api(resource_name)


class Stage(CloudFormationModel):
    """A stage, which its REST API keeps. Ref gives its name."""

    __module__ = "account.resources"

    @staticmethod
    def cloudformation_name_type():
        return "StageName"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGateway::Stage"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        asked = cloudformation_json["Properties"]
        backend = apigateway.apigateway_backends[account_id][region_name]
        stage = backend.create_stage(asked["RestApiId"], asked["StageName"], asked["DeploymentId"])
        stage.physical_resource_id = stage.name
        return stage

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        original_resource.deployment_id = cloudformation_json["Properties"]["DeploymentId"]
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        """It goes with its API."""


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


class Backend(CloudFormationBackend):
    """CloudFormation, where moto's differs from AWS's in what the CDK's command line
    asks."""

    __module__ = CloudFormationBackend.__module__  # moto finds a service's paths beside it

    def delete_change_set(self, change_set_name):
        if any(change_set_name in (id, c.change_set_name) for id, c in self.change_sets.items()):
            super().delete_change_set(change_set_name)

    def execute_change_set(self, change_set_name, stack_name=None):
        super().execute_change_set(change_set_name, stack_name)
        for stack in self.stacks.values():
            stack._parse_template()  # or the outputs are those of the empty template that change sets begin with
            stack.output_map = stack._create_output_map()

    def create_change_set(self, parameters, **asked):
        # The value that a stack keeps of this one is what Parameter Store had, which
        # is not a name to look up there again.
        return super().create_change_set(parameters={k: v for k, v in parameters.items() if k != "BootstrapVersion"}, **asked)

    def describe_change_set(self, change_set_name):
        try:
            return super().describe_change_set(change_set_name)
        except ValidationError:
            raise ChangeSetNotFound(f"ChangeSet [{change_set_name}] does not exist") from None

    def protect(self, name, protected):
        (stack,) = self.describe_stacks(name)
        stack.enable_termination_protection = protected
        return stack.stack_id

    def delete_stack(self, name):
        for stack in self.stacks.values():
            if name in (stack.name, stack.stack_id) and stack.enable_termination_protection:
                raise ValidationError(name, f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        super().delete_stack(name)


def update_termination_protection(self):
    protected = self._get_param("EnableTerminationProtection") in (True, "true")
    return ActionResult({"StackId": self.cloudformation_backend.protect(self._get_param("StackName"), protected)})


if __name__ == "__main__":
    from moto.server import main

    CloudFormationResponse.update_termination_protection = update_termination_protection
    cloudformation_backends.backend = Backend

    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
