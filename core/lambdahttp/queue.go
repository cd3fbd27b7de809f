package lambdahttp

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/tollgate-llm/tollgate/core/queue"
)

// StartQueue works off a queue of SQS, and never returns. Messages that work asks
// for again are delivered again, which the function's event source must allow by
// ReportBatchItemFailures; why is in the function's log. Like Start it takes the
// two results of a constructor.
//
// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
func StartQueue(work queue.Work, err error) {
	if err != nil {
		exit(err)
	}
	lambda.Start(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		return deliver(ctx, e, work, func(why error) { fmt.Fprintln(os.Stderr, "messages come again:", why) })
	})
}

// deliver has the messages of an event worked off, in less time than the function
// has: what must be written down at the end is.
func deliver(ctx context.Context, e events.SQSEvent, work queue.Work, tell func(error)) (events.SQSEventResponse, error) {
	ctx, cancel := (&Function{Now: time.Now}).withDeadline(ctx)
	defer cancel()
	messages := make([]queue.Message, len(e.Records))
	for i, r := range e.Records {
		n, err := strconv.Atoi(r.Attributes["ApproximateReceiveCount"])
		if err != nil {
			return events.SQSEventResponse{}, fmt.Errorf("read event: message %s was received %q times", r.MessageId, r.Attributes["ApproximateReceiveCount"])
		}
		messages[i] = queue.Message{ID: r.MessageId, Body: r.Body, Received: n, Receipt: r.ReceiptHandle}
	}
	again, why := work(ctx, messages)
	if why != nil {
		tell(why)
	}
	out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}} // none is a list, too
	for _, id := range again {
		out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return out, nil
}
