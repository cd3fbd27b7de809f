package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/queue/sqs"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// rule invokes a function again and again.
type rule struct {
	ScheduleExpression string
	Targets            []struct {
		Arn struct {
			Attribute []string `json:"Fn::GetAtt"`
		}
	}
}

func (r *rule) read() (time.Duration, string, error) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(strings.TrimSuffix(r.ScheduleExpression, ")"), "rate(%d %s", &n, &unit); err != nil || !strings.HasPrefix(unit, "minute") || len(r.Targets) != 1 {
		return 0, "", fmt.Errorf("got the schedule %q of %d targets, want minutes, and one", r.ScheduleExpression, len(r.Targets))
	}
	return time.Duration(n) * time.Minute, name(r.Targets[0].Arn.Attribute[0]), nil
}

// mapping has a function work off a queue.
type mapping struct {
	EventSourceArn struct {
		Attribute []string `json:"Fn::GetAtt"`
	}
	FunctionName          json.RawMessage
	BatchSize             int
	FunctionResponseTypes []string
}

// read is the queue as the function's role sees it: Lambda asks SQS in its name.
func (m *mapping) read(ctx context.Context, n names, address string) (*sqs.Queue, routes.Queue, error) {
	if len(m.EventSourceArn.Attribute) != 2 || len(m.FunctionResponseTypes) != 1 || m.FunctionResponseTypes[0] != "ReportBatchItemFailures" {
		return nil, routes.Queue{}, fmt.Errorf("got the source %v with %v, want a queue whose failures are reported by message", m.EventSourceArn, m.FunctionResponseTypes)
	}
	function := function(m.FunctionName)
	for variable, value := range map[string]string{"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": keyOf(function)} {
		if err := os.Setenv(variable, value); err != nil {
			return nil, routes.Queue{}, fmt.Errorf("set %s: %w", variable, err)
		}
	}
	as := &cloud.Account{Now: time.Now}
	if _, err := as.Region(ctx); err != nil { // it remembers who it is
		return nil, routes.Queue{}, err
	}
	q := routes.Queue{Name: m.EventSourceArn.Attribute[0], Function: function, BatchSize: m.BatchSize}
	return &sqs.Queue{Account: as, URL: n[q.Name].Ref}, q, nil
}

// function is the name of what a Ref or an Fn::GetAtt of a function says.
func function(value json.RawMessage) string {
	var by struct {
		Ref       string
		Attribute []string `json:"Fn::GetAtt"`
	}
	if json.Unmarshal(value, &by) == nil && by.Ref == "" && len(by.Attribute) > 0 {
		by.Ref = by.Attribute[0]
	}
	return name(by.Ref)
}
