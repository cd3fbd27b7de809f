package cost

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	minutes = 60 * 24 * 30 // of a month of 30 days
	// polls is how often an event source mapping asks an empty queue in a minute:
	// five pollers, each of which waits for 20 seconds.
	// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	polls = 5 * 3
)

// resource is one of a CloudFormation template's.
type resource struct {
	Type       string
	Properties map[string]json.RawMessage
}

// Idle is the bill of a month in which nobody asks a stack, from its
// CloudFormation template. Tick is one run of what is scheduled. A type of
// resource that this package does not know is an error: it may cost something.
func (t *Table) Idle(template []byte, tick Request) ([]Line, error) {
	var stack struct{ Resources map[string]resource }
	if err := json.Unmarshal(template, &stack); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	if len(stack.Resources) == 0 {
		return nil, errors.New("the template has no resources")
	}
	count, hours, provisioned := map[string]float64{}, map[string]float64{}, 0.0
	for _, id := range slices.Sorted(maps.Keys(stack.Resources)) {
		r := stack.Resources[id]
		name, known := priced(r.Type)
		switch {
		case r.Properties["ScheduleExpression"] != nil: // of EventBridge's rules and of its scheduler
			every, err := r.minutes()
			if err != nil {
				return nil, fmt.Errorf("schedule %s: %w", id, err)
			}
			count["schedule-run"] += minutes / every
		case r.Type == "AWS::WAFv2::WebACL":
			count["web-acl"]++
			count["web-acl-rule"] += float64(len(r.list("Rules")))
		case r.Type == "AWS::EC2::VPCEndpoint":
			hours["endpoint-hour"] += Hours * float64(len(r.list("SubnetIds"))) // one to S3 or DynamoDB has none, and costs nothing
		case r.Type == "AWS::CloudWatch::Alarm":
			count["alarm"] += r.watched()
		case r.Type == "AWS::Logs::MetricFilter":
			if strings.Contains(string(r.Properties["MetricTransformations"]), `"DefaultValue"`) {
				count["metric"]++ // else it is none while no line matches
			}
		case r.Type == "AWS::Lambda::Version", r.Type == "AWS::Lambda::Alias":
			provisioned += r.provisioned(stack.Resources)
		case known && strings.HasSuffix(name, "-hour"):
			hours[name] += Hours
		case known:
			count[name]++
		case !slices.Contains(free(), r.Type):
			return nil, fmt.Errorf("%s is of type %s, of which it is not known what it costs", id, r.Type)
		}
	}
	lines := []Line{
		t.of("secrets", count["secret"], "secret"),
		t.of("secrets: read once an hour", Hours*min(1, count["secret"]), "secret-call"),
		t.afterFree("schedule: runs", count["schedule-run"], "schedule-run"),
		t.afterFree("queues: an event source asks", minutes*polls*count["queue-request"], "queue-request"),
		t.afterFree("alarms: metrics they look at", count["alarm"], "alarm"),
		t.afterFree("metrics", count["metric"], "metric"),
		t.afterFree("dashboards", count["dashboard"], "dashboard"),
		t.of("keys", count["key"], "key"),
		t.of("web ACLs", count["web-acl"], "web-acl"),
		t.of("web ACLs: rules", count["web-acl-rule"], "web-acl-rule"),
		t.of("endpoints in a network", hours["endpoint-hour"], "endpoint-hour"),
		t.of("NAT gateways", hours["nat-hour"], "nat-hour"),
		t.of("public addresses", hours["address-hour"], "address-hour"),
		t.of("provisioned concurrency", provisioned*Hours*3600/1024, "lambda-provisioned-second"),
	}
	for _, l := range t.Requests(count["schedule-run"], tick) {
		l.What = "schedule: " + l.What
		lines = append(lines, l)
	}
	return slices.DeleteFunc(lines, func(l Line) bool { return l.Quantity == 0 }), nil
}

// priced is the price of a type of resource that costs something by being there.
func priced(kind string) (name string, ok bool) {
	name, ok = map[string]string{
		"AWS::SecretsManager::Secret":     "secret",
		"AWS::CloudWatch::Dashboard":      "dashboard",
		"AWS::KMS::Key":                   "key",
		"AWS::EC2::NatGateway":            "nat-hour",
		"AWS::EC2::EIP":                   "address-hour",
		"AWS::Lambda::EventSourceMapping": "queue-request", // the queue itself costs nothing
	}[kind]
	return name, ok
}

// free are the types that cost nothing, or nothing while nobody asks and nothing
// is kept: a table, a bucket and logs cost by what is in them.
func free() []string {
	return []string{
		"AWS::ApiGateway::Account", "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::DomainName",
		"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "AWS::CDK::Metadata", "AWS::CertificateManager::Certificate",
		"AWS::CloudWatch::CompositeAlarm", "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table", "AWS::EC2::SecurityGroup",
		"AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress", "AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role",
		"AWS::KMS::Alias", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Lambda::Url", "AWS::Logs::LogGroup",
		"AWS::Route53::RecordSet", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::Scheduler::ScheduleGroup", "AWS::SNS::Subscription",
		"AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::WAFv2::WebACLAssociation",
	}
}

// minutes lie between two runs of a schedule.
func (r resource) minutes() (float64, error) {
	var expression string
	if err := json.Unmarshal(r.Properties["ScheduleExpression"], &expression); err != nil {
		return 0, fmt.Errorf("read its expression: %w", err)
	}
	var n float64
	var unit string
	_, err := fmt.Sscanf(strings.TrimSuffix(expression, ")"), "rate(%f %s", &n, &unit)
	each := map[string]float64{"minute": 1, "hour": 60, "day": 24 * 60}[strings.TrimSuffix(unit, "s")]
	if err != nil || n <= 0 || each == 0 {
		return 0, fmt.Errorf("%q is no rate", expression)
	}
	return n * each, nil
}

// list is a property that is one; nil if it is not there, or not one.
func (r resource) list(name string) []json.RawMessage {
	var all []json.RawMessage
	_ = json.Unmarshal(r.Properties[name], &all)
	return all
}

// watched is how many metrics an alarm looks at: one, or those of its expression.
func (r resource) watched() float64 {
	n := 0.0
	for _, m := range r.list("Metrics") {
		if strings.Contains(string(m), `"MetricStat"`) {
			n++
		}
	}
	return max(1, n)
}

// provisioned is how many MB a version or an alias of a function keeps ready.
func (r resource) provisioned(all map[string]resource) float64 {
	var config struct{ ProvisionedConcurrentExecutions float64 }
	var function struct{ Ref string }
	var memory float64
	_ = json.Unmarshal(r.Properties["ProvisionedConcurrencyConfiguration"], &config) // of a version
	_ = json.Unmarshal(r.Properties["ProvisionedConcurrencyConfig"], &config)        // of an alias
	_ = json.Unmarshal(r.Properties["FunctionName"], &function)
	_ = json.Unmarshal(all[function.Ref].Properties["MemorySize"], &memory)
	return config.ProvisionedConcurrentExecutions * memory
}
