package lambdahttp

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/tollgate-llm/tollgate/core/queue"
)

// TestDeliver reads an event as AWS documents it, and names what failed.
func TestDeliver(t *testing.T) {
	text, err := os.ReadFile("testdata/sqs.json")
	if err != nil {
		t.Fatal(err)
	}
	var e events.SQSEvent
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(time.Minute)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	for _, tc := range []struct {
		again []string
		want  string
	}{
		{nil, `{"batchItemFailures":[]}`},
		{[]string{"b"}, `{"batchItemFailures":[{"itemIdentifier":"b"}]}`},
	} {
		why := errors.Join(nil)
		if tc.again != nil {
			why = errors.New("busy")
		}
		var told error
		got, err := deliver(ctx, e, func(ctx context.Context, m []queue.Message) ([]string, error) {
			want := []queue.Message{{ID: "a", Body: "first", Received: 1, Receipt: "ra"}, {ID: "b", Body: "second", Received: 4, Receipt: "rb"}}
			if len(m) != 2 || m[0] != want[0] || m[1] != want[1] {
				t.Errorf("got messages %+v, want %+v", m, want)
			}
			if until, ok := ctx.Deadline(); !ok || !until.Before(end) {
				t.Errorf("got until %v, want time left before %v", until, end)
			}
			return tc.again, why
		}, func(err error) { told = err })
		text, _ := json.Marshal(got)
		if err != nil || string(text) != tc.want || !errors.Is(told, why) {
			t.Errorf("got %s, %v, told %v, want %s", text, err, told, tc.want)
		}
	}
	e.Records[1].Attributes["ApproximateReceiveCount"] = "?"
	if _, err := deliver(ctx, e, nil, nil); err == nil {
		t.Error("got no error for an event that does not say how often a message came")
	}
}
