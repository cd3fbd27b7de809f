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
