package limit_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// childStore is the environment variable that makes this program a child: the
// store that it shares with others.
const childStore = "TOLLGATE_TEST_STORE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childStore); path != "" {
		if err := child(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// child lets 64 goroutines ask for a share of 500 requests in each minute that a
// line of standard input begins, and prints how many were let through.
func child(path string) error {
	var clock atomic.Int64
	now := func() time.Time { return noon.Add(time.Duration(clock.Load())) }
	s, err := embedded.Open(path, now)
	if err != nil {
		return err
	}
	l := &limit.Limiter{Store: s, Now: now, Sleep: func(_ context.Context, d time.Duration) error { time.Sleep(d); return nil }}
	r := limit.Request{Scopes: []limit.Scope{{Kind: "api_key", ID: "k", RPM: 1000}, {Kind: "team", ID: "t", RPM: 500, TPM: 5000}}, Prompt: 10}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); clock.Add(int64(time.Minute)) {
		var wait sync.WaitGroup
		var through atomic.Int64
		for range 64 {
			wait.Go(func() {
				for range 3 {
					if _, err := l.Take(context.Background(), r); err == nil {
						through.Add(1)
					}
				}
			})
		}
		wait.Wait()
		fmt.Println(through.Load())
	}
	return s.Close()
}

// TestProcesses: 8 processes with 64 goroutines each, 10 minutes: never above
// the limit, and at least 99 % of it used.
func TestProcesses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "store.db")
	type process struct {
		cmd *exec.Cmd
		in  io.WriteCloser
		out *bufio.Reader
	}
	processes := make([]process, 8)
	for i := range processes {
		p := &processes[i]
		p.cmd = exec.CommandContext(t.Context(), self)
		p.cmd.Env = append(os.Environ(), childStore+"="+path)
		p.cmd.Stderr = os.Stderr
		in, inErr := p.cmd.StdinPipe()
		out, outErr := p.cmd.StdoutPipe()
		if err := errors.Join(inErr, outErr, p.cmd.Start()); err != nil {
			t.Fatal(err)
		}
		p.in, p.out = in, bufio.NewReader(out)
	}
	for minute := range 10 { // in step, because clocks do not differ by minutes
		through := 0
		for _, p := range processes {
			if _, err := io.WriteString(p.in, "go\n"); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range processes {
			n := 0
			if _, err := fmt.Fscan(p.out, &n); err != nil {
				t.Fatal(err)
			}
			through += n
		}
		if through > 500 || through < 495 {
			t.Errorf("minute %d: got %d requests through, want 495 to 500", minute, through)
		}
	}
	for _, p := range processes {
		if err := errors.Join(p.in.Close(), p.cmd.Wait()); err != nil {
			t.Error(err)
		}
	}
}
