// Package exact is the rig that proves from outside what core/ledger promises:
// no budget is exceeded, no spend lost, none counted twice. It has tests only.
//
// The upstream is another process with prices of its own, which writes down what
// it bills before it answers. The gateway knows nothing of that log, and the
// checks know nothing of the gateway: they read the log and the items of the
// store by the names that core/ledger documents, and call none of its sums.
//
//	TestCrowd    64 requests at a time through the whole gateway, over a store that fails, in processes that die
//	TestKilled   the program with its file, killed by SIGKILL under load and started again
//	TestServers  two of the program on one DynamoDB table: one dollar, and a limit a minute;
//	             and what one request costs of the table, as its answers on the wire say
//	TestServersBatch  lines of a batch by way of SQS, with messages that come twice, in functions killed by SIGKILL
//
// The last two need a DynamoDB server, and one that plays SQS: .ci/dynamo starts
// them. EXACT_SEEDS, EXACT_REQUESTS, EXACT_KILLS and EXACT_LINES make them longer, as
// make verify-ledger and make verify-batch do.
package exact

import (
	"os"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is also the upstream: it starts itself in that role.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "upstream" {
		if err := serveUpstream(os.Args[2]); err != nil {
			panic(err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// size is how much a test does: what an environment variable says, or otherwise.
func size(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, want a number of at least 1", variable, text)
	}
	return n
}
