package stack

import (
	"maps"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// choice is what an option changes: the same stack with and without it. A fact is
// an id or a type of resources, and the way to a value below them; it must hold
// with the option, of all of them, and without it of none.
type choice struct {
	option        string
	with, without map[string]any // beside stage dev
	adds, drops   []string       // ids of resources; hashes are #
	facts         map[string]string
}

const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

func choices() []choice {
	domain := map[string]any{"domain": "llm.example.com", "certificate": certificate}
	network := map[string]any{"subnets": "subnet-0a1b,subnet-1a2b", "security-groups": "sg-0a1b"}
	warm := map[string]any{"warm-reads": 20000, "warm-writes": 8000}
	alarms := map[string]any{"alarms": true}
	throttles := []string{"ServerErrors", "Throttled", "AccessLogsThrottled", "WrongKeys", "BudgetDrift"}
	for _, f := range routes.Functions() {
		throttles = append(throttles, logicalID(f.Name)+"Throttles", logicalID(f.Name)+"LogsDrift")
		if f.Mode != "" {
			throttles = append(throttles, logicalID(f.Name)+"LogsUnauthorized")
		}
	}
	return []choice{
		{option: "name", with: map[string]any{"name": "mine"}},
		{option: "tags", with: map[string]any{"tags": "team=llm,cost-center=12"}},
		{option: "keep", with: map[string]any{"keep": true}, facts: map[string]string{
			"Table DeletionPolicy": `"Retain"`, "Table UpdateReplacePolicy": `"Retain"`,
			"Secret DeletionPolicy": `"Retain"`, "Secret UpdateReplacePolicy": `"Retain"`,
			"AWS::S3::Bucket DeletionPolicy": `"Retain"`, "AWS::S3::Bucket UpdateReplacePolicy": `"Retain"`,
			"Table Properties Replicas 0 DeletionProtectionEnabled": `true`,
		}},
		{option: "log-days", with: map[string]any{"log-days": 90}, facts: map[string]string{
			"AWS::Logs::LogGroup Properties RetentionInDays":                        `90`,
			"BucketLogs Properties LifecycleConfiguration Rules 0 ExpirationInDays": `90`,
		}},
		{option: "table-name", with: map[string]any{"table-name": "tollgate"}, facts: map[string]string{"Table Properties TableName": `"tollgate"`}},
		{option: "bucket-name", with: map[string]any{"bucket-name": "my-bucket"}, facts: map[string]string{"Bucket Properties BucketName": `"my-bucket"`}},
		{option: "secret-name", with: map[string]any{"secret-name": "llm/keys"}, facts: map[string]string{"Secret Properties Name": `"llm/keys"`}},
		{option: "requests-per-second", with: map[string]any{"requests-per-second": 5000}},
		{option: "reserved-concurrency", with: map[string]any{"reserved-concurrency": "chat:100,embed:20,batch:5"}, facts: map[string]string{
			"ChatFunction Properties ReservedConcurrentExecutions": `100`, "BatchMessages Properties ScalingConfig": `{"MaximumConcurrency":5}`, "EmbedFunction Properties ReservedConcurrentExecutions": `20`,
		}},
		{
			option: "provisioned-concurrency", with: map[string]any{"provisioned-concurrency": "chat:2"}, adds: []string{"ChatAlias", "ChatVersion#"},
			facts: map[string]string{
				"ChatAlias Properties ProvisionedConcurrencyConfig":                                        `{"ProvisionedConcurrentExecutions":2}`,
				"ChatPermission Properties FunctionName":                                                   `{"Ref":"ChatAlias"}`,
				"Api Properties Body paths /v1/responses post x-amazon-apigateway-integration uri Fn::Sub": `"arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${ChatAlias}/response-streaming-invocations"`,
			},
		},
		{option: "tracing", with: map[string]any{"tracing": true}, without: map[string]any{"tracing": false}, facts: map[string]string{
			"AWS::Lambda::Function Properties TracingConfig Mode": `"Active"`, "Stage Properties TracingEnabled": `true`,
		}},
		{
			option: "access-logs", with: map[string]any{"access-logs": "role"}, without: map[string]any{"access-logs": "off"},
			adds: []string{"AccessLogs", "ApiAccount", "ApiLogs", "ApiRole"},
			facts: map[string]string{
				"Stage Properties AccessLogSetting DestinationArn": `{"Fn::GetAtt":["AccessLogs","Arn"]}`, "Stage Properties MethodSettings 0 LoggingLevel": `"ERROR"`,
				"Stage DependsOn": `["ApiAccount","ApiLogs"]`, "ApiAccount DeletionPolicy": `"Retain"`, "ApiRole DeletionPolicy": `"Retain"`,
			},
		},
		{
			option: "access-logs", with: map[string]any{"access-logs": "existing"}, without: map[string]any{"access-logs": "role"},
			drops: []string{"ApiAccount", "ApiRole"}, facts: map[string]string{"Stage DependsOn": `["ApiLogs"]`},
		},
		{
			option: "function-url", with: map[string]any{"function-url": true, "reserved-concurrency": "chat:10"}, without: map[string]any{"reserved-concurrency": "chat:10"},
			adds: []string{"ChatUrl", "ChatUrlInvokePermission", "ChatUrlPermission"},
			facts: map[string]string{
				"ChatUrl Properties":                 `{"AuthType":"NONE","InvokeMode":"RESPONSE_STREAM","TargetFunctionArn":{"Ref":"ChatFunction"}}`,
				"ChatUrlPermission Properties":       `{"Action":"lambda:InvokeFunctionUrl","FunctionName":{"Fn::GetAtt":["ChatFunction","Arn"]},"FunctionUrlAuthType":"NONE","Principal":"*"}`,
				"ChatUrlInvokePermission Properties": `{"Action":"lambda:InvokeFunction","FunctionName":{"Fn::GetAtt":["ChatFunction","Arn"]},"InvokedViaFunctionUrl":true,"Principal":"*"}`,
			},
		},
		{option: "domain", with: domain, adds: []string{"Domain", "DomainMapping"}, facts: map[string]string{
			"Domain Properties DomainName": `"llm.example.com"`, "Domain Properties SecurityPolicy": `"TLS_1_2"`,
			"DomainMapping Properties": `{"DomainName":{"Ref":"Domain"},"RestApiId":{"Ref":"Api"},"Stage":{"Ref":"Stage"}}`,
		}},
		{option: "certificate", with: domain, adds: []string{"Domain", "DomainMapping"}, facts: map[string]string{
			"Domain Properties RegionalCertificateArn": `"` + certificate + `"`,
		}},
		{option: "base-path", with: and(domain, "base-path", "gateway"), without: domain, facts: map[string]string{"DomainMapping Properties BasePath": `"gateway"`}},
		{option: "hosted-zone", with: and(domain, "hosted-zone", "Z0123456789"), without: domain, adds: []string{"DomainRecord"}, facts: map[string]string{
			"DomainRecord Properties HostedZoneId": `"Z0123456789"`, "DomainRecord Properties AliasTarget DNSName": `{"Fn::GetAtt":["Domain","RegionalDomainName"]}`,
		}},
		{option: "firewall-rate", with: map[string]any{"firewall-rate": 2000}, adds: []string{"Firewall", "FirewallAssociation"}, facts: map[string]string{
			"Firewall Properties Rules 0 Statement RateBasedStatement":             `{"AggregateKeyType":"IP","EvaluationWindowSec":300,"Limit":2000}`,
			"Firewall Properties Rules 0 Action Block CustomResponse ResponseCode": `429`,
			"FirewallAssociation Properties WebACLArn":                             `{"Fn::GetAtt":["Firewall","Arn"]}`,
		}},
		{option: "subnets", with: network, facts: map[string]string{"AWS::Lambda::Function Properties VpcConfig SubnetIds": `["subnet-0a1b","subnet-1a2b"]`}},
		{option: "security-groups", with: network, facts: map[string]string{"AWS::Lambda::Function Properties VpcConfig SecurityGroupIds": `["sg-0a1b"]`}},
		{option: "key", with: map[string]any{"key": true}, adds: []string{"Key"}, facts: map[string]string{
			"Key Properties EnableKeyRotation":             `true`,
			"AWS::Logs::LogGroup Properties KmsKeyId":      `{"Fn::GetAtt":["Key","Arn"]}`,
			"AWS::Lambda::Function Properties KmsKeyArn":   `{"Fn::GetAtt":["Key","Arn"]}`,
			"AWS::SQS::Queue Properties KmsMasterKeyId":    `{"Ref":"Key"}`,
			"Secret Properties KmsKeyId":                   `{"Fn::GetAtt":["Key","Arn"]}`,
			"Table Properties SSESpecification":            `{"SSEEnabled":true,"SSEType":"KMS"}`,
			"Table Properties Replicas 0 SSESpecification": `{"KMSMasterKeyId":{"Fn::GetAtt":["Key","Arn"]}}`,
			"Bucket Properties BucketEncryption ServerSideEncryptionConfiguration 0": `{"BucketKeyEnabled":true,"ServerSideEncryptionByDefault":` +
				`{"KMSMasterKeyID":{"Fn::GetAtt":["Key","Arn"]},"SSEAlgorithm":"aws:kms"}}`,
		}},
		{option: "warm-reads", with: warm, facts: map[string]string{
			"Table Properties WarmThroughput ReadUnitsPerSecond":                          `20000`,
			"Table Properties GlobalSecondaryIndexes 0 WarmThroughput ReadUnitsPerSecond": `20000`,
		}},
		{option: "warm-writes", with: warm, facts: map[string]string{
			"Table Properties WarmThroughput WriteUnitsPerSecond":                          `8000`,
			"Table Properties GlobalSecondaryIndexes 0 WarmThroughput WriteUnitsPerSecond": `8000`,
		}},
		{
			option: "alarms", with: alarms, adds: append(throttles, "BatchDeadLettersWaiting", "EveryMinuteBehind"),
			facts: map[string]string{
				"AWS::Logs::MetricFilter Properties MetricTransformations 0 MetricNamespace": `{"Fn::Sub":"Tollgate/${AWS::StackName}"}`,
				"ChatLogsUnauthorized Properties FilterPattern":                              `"{ $.status = 401 }"`,
				"WrongKeys Properties Namespace":                                             `{"Fn::Sub":"Tollgate/${AWS::StackName}"}`,
				"WrongKeys Properties MetricName":                                            `"Unauthorized"`,
				"ServerErrors Properties Dimensions":                                         `[{"Name":"ApiName","Value":{"Ref":"AWS::StackName"}},{"Name":"Stage","Value":"dev"}]`,
				"ChatThrottles Properties MetricName":                                        `"Throttles"`,
				"BatchDeadLettersWaiting Properties Dimensions":                              `[{"Name":"QueueName","Value":{"Fn::GetAtt":["BatchDeadLetters","QueueName"]}}]`,
				"EveryMinuteBehind Properties TreatMissingData":                              `"breaching"`,
			},
		},
		{
			option: "alarm-email", with: and(alarms, "alarm-email", "ops@example.com"), without: alarms, adds: []string{"Alerts", "AlertsMail", "AlertsPolicy"},
			facts: map[string]string{
				"AWS::CloudWatch::Alarm Properties AlarmActions": `[{"Ref":"Alerts"}]`, "AWS::CloudWatch::Alarm Properties OKActions": `[{"Ref":"Alerts"}]`,
				"AlertsMail Properties Endpoint": `"ops@example.com"`,
			},
		},
		{
			option: "alarm-topic", with: and(alarms, "alarm-topic", "arn:aws:sns:us-east-1:123456789012:ops"), without: alarms,
			facts: map[string]string{"AWS::CloudWatch::Alarm Properties AlarmActions": `["arn:aws:sns:us-east-1:123456789012:ops"]`},
		},
		{option: "dashboard", with: map[string]any{"dashboard": true}, adds: []string{"Dashboard"}},
	}
}

func and(context map[string]any, key string, value any) map[string]any {
	more := maps.Clone(context)
	more[key] = value
	return more
}
