package stack

import "github.com/tollgate-llm/tollgate/core/routes"

// addQueue has a function work off a queue. A message that it fails to too often
// goes to a queue beside it, and is kept there for two weeks.
func addQueue(resources object, p Profile, q routes.Queue) {
	id := logicalID(q.Name)
	const fortnight = 14 * 24 * 60 * 60
	addPlainQueue(resources, p, id+"DeadLetters", object{"MessageRetentionPeriod": fortnight})
	addPlainQueue(resources, p, id+"Queue", object{
		"VisibilityTimeout": q.VisibilitySeconds,
		"RedrivePolicy":     object{"deadLetterTargetArn": attribute(id+"DeadLetters", "Arn"), "maxReceiveCount": q.MaxReceives},
	})
	messages := object{
		"EventSourceArn": attribute(id+"Queue", "Arn"), "FunctionName": p.invoked(q.Function),
		"BatchSize": q.BatchSize, "FunctionResponseTypes": []string{"ReportBatchItemFailures"},
	}
	if bound := p.Reserved[q.Function]; bound > 0 {
		// Messages that find no environment would count as failures.
		messages["ScalingConfig"] = object{"MaximumConcurrency": min(bound, 1000)}
	}
	resources[id+"Messages"] = object{"Type": "AWS::Lambda::EventSourceMapping", "Properties": messages}
}

// addPlainQueue adds an encrypted queue that is asked by TLS only.
func addPlainQueue(resources object, p Profile, id string, properties object) {
	if p.Key {
		properties["KmsMasterKeyId"] = ref("Key")
	} else {
		properties["SqsManagedSseEnabled"] = true
	}
	resources[id] = object{"Type": "AWS::SQS::Queue", "Properties": properties}
	resources[id+"Policy"] = object{
		"Type":       "AWS::SQS::QueuePolicy",
		"Properties": object{"Queues": []object{ref(id)}, "PolicyDocument": policy(onlyTLS("sqs:*", attribute(id, "Arn")))},
	}
}
