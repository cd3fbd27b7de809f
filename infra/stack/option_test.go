package stack

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

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
	throttles := []string{"ServerErrors", "Throttled", "AccessLogsThrottled", "WrongKeys"}
	for _, f := range routes.Functions() {
		throttles = append(throttles, logicalID(f.Name)+"Throttles")
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
		{option: "reserved-concurrency", with: map[string]any{"reserved-concurrency": "chat:100,embed:20"}, facts: map[string]string{
			"ChatFunction Properties ReservedConcurrentExecutions": `100`, "EmbedFunction Properties ReservedConcurrentExecutions": `20`,
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

// TestOptions holds what each option changes, and that each has its line here.
func TestOptions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range choices() {
		seen[c.option] = true
		t.Run(c.option, func(t *testing.T) {
			with, without := chosen(t, c.with), chosen(t, c.without)
			added, dropped := difference(with, without), difference(without, with)
			slices.Sort(c.adds)
			if !slices.Equal(added, c.adds) || !slices.Equal(dropped, c.drops) {
				t.Errorf("got %q more and %q fewer, want %q and %q", added, dropped, c.adds, c.drops)
			}
			for fact, want := range c.facts {
				for id, got := range values(t, with, fact) {
					if got != want {
						t.Errorf("with it, got %s %s %s, want %s", id, fact, got, want)
					}
				}
				for id, got := range values(t, without, fact) {
					if got == want {
						t.Errorf("without it, got %s %s %s, too", id, fact, got)
					}
				}
				if len(values(t, with, fact)) == 0 {
					t.Errorf("there is nothing that is a %s", fact)
				}
			}
		})
	}
	for _, o := range options() {
		if !seen[o.key] {
			t.Errorf("the option %s has no line in the table", o.key)
		}
	}
}

// TestOptionsBeside holds the options that change no resource: names and tags of
// the whole stack, a parameter, and addresses.
func TestOptionsBeside(t *testing.T) {
	p := profile(t, map[string]any{"name": "mine", "tags": "team=llm,cost-center=12", "requests-per-second": 5000, "domain": "llm.example.com", "certificate": certificate, "base-path": "x"})
	if want := map[string]string{"team": "llm", "cost-center": "12"}; p.Stack != "mine" || !maps.Equal(p.Tags, want) {
		t.Errorf("got the stack %s with tags %v, want mine with %v", p.Stack, p.Tags, want)
	}
	made := template(t, p)
	parameter := made["Parameters"].(map[string]any)["RequestsPerSecond"].(map[string]any)
	if parameter["Default"] != 5000.0 {
		t.Errorf("got %v requests a second, want 5000", parameter["Default"])
	}
	base := func(made map[string]any) any {
		return made["Outputs"].(map[string]any)["BaseUrl"].(map[string]any)["Value"]
	}
	if got := base(made); got != "https://llm.example.com/x/v1" {
		t.Errorf("got the address %v, want the domain's", got)
	}
	for name, context := range map[string]map[string]any{
		"BaseUrl": {}, "Bucket": {}, "Secret": {}, "Table": {}, "DashboardUrl": {"dashboard": true}, "FunctionUrl": {"function-url": true, "reserved-concurrency": "chat:1"},
	} {
		if template(t, profile(t, context))["Outputs"].(map[string]any)[name] == nil {
			t.Errorf("with %v, there is no output %s", context, name)
		}
		if _, there := template(t, profile(t, nil))["Outputs"].(map[string]any)[name]; there != (len(context) == 0) {
			t.Errorf("without options, got the output %s: %v", name, there)
		}
	}
}

// TestEverything holds that with all options there are at most 400 resources, and
// that the same options give the same bytes.
func TestEverything(t *testing.T) {
	b, err := os.ReadFile("../everything.json")
	if err != nil {
		t.Fatal(err)
	}
	var context map[string]any
	if err := json.Unmarshal(b, &context); err != nil {
		t.Fatal(err)
	}
	for _, o := range options() {
		if context[o.key] == nil && o.key != "alarm-topic" { // which excludes alarm-email
			t.Errorf("everything.json lacks %s", o.key)
		}
	}
	var first string
	for range 2 {
		made := template(t, profile(t, context))
		if n := len(made["Resources"].(map[string]any)); n > 400 {
			t.Errorf("got %d resources, want 400 at most", n)
		}
		b, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		if first != "" && string(b) != first {
			t.Error("got two different stacks of the same options")
		}
		first = string(b)
	}
}

// TestWrong holds that what cannot be meant is an error that says what is wrong.
func TestWrong(t *testing.T) {
	for _, c := range []struct {
		context map[string]any
		want    string
	}{
		{map[string]any{"function-url": true}, "reserved-concurrency of chat"},
		{map[string]any{"function-url": true, "reserved-concurrency": "embed:10"}, "reserved-concurrency of chat"},
		{map[string]any{"domain": "llm.example.com"}, "needs a certificate"},
		{map[string]any{"certificate": certificate}, "needs a domain"},
		{map[string]any{"base-path": "x"}, "needs a domain"},
		{map[string]any{"hosted-zone": "Z1"}, "needs a domain"},
		{map[string]any{"subnets": "subnet-1"}, "need each other"},
		{map[string]any{"security-groups": "sg-1"}, "need each other"},
		{map[string]any{"warm-reads": 20000}, "need each other"},
		{map[string]any{"alarms": true, "alarm-email": "a@example.com", "alarm-topic": "arn:aws:sns:us-east-1:123456789012:ops"}, "exclude each other"},
		{map[string]any{"alarm-email": "a@example.com"}, "needs alarms"},
		{map[string]any{"alarm-topic": "arn:aws:sns:us-east-1:123456789012:ops"}, "needs alarms"},
		{map[string]any{"provisioned-concurrency": "chat:3", "reserved-concurrency": "chat:2"}, "reserved-concurrency 2"},
		{map[string]any{"provisioned-concurrency": "chat"}, "FUNCTION:NUMBER"},
		{map[string]any{"reserved-concurrency": "chat:0"}, "FUNCTION:NUMBER"},
		{map[string]any{"reserved-concurrency": "chatt:1"}, `no function "chatt"`},
		{map[string]any{"keep": "yes"}, "true or false"},
		{map[string]any{"log-days": 8}, "retention"},
		{map[string]any{"requests-per-second": 1.5}, `"1.5"`},
		{map[string]any{"requests-per-second": 0}, "from 1 to"},
		{map[string]any{"firewall-rate": 9}, "from 10 to"},
		{map[string]any{"access-logs": "yes"}, "existing"},
		{map[string]any{"tags": "aws:x=1"}, "AWS's own"},
		{map[string]any{"tags": "team"}, "NAME=VALUE"},
		{map[string]any{"domain": "LLM"}, "domain name"},
		{map[string]any{"subnets": "subnet-1,vpc-1", "security-groups": "sg-1"}, `"vpc-1"`},
		{map[string]any{"bucket-name": "My_Bucket"}, "small letters"},
		{map[string]any{"alarms": true, "alarm-email": "ops"}, "e-mail address"},
	} {
		if _, err := Configured(read(t, c.context)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got error %v, want one that says %q", c.context, err, c.want)
		}
	}
	for _, key := range forOneStack() {
		if _, err := Configured(map[string]any{key: "name.example"}); err == nil || !strings.Contains(err.Error(), "stage") {
			t.Errorf("%s for two stacks: got error %v, want one that says stage", key, err)
		}
	}
}

// profile is dev with options.
func profile(t *testing.T, context map[string]any) Profile {
	t.Helper()
	profiles, err := Configured(read(t, context))
	if err != nil {
		t.Fatal(err)
	}
	return profiles[0]
}

// read is a context for dev as the CDK's command line hands it over.
func read(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	whole := map[string]any{"stage": "dev"}
	b, err := json.Marshal(context)
	if err == nil {
		err = json.Unmarshal(b, &whole)
	}
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// template is a profile's, as it is after JSON.
func template(t *testing.T, p Profile) map[string]any {
	t.Helper()
	zips := map[string]string{}
	for _, f := range routes.Functions() {
		zips[f.Name] = f.Name + ".zip"
	}
	made, err := Template(p, zips)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// chosen is the resources of dev with options, by their ids, in which hashes are #.
func chosen(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	all := map[string]any{}
	for id, r := range template(t, profile(t, context))["Resources"].(map[string]any) {
		all[regexp.MustCompile(`[0-9a-f]{16}$`).ReplaceAllString(id, "#")] = r
	}
	return all
}

// difference lists the ids of a that b has not.
func difference(a, b map[string]any) []string {
	var only []string
	for id := range a {
		if b[id] == nil {
			only = append(only, id)
		}
	}
	slices.Sort(only)
	return only
}

// values finds what is at the end of a fact's way, by the resources' ids.
func values(t *testing.T, resources map[string]any, fact string) map[string]string {
	t.Helper()
	way := strings.Fields(fact)
	found := map[string]string{}
	for id, r := range resources {
		if id != way[0] && r.(map[string]any)["Type"] != way[0] {
			continue
		}
		at := r
		for _, step := range way[1:] {
			switch value := at.(type) {
			case map[string]any:
				at = value[step]
			case []any:
				at = nil
				if i := int(step[0] - '0'); i < len(value) {
					at = value[i]
				}
			default:
				at = nil
			}
		}
		found[id] = encoded(t, at)
	}
	return found
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
