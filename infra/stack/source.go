package stack

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// addSchedule has EventBridge invoke a function again and again.
func addSchedule(resources object, s routes.Schedule) {
	id := logicalID(s.Function)
	unit := "minutes"
	if s.Minutes == 1 {
		unit = "minute"
	}
	resources[s.Name] = object{
		"Type": "AWS::Events::Rule",
		"Properties": object{
			"Description": "Runs " + s.Function, "ScheduleExpression": fmt.Sprintf("rate(%d %s)", s.Minutes, unit), "State": "ENABLED",
			"Targets": []object{{"Id": s.Function, "Arn": attribute(id+"Function", "Arn")}},
		},
	}
	resources[id+"Permission"] = permission(id, "events.amazonaws.com", attribute(s.Name, "Arn"))
}

// addQueue has a function work off a queue. A message that it fails to too often
// goes to a queue beside it, and is kept there for two weeks.
func addQueue(resources object, q routes.Queue) {
	id := logicalID(q.Name)
	const fortnight = 14 * 24 * 60 * 60
	resources[id+"DeadLetters"] = object{
		"Type":       "AWS::SQS::Queue",
		"Properties": object{"MessageRetentionPeriod": fortnight, "SqsManagedSseEnabled": true},
	}
	resources[id+"Queue"] = object{
		"Type": "AWS::SQS::Queue",
		"Properties": object{
			"VisibilityTimeout": q.VisibilitySeconds, "SqsManagedSseEnabled": true,
			"RedrivePolicy": object{"deadLetterTargetArn": attribute(id+"DeadLetters", "Arn"), "maxReceiveCount": q.MaxReceives},
		},
	}
	resources[id+"Messages"] = object{
		"Type": "AWS::Lambda::EventSourceMapping",
		"Properties": object{
			"EventSourceArn": attribute(id+"Queue", "Arn"), "FunctionName": ref(logicalID(q.Function) + "Function"),
			"BatchSize": q.BatchSize, "FunctionResponseTypes": []string{"ReportBatchItemFailures"},
		},
	}
}
