package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

func openForTest(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "store.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: got error %v, want none", err)
		}
	})
	return s
}

// gather lets writes wait until so many do, and writes them as one group. Its
// errors are in the order of the writes.
func (s *Store) gather(ctx context.Context, writes ...store.Write) []error {
	s.turn <- struct{}{}
	errs, done := make([]error, len(writes)), make(chan int)
	for i, w := range writes {
		go func() {
			_, errs[i] = s.Write(ctx, w)
			done <- i
		}()
	}
	s.await(func() bool { return len(s.queue) == len(writes) })
	<-s.turn
	for range writes {
		<-done
	}
	return errs
}

// await lets others run until something is so, under the lock.
func (s *Store) await(so func() bool) {
	for {
		s.mu.Lock()
		is := so()
		s.mu.Unlock()
		if is {
			return
		}
		runtime.Gosched()
	}
}

// commits counts the transactions in the log beside the file: a frame's header
// has the size of the database where a transaction ends, else 0.
// https://www.sqlite.org/fileformat2.html#walformat
func commits(t *testing.T, path string) int {
	t.Helper()
	wal, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	const header, frame = 32, 24
	page := int(binary.BigEndian.Uint32(wal[8:]))
	n := 0
	for at := header; at+frame+page <= len(wal); at += frame + page {
		if binary.BigEndian.Uint32(wal[at+4:]) != 0 {
			n++
		}
	}
	return n
}

func TestGroupIsOneCommit(t *testing.T) {
	s := openForTest(t)
	before := commits(t, s.path)
	var writes []store.Write
	for i := range 64 {
		writes = append(writes, store.Write{Key: store.Key{PK: "p", SK: fmt.Sprint(i % 32)}, Add: map[string]int64{"n": 1}})
	}
	if err := errors.Join(s.gather(t.Context(), writes...)...); err != nil {
		t.Fatal(err)
	}
	if got := commits(t, s.path) - before; got != 1 {
		t.Errorf("got %d commits for 64 writes, want 1", got)
	}
	page, err := s.Query(t.Context(), store.Query{PK: "p"})
	if err != nil || len(page.Items) != 32 {
		t.Fatalf("got %d items and error %v, want 32", len(page.Items), err)
	}
	for _, k := range page.Items {
		if got := k.Item.Int("n"); got != 2 {
			t.Errorf("item %s: got %d writes, want 2", k.SK, got)
		}
	}
}

// TestNeighbours holds that what one write of a group may not do, the others
// don't suffer for, and that all see each other's.
func TestNeighbours(t *testing.T) {
	s := openForTest(t)
	key := store.Key{PK: "p", SK: "account"}
	if _, err := s.Write(t.Context(), store.Write{Key: key, Set: store.Item{"cm": int64(0), "name": "x"}}); err != nil {
		t.Fatal(err)
	}
	hold := store.Write{Key: key, If: []store.Condition{{Attr: "cm", Op: store.AtMost, Value: int64(9)}}, Add: map[string]int64{"cm": 1}}
	wrong := store.Write{Key: key, Add: map[string]int64{"name": 1}}
	writes := []store.Write{wrong}
	for range 20 {
		writes = append(writes, hold)
	}
	held, refused := 0, 0
	for i, err := range s.gather(t.Context(), writes...) {
		var r *store.Refused
		switch {
		case i == 0 && (err == nil || !strings.Contains(err.Error(), "name is no number")):
			t.Errorf("add to text: got error %v, want one that says so", err)
		case i > 0 && err == nil:
			held++
		case errors.As(err, &r):
			refused++
			if r.Item.Int("cm") != 10 {
				t.Errorf("the refusal shows %d, want 10", r.Item.Int("cm"))
			}
		case i > 0:
			t.Errorf("got error %v, want a hold or a refusal", err)
		}
	}
	if held != 10 || refused != 10 {
		t.Errorf("got %d holds and %d refusals, want 10 and 10", held, refused)
	}
	if got, err := s.Get(t.Context(), key, true); err != nil || got.Int("cm") != 10 {
		t.Errorf("got %v and error %v, want cm 10", got, err)
	}
}

