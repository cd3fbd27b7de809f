package stack

import (
	"strings"
	"testing"
)

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
		{map[string]any{"reserved-concurrency": "batch:1"}, "needs 2"},
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
