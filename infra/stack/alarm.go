package stack

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// namespace has the metrics that are made of log lines.
const namespace = "Tollgate/${AWS::StackName}"

// addAlarms watches what an operator must know of. Each alarm's description says
// what it means; docs/operate.md says what to do.
func addAlarms(resources object, p Profile) {
	told := addTopic(resources, p)
	add := func(id, description string, properties object) {
		properties["AlarmDescription"] = description
		if told != nil {
			properties["AlarmActions"], properties["OKActions"] = []any{told}, []any{told}
		}
		resources[id] = object{"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
	}
	add("ServerErrors", "More than 5 % of the API's replies were 5xx, for ten minutes", over(0.05, 2, metric{
		"AWS/ApiGateway", "5XXError", "Average", dimensions("ApiName", ref("AWS::StackName"), "Stage", p.Name),
	}))
	if p.AccessLogs != logsOff {
		addCount(resources, "AccessLogs", "Throttled", `{ $.error = "THROTTLED" }`)
		add("Throttled", "Requests were refused because the whole API was called too fast: see RequestsPerSecond", over(0, 1, counted("Throttled")))
	}
	for _, f := range routes.Functions() {
		id := logicalID(f.Name)
		add(id+"Throttles", f.Name+" was refused an environment: it is at its bound, or the account is", over(0, 1, metric{
			"AWS/Lambda", "Throttles", "Sum", dimensions("FunctionName", ref(id+"Function")),
		}))
		addCount(resources, id+"Logs", "Drift", `{ $.msg = "budget drift" }`)
		if f.Mode != "" {
			addCount(resources, id+"Logs", "Unauthorized", `{ $.status = 401 }`)
		}
	}
	add("BudgetDrift", "The books of a budget do not add up: the log says whose. Something else writes to the table, or a budget is not kept",
		over(0, 1, counted("Drift")))
	add("WrongKeys", "More than 500 requests in five minutes had no valid key: somebody is guessing, or has an old key",
		over(500, 1, counted("Unauthorized")))
	for _, q := range routes.Queues() {
		id := logicalID(q.Name) + "DeadLetters"
		add(id+"Waiting", fmt.Sprintf("Messages of the queue %s failed %d times, and are kept for two weeks", q.Name, q.MaxReceives), over(0, 1, metric{
			"AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", dimensions("QueueName", attribute(id, "QueueName")),
		}))
	}
	for _, s := range routes.Schedules() {
		add(s.Name+"Behind", "The function "+s.Function+" has not succeeded for a long time: holds of calls that ended badly stay, and spend is not added up",
			notSucceeding(s))
	}
}

// metric is what is measured, and how a period's values become one.
type metric struct {
	namespace       any // a text, or what CloudFormation makes one of
	name, statistic string
	dimensions      []object
}

// counted is a metric of this stack's log lines.
func counted(name string) metric { return metric{sub(namespace), name, "Sum", nil} }

func dimensions(pairs ...any) []object {
	var all []object
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, object{"Name": pairs[i], "Value": pairs[i+1]})
	}
	return all
}

// over is an alarm about a metric that was above a number in each of some
// periods of five minutes. Where nothing is measured, nothing happened.
func over(threshold float64, periods int, m metric) object {
	a := object{
		"Namespace": m.namespace, "MetricName": m.name, "Statistic": m.statistic, "Period": 300,
		"ComparisonOperator": "GreaterThanThreshold", "Threshold": threshold, "EvaluationPeriods": periods,
		"TreatMissingData": "notBreaching",
	}
	if m.dimensions != nil {
		a["Dimensions"] = m.dimensions
	}
	return a
}

// notSucceeding is an alarm about a schedule that ran in vain, or not at all,
// fifteen times in a row.
func notSucceeding(s routes.Schedule) object {
	sum := func(id, name string) object {
		return object{"Id": id, "ReturnData": false, "MetricStat": object{
			"Period": 5 * 60 * s.Minutes, "Stat": "Sum",
			"Metric": object{"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions("FunctionName", ref(logicalID(s.Function)+"Function"))},
		}}
	}
	return object{
		"Metrics": []object{
			sum("runs", "Invocations"), sum("failures", "Errors"),
			{"Id": "successes", "Expression": "runs - FILL(failures, 0)", "ReturnData": true},
		},
		"ComparisonOperator": "LessThanThreshold", "Threshold": 1, "EvaluationPeriods": 3, "TreatMissingData": "breaching",
	}
}

// addCount counts the lines of a log group that match a pattern. Counts of
// several groups under one name add up.
func addCount(resources object, group, name, pattern string) {
	resources[group+name] = object{
		"Type": "AWS::Logs::MetricFilter",
		"Properties": object{
			"LogGroupName": ref(group), "FilterPattern": pattern,
			"MetricTransformations": []object{{"MetricNamespace": sub(namespace), "MetricName": name, "MetricValue": "1", "Unit": "Count"}},
		},
	}
}
