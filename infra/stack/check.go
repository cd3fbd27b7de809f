package stack

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// check says what is wrong with options that are right by themselves.
func (p Profile) check() error {
	d := p.Domain
	for _, rule := range []struct {
		broken bool
		says   string
	}{
		{p.FunctionURL && p.Reserved[front] == 0, "function-url needs reserved-concurrency of " + front + ": nothing else bounds what a flood of requests can cost"},
		{d.Name != "" && d.Certificate == "", "domain needs a certificate"},
		{d.Name == "" && d.Certificate != "", "certificate needs a domain"},
		{d.Name == "" && d.BasePath != "", "base-path needs a domain"},
		{d.Name == "" && d.HostedZone != "", "hosted-zone needs a domain"},
		{(len(p.Network.Subnets) == 0) != (len(p.Network.SecurityGroups) == 0), "subnets and security-groups need each other"},
		{(p.WarmReads == 0) != (p.WarmWrites == 0), "warm-reads and warm-writes need each other"},
		{p.AlarmEmail != "" && p.AlarmTopic != "", "alarm-email and alarm-topic exclude each other"},
		{!p.Alarms && p.AlarmEmail != "", "alarm-email needs alarms"},
		{!p.Alarms && p.AlarmTopic != "", "alarm-topic needs alarms"},
	} {
		if rule.broken {
			return fmt.Errorf("profile %s: %s", p.Name, rule.says)
		}
	}
	for _, q := range routes.Queues() {
		if p.Reserved[q.Function] == 1 {
			return fmt.Errorf("profile %s: reserved-concurrency of %s is 1, and a function that works off a queue needs 2", p.Name, q.Function)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Provisioned)) {
		if bound := p.Reserved[name]; bound > 0 && bound < p.Provisioned[name] {
			return fmt.Errorf("profile %s: provisioned-concurrency of %s is %d, and its reserved-concurrency %d", p.Name, name, p.Provisioned[name], bound)
		}
	}
	return nil
}
