package stack

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestDocs holds that docs/deploy.md has the options as they are. When it fails,
// it prints the lines to put there.
func TestDocs(t *testing.T) {
	var want strings.Builder
	want.WriteString("| Option | What it does |")
	for _, p := range Profiles() {
		fmt.Fprintf(&want, " `%s` |", p.Name)
	}
	want.WriteString(" Idle, $ a month |\n|---|---|---|---|---|\n")
	for _, o := range options() {
		fmt.Fprintf(&want, "| `%s` | %s |", o.key, o.usage)
		for _, p := range Profiles() {
			shown := o.setting.show(p)
			if shown == "0" { // there is none
				shown = ""
			}
			fmt.Fprintf(&want, " %s |", shown)
		}
		fmt.Fprintf(&want, " %s |\n", cmp.Or(o.idle, "0"))
	}
	b, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), want.String()) {
		t.Errorf("docs/deploy.md lacks\n%s", want.String())
	}
}

// TestOperate holds that docs/operate.md says of every alarm what to do. Those of
// functions' throttles have one line.
func TestOperate(t *testing.T) {
	b, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	for id := range values(t, chosen(t, map[string]any{"alarms": true}), "AWS::CloudWatch::Alarm Type") {
		if strings.HasSuffix(id, "Throttles") {
			id = "ChatThrottles"
		}
		if !strings.Contains(string(b), "| `"+id+"`") {
			t.Errorf("docs/operate.md says nothing of the alarm %s", id)
		}
	}
}

// TestIdleAlarms holds what alarms are said to cost: 0.10 for each metric that
// one looks at.
// https://aws.amazon.com/cloudwatch/pricing/
func TestIdleAlarms(t *testing.T) {
	metrics := 0
	resources := chosen(t, map[string]any{"alarms": true})
	for id, name := range values(t, resources, "AWS::CloudWatch::Alarm Properties MetricName") {
		if name != "null" {
			metrics++
			continue
		}
		metrics += strings.Count(values(t, resources, id+" Properties Metrics")[id], `"MetricStat"`)
	}
	all := options()
	at := slices.IndexFunc(all, func(o option) bool { return o.key == "alarms" })
	if got := fmt.Sprintf("%.2f", float64(metrics)*0.10); got != all[at].idle {
		t.Errorf("alarms look at %d metrics, which cost %s a month, want the %s that is said", metrics, got, all[at].idle)
	}
}
