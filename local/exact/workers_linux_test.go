//go:build dynamodb

package exact

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// killed kills one of the functions' processes after the other, at random, mostly
// workers, so often at most, from the first message on until the context ends. It
// counts.
func (f *functions) killed(t *testing.T, ctx context.Context, working *sync.WaitGroup, begun <-chan struct{}, most int) *int {
	n, rng := 0, rand.New(rand.NewPCG(11, 11))
	working.Go(func() {
		select {
		case <-ctx.Done():
		case <-begun:
		}
		for n < most && ctx.Err() == nil {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Duration(100+rng.IntN(400)) * time.Millisecond):
			}
			of := "batch"
			if rng.IntN(5) == 0 {
				of = "chat"
			}
			pids := f.processes(t, of)
			if len(pids) == 0 {
				continue
			}
			if err := syscall.Kill(pids[rng.IntN(len(pids))], syscall.SIGKILL); err == nil {
				n++
			}
		}
	})
	return &n
}

// processes are those of a function.
func (f *functions) processes(t *testing.T, of string) []int {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Error(err)
	}
	var pids []int
	for _, link := range links {
		path, err := os.Readlink(link)
		if err != nil || path != f.bootstraps[of] { // another's, or it has ended
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// programOf is a program that .ci/dynamo has installed.
func programOf(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s is not set: run this by .ci/dynamo", variable)
	}
	return path
}
