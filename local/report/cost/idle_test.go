package cost_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/local/report/cost"
)

// of is a template with so many resources of each type.
func of(resources ...string) string {
	var all []string
	for i, r := range resources {
		kind, properties, _ := strings.Cut(r, " ")
		if properties == "" {
			properties = "{}"
		}
		all = append(all, fmt.Sprintf(`"R%d":{"Type":%q,"Properties":%s}`, i, "AWS::"+kind, properties))
	}
	return `{"Resources":{` + strings.Join(all, ",") + `}}`
}

func times(n int, resource string) []string {
	var all []string
	for range n {
		all = append(all, resource)
	}
	return all
}

// TestIdle: amounts of a month worked out by hand.
func TestIdle(t *testing.T) {
	tick := cost.Request{Duration: 100 * time.Millisecond, MemoryMB: 512, Table: cost.Units{Read: 2, Write: 1}}
	for _, tc := range []struct {
		name, template string
		want           float64
	}{
		{"what costs nothing", of("Lambda::Function", "DynamoDB::GlobalTable", "SQS::Queue", "IAM::Role"), 0},
		// 0.40, and 730 calls at 0.000005.
		{"a secret", of("SecretsManager::Secret"), 0.40365},
		{"ten alarms", of(times(10, "CloudWatch::Alarm")...), 0},
		{"twelve alarms", of(times(12, "CloudWatch::Alarm")...), 0.20},
		{"eleven metrics of ten alarms", of(append(times(9, "CloudWatch::Alarm"), `CloudWatch::Alarm {"Metrics":[{"MetricStat":{}},{"MetricStat":{}},{"Expression":"a-b"}]}`)...), 0.10},
		{"three dashboards", of(times(3, "CloudWatch::Dashboard")...), 0},
		{"four dashboards", of(times(4, "CloudWatch::Dashboard")...), 3},
		{"metrics that no line makes", of(times(12, "Logs::MetricFilter")...), 0},
		{"twelve metrics that each line makes", of(times(12, `Logs::MetricFilter {"MetricTransformations":[{"DefaultValue":0}]}`)...), 0.60},
		{"a key", of("KMS::Key"), 1},
		// 43,200 runs: requests 0.00864; 0.1 s x 0.5 GB = 2,160 GB-s = 0.028800144; 86,400 reads 0.0108; 43,200 writes 0.027.
		{"every minute", of(`Events::Rule {"ScheduleExpression":"rate(1 minute)"}`), 0.075240144},
		{"every two hours", of(`Scheduler::Schedule {"ScheduleExpression":"rate(2 hours)"}`), 0.000627001},
		// 43,200 x 15 = 648,000 of a million that are free.
		{"a queue", of("Lambda::EventSourceMapping"), 0},
		// 1,296,000 less a million, at 0.0000004.
		{"two queues", of(times(2, "Lambda::EventSourceMapping")...), 0.1184},
		{"a firewall", of(`WAFv2::WebACL {"Rules":[{},{}]}`), 7},
		{"a NAT gateway and its address", of("EC2::NatGateway", "EC2::EIP"), 36.5},
		{"endpoints", of(`EC2::VPCEndpoint {"SubnetIds":["a","b"]}`, "EC2::VPCEndpoint"), 14.6},
		// 2 x 256 MB x 730 h = 1,314,000 GB-s at 0.0000033334.
		{"two environments", of(`Lambda::Function {"MemorySize":256}`, `Lambda::Alias {"FunctionName":{"Ref":"R0"},"ProvisionedConcurrencyConfig":{"ProvisionedConcurrentExecutions":2}}`), 4.3800876},
		{"two environments of a version", of(`Lambda::Function {"MemorySize":256}`, `Lambda::Version {"FunctionName":{"Ref":"R0"},"ProvisionedConcurrencyConfiguration":{"ProvisionedConcurrentExecutions":2}}`), 4.3800876},
	} {
		lines, err := prices(t).Idle([]byte(tc.template), tick)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := cost.Sum(lines); !near(got, tc.want) {
			t.Errorf("%s: got %f, want %f: %+v", tc.name, got, tc.want, lines)
		}
	}
}

// TestIdleUnknown: what may cost something is not passed over.
func TestIdleUnknown(t *testing.T) {
	for name, template := range map[string]string{
		"no template":           `{`,
		"no resources":          `{"Resources":{}}`,
		"a type nobody knows":   of("EC2::Instance"),
		"a time, and no rate":   of(`Events::Rule {"ScheduleExpression":"cron(0 0 * * ? *)"}`),
		"a rate of nothing":     of(`Events::Rule {"ScheduleExpression":"rate(0 minutes)"}`),
		"a rate in other words": of(`Events::Rule {"ScheduleExpression":{"Ref":"Rate"}}`),
	} {
		if lines, err := prices(t).Idle([]byte(template), cost.Request{}); err == nil {
			t.Errorf("%s: got %v, want an error", name, lines)
		}
	}
}
