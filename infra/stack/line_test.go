package stack

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/record"
)

// line is a function's log line of a request, as JSON has it.
func line(t *testing.T, status int) map[string]any {
	t.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	return logged(t, func(log *slog.Logger) {
		record.Log(t.Context(), log, &llm.Record{
			RequestID: "r", Route: "POST /v1/chat/completions", Status: status, Model: "m", Cause: errors.New("refused"),
			Usage: llm.Usage{Known: true, In: 1, Out: 2}, Priced: true, Cost: 3e12, Start: now,
		}, now)
	})
}

// drift is its line of a budget that does not add up.
func drift(t *testing.T) map[string]any {
	t.Helper()
	return logged(t, func(log *slog.Logger) { record.Drift(t.Context(), log, "A#K:1#total", 9, 4, 3) })
}

func logged(t *testing.T, write func(*slog.Logger)) map[string]any {
	t.Helper()
	var b bytes.Buffer
	write(slog.New(slog.NewJSONHandler(&b, nil)))
	var read map[string]any
	if err := json.Unmarshal(b.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// TestCounts holds that metrics are made of members that log lines have, and of
// the lines that are meant.
func TestCounts(t *testing.T) {
	access := map[string]any{}
	text := regexp.MustCompile(`\$context\.[A-Za-z.]*status`).ReplaceAllString(accessLine, "429")
	text = strings.ReplaceAll(text, "$context.error.responseType", "THROTTLED")
	if err := json.Unmarshal([]byte(text), &access); err != nil {
		t.Fatalf("a line of the access log is no JSON: %v in %s", err, text)
	}
	resources := chosen(t, map[string]any{"alarms": true})
	counts := 0
	for id, pattern := range values(t, resources, "AWS::Logs::MetricFilter Properties FilterPattern") {
		counts++
		of, not := line(t, 401), line(t, 400)
		switch {
		case strings.HasPrefix(id, "AccessLogs"):
			of, not = access, map[string]any{"error": "-"}
		case strings.HasSuffix(id, "Drift"):
			of, not = drift(t), line(t, 500)
		}
		if !matches(t, pattern, of) || matches(t, pattern, not) {
			t.Errorf("%s: %s: got no match in %v, or one in %v", id, pattern, of, not)
		}
	}
	if counts == 0 {
		t.Error("got no metrics of log lines")
	}
}

// matches is CloudWatch's matching of a pattern that compares one member.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func matches(t *testing.T, pattern string, line map[string]any) bool {
	t.Helper()
	var text string
	if err := json.Unmarshal([]byte(pattern), &text); err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile(`^\{ \$\.(\w+) = (.+) \}$`).FindStringSubmatch(text)
	if parts == nil {
		t.Fatalf("got the pattern %s", text)
	}
	var want any
	if err := json.Unmarshal([]byte(parts[2]), &want); err != nil {
		t.Fatal(err)
	}
	return line[parts[1]] == want
}

// TestDashboard holds that the dashboard is JSON, asks log lines for members that
// they have, and names resources that there are.
func TestDashboard(t *testing.T) {
	resources := chosen(t, map[string]any{"dashboard": true})
	var body string
	if err := json.Unmarshal([]byte(values(t, resources, "Dashboard Properties DashboardBody Fn::Sub")["Dashboard"]), &body); err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`\$\{(\w+)[.}]`).FindAllStringSubmatch(body, -1) {
		if resources[name[1]] == nil {
			t.Errorf("the dashboard names %s, which is no resource", name[1])
		}
	}
	var read struct {
		Widgets []struct {
			Type       string
			X, Y       int
			Properties struct {
				Query   string
				Metrics [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &read); err != nil {
		t.Fatal(err)
	}
	has := line(t, 200)
	places := map[[2]int]bool{}
	for _, w := range read.Widgets {
		if places[[2]int{w.X, w.Y}] {
			t.Errorf("two widgets are at %d, %d", w.X, w.Y)
		}
		places[[2]int{w.X, w.Y}] = true
		if w.Type == "metric" && len(w.Properties.Metrics) == 0 {
			t.Errorf("the widget at %d, %d shows nothing", w.X, w.Y)
		}
		for _, use := range regexp.MustCompile(`filter (\w+)|sum\((\w+)\)|by (\w+) \|`).FindAllStringSubmatch(w.Properties.Query, -1) {
			name := use[1] + use[2] + use[3]
			if _, ok := has[name]; !ok {
				t.Errorf("the query asks for %s; a line has %v", name, has)
			}
		}
	}
}

// TestAlarms holds that an alarm looks at no more than a day, which is all that
// CloudWatch lets it, says what it means, and what it does where nothing is
// measured.
func TestAlarms(t *testing.T) {
	resources := chosen(t, map[string]any{"alarms": true})
	for id, text := range values(t, resources, "AWS::CloudWatch::Alarm Properties") {
		var a struct {
			AlarmDescription, TreatMissingData string
			Period, EvaluationPeriods          int
			Metrics                            []struct{ MetricStat struct{ Period int } }
		}
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		period := a.Period
		for _, m := range a.Metrics {
			period = max(period, m.MetricStat.Period)
		}
		if period < 60 || period*a.EvaluationPeriods > 24*60*60 {
			t.Errorf("%s looks at %d times %d s, want a minute to a day", id, a.EvaluationPeriods, period)
		}
		if len(a.AlarmDescription) < 30 || a.TreatMissingData == "" {
			t.Errorf("%s: got the description %q, and %q where nothing is measured", id, a.AlarmDescription, a.TreatMissingData)
		}
	}
}
