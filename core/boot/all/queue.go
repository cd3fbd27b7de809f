package all

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/queue/sqs"
)

// Queue is where lines of batches wait for a worker.
type Queue interface {
	Send(ctx context.Context, after time.Duration, messages []string) error
	Receive(ctx context.Context, most int) ([]queue.Message, error)
	Delete(ctx context.Context, messages []queue.Message) error
}

// InTable is a queue's URL that says: it is in the table, and somebody works it
// off. AWS has no such thing; an emulator of it may.
const InTable = "table:batch"

// OpenQueue opens the queue of a URL, one of SQS or InTable. It does not ask
// whether there is one. Without a URL there is none: nil.
func OpenQueue(url string, kept Store) (Queue, error) {
	return openQueue(url, &cloud.Account{Now: time.Now}, kept)
}

func openQueue(url string, account *cloud.Account, kept Store) (Queue, error) {
	switch {
	case url == "":
		return nil, nil
	case url == InTable && kept == nil:
		return nil, fmt.Errorf("QUEUE_URL_BATCH is %s, and TABLE_NAME names no table", url)
	case url == InTable:
		return boot.StoredQueue(kept, time.Now), nil
	case !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://"):
		return nil, fmt.Errorf("QUEUE_URL_BATCH is %q, want the URL of an SQS queue", url)
	}
	return &sqs.Queue{Account: account, URL: url}, nil
}
