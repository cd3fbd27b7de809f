package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// The environment of a child process: the file to write to, the child's name,
// and how many writes each of its callers makes.
const (
	childFile  = "TOLLGATE_TEST_STORE"
	childName  = "TOLLGATE_TEST_NAME"
	childCount = "TOLLGATE_TEST_COUNT"
	callers    = 16
)

// child opens the store as another process does. Each of its callers makes two
// rows in one transaction and counts them, and then says so on a line.
func child(path string) int {
	count, err := strconv.Atoi(os.Getenv(childCount))
	if err != nil {
		return 2
	}
	s, err := embedded.Open(path, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	failed := make(chan error, callers)
	for caller := range callers {
		go func() {
			for i := range count {
				id := fmt.Sprintf("%s-%d-%d", os.Getenv(childName), caller, i)
				if err := errors.Join(s.WriteAll(context.Background(), pair(id)), counted(s)); err != nil {
					failed <- err
					return
				}
				os.Stdout.WriteString(id + "\n")
			}
			failed <- nil
		}()
	}
	for range callers {
		err = errors.Join(err, <-failed)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func pair(id string) []store.Write {
	absent := []store.Condition{{Attr: "id", Op: store.Absent}}
	return []store.Write{
		{Key: store.Key{PK: "left", SK: id}, If: absent, Set: store.Item{"id": id}},
		{Key: store.Key{PK: "right", SK: id}, If: absent, Set: store.Item{"id": id}},
	}
}

func count() store.Key { return store.Key{PK: "count", SK: "#"} }

func counted(s store.Store) error {
	_, err := s.Write(context.Background(), store.Write{Key: count(), Add: map[string]int64{"n": 1}})
	return err
}

// start starts a child. Its lines come one by one; the channel is closed when
// the child has ended, and is to be read to the end before wait.
func start(t *testing.T, path, name string, count int) (cmd *exec.Cmd, lines <-chan string, stderr *strings.Builder) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd, stderr = exec.CommandContext(t.Context(), self), &strings.Builder{}
	cmd.Env = append(os.Environ(), childFile+"="+path, childName+"="+name, childCount+"="+strconv.Itoa(count))
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string)
	go func() {
		defer close(said)
		for r := bufio.NewReader(stdout); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			said <- strings.TrimSuffix(line, "\n")
		}
	}()
	return cmd, said, stderr
}

// TestKilled kills a process that writes, ten times, as kill -9 does: every
// write that was acknowledged is there, and no pair is there by half.
func TestKilled(t *testing.T) {
	const kills, each = 10, 150
	path := filepath.Join(t.TempDir(), "store.db")
	acknowledged := map[string]bool{}
	for kill := range kills {
		before := len(acknowledged)
		cmd, lines, stderr := start(t, path, strconv.Itoa(kill), 1<<30)
		for id := range lines {
			acknowledged[id] = true
			if len(acknowledged) == before+each {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil || stderr.Len() > 0 {
			t.Fatalf("got error %v and %q of a killed child, want it killed and silent", err, stderr)
		}
		check(t, path, acknowledged)
	}
	t.Logf("kills: %d, acknowledged: %d, lost: 0", kills, len(acknowledged))
}

// check opens the file and looks for what was acknowledged.
func check(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	s, err := embedded.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	left, right := ids(t, s, "left"), ids(t, s, "right")
	for id := range acknowledged {
		if !left[id] || !right[id] {
			t.Errorf("%s was acknowledged: got left %v and right %v, want both", id, left[id], right[id])
		}
	}
	if len(left) != len(right) {
		t.Errorf("got %d left and %d right, want as many", len(left), len(right))
	}
	total, err := s.Get(t.Context(), count(), true)
	if n := total.Int("n"); err != nil || n < int64(len(acknowledged)) || n > int64(len(left)) {
		t.Errorf("got %d counted and error %v, want from %d to %d", n, err, len(acknowledged), len(left))
	}
}

func ids(t *testing.T, s store.Store, pk string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for q := (store.Query{PK: pk, Limit: store.MaxLimit}); ; {
		page, err := s.Query(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page.Items {
			found[k.SK] = true
		}
		if q.After = page.Next; q.After == "" {
			return found
		}
	}
}

// TestProcesses has three processes make one file and write to it at once.
func TestProcesses(t *testing.T) {
	const processes, each = 3, 20
	path := filepath.Join(t.TempDir(), "store.db")
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var group sync.WaitGroup
	for p := range processes {
		cmd, lines, stderr := start(t, path, strconv.Itoa(p), each)
		group.Go(func() {
			for id := range lines {
				mu.Lock()
				acknowledged[id] = true
				mu.Unlock()
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("process %d: got %v: %s", p, err, stderr)
			}
		})
	}
	group.Wait()
	if got, want := len(acknowledged), processes*callers*each; got != want {
		t.Errorf("got %d writes acknowledged, want %d", got, want)
	}
	check(t, path, acknowledged)
}
