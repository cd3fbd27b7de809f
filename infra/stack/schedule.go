package stack

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// addSchedule has EventBridge invoke a function again and again.
func addSchedule(resources object, p Profile, s routes.Schedule) {
	unit := "minutes"
	if s.Minutes == 1 {
		unit = "minute"
	}
	resources[s.Name] = object{
		"Type": "AWS::Events::Rule",
		"Properties": object{
			"Description": "Runs " + s.Function, "ScheduleExpression": fmt.Sprintf("rate(%d %s)", s.Minutes, unit), "State": "ENABLED",
			"Targets": []object{{"Id": s.Function, "Arn": p.invoked(s.Function)}},
		},
	}
	resources[s.Name+"Permission"] = permission(p.invoked(s.Function), "events.amazonaws.com", attribute(s.Name, "Arn"))
}