// TestFailedGroup holds that a group that cannot be written fails for everybody,
// a refusal included, which may be due to what was not written; and that the
// store goes on.
func TestFailedGroup(t *testing.T) {
	s := openForTest(t)
	limit := func(pages int) {
		if _, err := s.writer.conn.ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // of no effect on what is there: nothing more fits
	large := store.Item{"b": make([]byte, 100_000)}
	absent := []store.Condition{{Attr: "b", Op: store.Absent}}
	key := store.Key{PK: "p", SK: "1"}
	errs := s.gather(t.Context(),
		store.Write{Key: key, If: absent, Set: large}, store.Write{Key: key, If: absent, Set: large}, store.Write{Key: store.Key{PK: "p", SK: "2"}, Set: store.Item{}})
	for i, err := range errs {
		var refused *store.Refused
		if err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), s.path) || !strings.Contains(err.Error(), "full") {
			t.Errorf("write %d: got error %v, want that %s is full", i, err, s.path)
		}
	}
	if page, err := s.Query(t.Context(), store.Query{PK: "p"}); err != nil || len(page.Items) > 0 {
		t.Errorf("got %d items and error %v, want none", len(page.Items), err)
	}
	limit(1 << 30)
	if _, err := s.Write(t.Context(), store.Write{Key: key, If: absent, Set: large}); err != nil {
		t.Errorf("with room again: got error %v, want none", err)
	}
}

// TestCancelledInLine holds that who leaves the queue has written nothing, and
// leaves at once.
func TestCancelledInLine(t *testing.T) {
	s := openForTest(t)
	key := store.Key{PK: "p", SK: "1"}
	s.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error)
	go func() {
		_, err := s.Write(ctx, store.Write{Key: key, Set: store.Item{}})
		answer <- err
	}()
	s.await(func() bool { return len(s.queue) == 1 })
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	<-s.turn
	if _, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "p", SK: "2"}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), key, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v and error %v, want %v", got, err, store.ErrNotFound)
	}
}

// TestCloseWaits holds that Close lets a write finish that is under way.
func TestCloseWaits(t *testing.T) {
	s := openForTest(t)
	s.turn <- struct{}{}
	written, closed := make(chan error), make(chan error)
	go func() {
		_, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "p", SK: "1"}})
		written <- err
	}()
	s.await(func() bool { return len(s.queue) == 1 })
	if s.life.TryLock() {
		s.life.Unlock()
		t.Error("got a store that could be closed, want it kept by the write")
	}
	go func() { closed <- s.Close() }()
	<-s.turn
	if err := <-written; err != nil {
		t.Errorf("the write: got error %v, want none", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close: got error %v, want none", err)
	}
}

// TestPurge holds that what has expired does not stay in the file.
func TestPurge(t *testing.T) {
	now := time.Now()
	s, err := Open(filepath.Join(t.TempDir(), "store.db"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const items = 2*purgeMost + 10
	for i := range items {
		if _, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "p", SK: fmt.Sprint(i)}, Expires: now.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Minute)
	for _, want := range []int{items - purgeMost + 1, items - 2*purgeMost + 1, 1} {
		if _, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "stays", SK: "1"}}); err != nil {
			t.Fatal(err)
		}
		var got int
		if err := s.readers.QueryRow("SELECT count(*) FROM items").Scan(&got); err != nil || got != want {
			t.Errorf("got %d items in the file and error %v, want %d", got, err, want)
		}
	}
}

// TestBusy holds that a writer that another keeps out has done nothing, and
// says so.
func TestBusy(t *testing.T) {
	s := openForTest(t)
	other, err := Open(s.path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := s.writer.conn.ExecContext(t.Context(), "PRAGMA busy_timeout = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := other.writer.begin.Exec(); err != nil {
		t.Fatal(err)
	}
	w := store.Write{Key: store.Key{PK: "p", SK: "1"}, Add: map[string]int64{"n": 1}}
	if _, err := s.Write(t.Context(), w); !errors.Is(err, store.ErrThrottled) {
		t.Errorf("got error %v, want %v", err, store.ErrThrottled)
	}
	if _, err := s.Get(t.Context(), w.Key, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("read meanwhile: got error %v, want %v", err, store.ErrNotFound)
	}
	if _, err := other.writer.undo.Exec(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Write(t.Context(), w); err != nil || got.Int("n") != 1 {
		t.Errorf("let in: got %v and error %v, want n 1", got, err)
	}
}
