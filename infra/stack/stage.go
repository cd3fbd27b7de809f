package stack

// addStage puts a deployment behind a name, and bounds how fast all of it may be
// called.
func addStage(resources object, p Profile, deployment string) {
	settings := object{
		"ResourcePath": "/*", "HttpMethod": "*",
		"ThrottlingRateLimit": ref("RequestsPerSecond"), "ThrottlingBurstLimit": ref("RequestsPerSecond"),
	}
	properties := object{
		"RestApiId": ref("Api"), "DeploymentId": ref(deployment), "StageName": p.Name,
		"MethodSettings": []object{settings},
	}
	if p.Tracing {
		properties["TracingEnabled"] = true
	}
	stage := object{"Type": "AWS::ApiGateway::Stage", "Properties": properties}
	if p.AccessLogs != logsOff {
		settings["LoggingLevel"] = "ERROR" // of what API Gateway itself does, and with DataTraceEnabled it would log prompts
		properties["AccessLogSetting"] = object{"DestinationArn": attribute("AccessLogs", "Arn"), "Format": accessLine}
		stage["DependsOn"] = addAccessLogs(resources, p)
	}
	resources["Stage"] = stage
}

// accessLine is what is logged of each request, whether a function saw it or not.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
const accessLine = `{"request_id":"$context.requestId","time":"$context.requestTimeEpoch","ip":"$context.identity.sourceIp",` +
	`"method":"$context.httpMethod","route":"$context.resourcePath","status":$context.status,"error":"$context.error.responseType",` +
	`"bytes":"$context.responseLength","total_ms":"$context.responseLatency","function_ms":"$context.integration.latency"}`

// addAccessLogs adds the log of requests and that of API Gateway's own errors,
// and returns what has to be there before a stage writes any.
func addAccessLogs(resources object, p Profile) []string {
	resources["AccessLogs"] = logGroup(p)
	failures := logGroup(p)
	// The name is given: API Gateway would make the group itself, to be kept for ever.
	failures["Properties"].(object)["LogGroupName"] = sub("API-Gateway-Execution-Logs_${Api}/" + p.Name)
	resources["ApiLogs"] = failures
	if p.AccessLogs == logsExisting {
		return []string{"ApiLogs"}
	}
	resources["ApiRole"] = stays(object{
		"Type":     "AWS::IAM::Role",
		"Metadata": accepted(finding{"IAM5[Resource::*]", logsWhy}),
		"Properties": object{
			"AssumeRolePolicyDocument": assumedBy("apigateway.amazonaws.com"),
			"Policies": []object{{"PolicyName": "own", "PolicyDocument": policy(allow([]string{
				"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
				"logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutLogEvents",
			}, "*"))}},
		},
	})
	resources["ApiAccount"] = stays(object{
		"Type":       "AWS::ApiGateway::Account",
		"Properties": object{"CloudWatchRoleArn": attribute("ApiRole", "Arn")},
	})
	return []string{"ApiAccount", "ApiLogs"}
}

const logsWhy = "API Gateway has one role for the logs of all APIs of an account in a region, and refuses one that may write fewer"

// stays makes a resource outlive its stack in every profile: without the role,
// other APIs of the account would stop to log.
func stays(resource object) object {
	resource["DeletionPolicy"], resource["UpdateReplacePolicy"] = "Retain", "Retain"
	return resource
}
