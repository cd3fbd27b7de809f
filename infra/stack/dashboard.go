package stack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// dashboard shows, from top to bottom, what callers see, what the functions do,
// what lies behind them, and what calls cost by model.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
func dashboard(p Profile) (object, error) {
	api := func(name, statistic string) []any {
		return []any{"AWS/ApiGateway", name, "ApiName", "${AWS::StackName}", "Stage", p.Name, object{"stat": statistic}}
	}
	each := func(name, statistic string) [][]any {
		var all [][]any
		for _, f := range routes.Functions() {
			all = append(all, []any{"AWS/Lambda", name, "FunctionName", "${" + logicalID(f.Name) + "Function}", object{"stat": statistic, "label": f.Name}})
		}
		return all
	}
	table := func(name string) []any {
		return []any{"AWS/DynamoDB", name, "TableName", "${Table}", object{"stat": "Sum"}}
	}
	var queues [][]any
	for _, q := range routes.Queues() {
		for _, part := range []string{"Queue", "DeadLetters"} {
			queues = append(queues, []any{
				"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${" + logicalID(q.Name) + part + ".QueueName}",
				object{"stat": "Maximum", "label": strings.ToLower(q.Name + " " + part)},
			})
		}
	}
	widgets := []object{
		graph(0, "Requests and errors", api("Count", "Sum"), api("4XXError", "Sum"), api("5XXError", "Sum")),
		graph(1, "Time of requests, ms", api("Latency", "p50"), api("Latency", "p99")),
		graph(2, "Environments at work", each("ConcurrentExecutions", "Maximum")...),
		graph(3, "Refused for want of an environment", each("Throttles", "Sum")...),
		graph(4, "Time of invocations, p99, ms", each("Duration", "p99")...),
		graph(5, "Failed invocations", each("Errors", "Sum")...),
		graph(6, "Units of the table", table("ConsumedReadCapacityUnits"), table("ConsumedWriteCapacityUnits")),
		graph(7, "Messages waiting", queues...),
		spending(8),
	}
	b, err := json.Marshal(object{"widgets": widgets})
	if err != nil {
		return nil, fmt.Errorf("encode the dashboard: %w", err)
	}
	return object{"Type": "AWS::CloudWatch::Dashboard", "Properties": object{"DashboardBody": sub(string(b))}}, nil
}

// graph is a widget of metrics; two stand beside each other.
func graph(at int, title string, metrics ...[]any) object {
	return object{
		"type": "metric", "x": at % 2 * 12, "y": at / 2 * 6, "width": 12, "height": 6,
		"properties": object{"title": title, "region": "${AWS::Region}", "view": "timeSeries", "period": 60, "metrics": metrics},
	}
}

// spending asks the functions' log lines what calls cost. It is asked when the
// dashboard is looked at, and costs half a cent for each GB of logs.
func spending(at int) object {
	var sources []string
	for _, f := range routes.Functions() {
		sources = append(sources, "SOURCE '${"+logicalID(f.Name)+"Logs}'")
	}
	return object{
		"type": "log", "x": 0, "y": at / 2 * 6, "width": 24, "height": 6,
		"properties": object{
			"title": "Dollars by model", "region": "${AWS::Region}", "view": "table",
			"query": strings.Join(sources, " | ") +
				" | filter msg = 'request' | stats sum(cost_usd) as dollars, count(*) as requests, sum(prompt_tokens) as input, sum(completion_tokens) as output by model | sort dollars desc",
		},
	}
}
