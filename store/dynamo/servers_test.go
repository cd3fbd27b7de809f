//go:build dynamodb

package dynamo_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/dynamo"
	"github.com/tollgate-llm/tollgate/store/dynamo/dynamotest"
	"github.com/tollgate-llm/tollgate/store/storetest"
)

type opener func(dynamo.Options) *dynamo.Store

// TestServers runs each test against each server; and, if DYNAMODB_TABLE names a
// table, against that one at AWS, which is made if there is none.
func TestServers(t *testing.T) {
	on := func(name, table string, configure func(t *testing.T) aws.Config) {
		t.Run(name, func(t *testing.T) {
			c := configure(t)
			open := func(o dynamo.Options) *dynamo.Store {
				s := dynamo.New(c, table, o)
				if err := s.Create(t.Context()); err != nil { // all but the first find it made
					t.Fatal(err)
				}
				return s
			}
			t.Run("store", func(t *testing.T) {
				storetest.Run(t, func(_ *testing.T, now func() time.Time) store.Store { return open(dynamo.Options{Now: now}) })
			})
			t.Run("expired together", func(t *testing.T) { testExpiredTogether(t, open) })
			t.Run("large pages", func(t *testing.T) { testLargePages(t, open) })
			t.Run("index backwards", func(t *testing.T) { testIndexBackwards(t, open) })
			t.Run("capacity", func(t *testing.T) { testCapacity(t, open) })
		})
	}
	for _, server := range dynamotest.Servers(t) {
		on(server.Name, "tollgate-test", func(t *testing.T) aws.Config { return server.Start(t) })
	}
	if table := os.Getenv("DYNAMODB_TABLE"); table != "" {
		on("aws", table, func(t *testing.T) aws.Config {
			c, err := config.LoadDefaultConfig(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return c
		})
	}
}

// testExpiredTogether has many write at once to an item that has expired
// and is still in the table: one of them replaces it, and the others add to that.
func testExpiredTogether(t *testing.T, open opener) {
	const writers = 64
	s, key := open(dynamo.Options{Now: time.Now}), store.Key{PK: rand.Text(), SK: "#"}
	stale := store.Write{Key: key, Set: store.Item{"n": int64(1000), "stale": "x"}, Expires: time.Now().Add(-time.Second)}
	if _, err := s.Write(t.Context(), stale); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			w := store.Write{Key: key, Add: map[string]int64{"n": 1}, Set: store.Item{fmt.Sprint("by ", i): int64(1)}}
			_, err := s.Write(t.Context(), w)
			for errors.Is(err, store.ErrThrottled) {
				_, err = s.Write(t.Context(), w)
			}
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
		})
	}
	all.Wait()
	got, err := s.Get(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	if got.Int("n") != writers || len(got) != writers+1 {
		t.Errorf("got n %d and %d attributes, want %d and %d, none of the expired item", got.Int("n"), len(got), writers, writers+1)
	}
}

// testLargePages has pages that the table cannot send in one answer: it
// stops after 1 MB, and after a number of items of which most have expired.
func testLargePages(t *testing.T, open opener) {
	const items, size = 40, 60_000
	s, pk := open(dynamo.Options{Now: time.Now}), rand.Text()
	var want []string
	for i := range items {
		w := store.Write{Key: store.Key{PK: pk, SK: fmt.Sprintf("%02d", i)}, Set: store.Item{"v": strings.Repeat("v", size)}}
		if i%10 > 0 && i < 30 {
			w.Expires = time.Now().Add(-time.Second)
		} else {
			want = append(want, w.Key.SK)
		}
		if _, err := s.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	for limit := 1; limit <= len(want)+1; limit += 4 {
		page, err := s.Query(t.Context(), store.Query{PK: pk, Limit: limit, Consistent: true})
		if err != nil {
			t.Fatal(err)
		}
		full := min(limit, len(want))
		if got := sks(page); !slices.Equal(got, want[:full]) || (page.Next != "") != (limit < len(want)) {
			t.Errorf("limit %d: got %q and next %q, want %q", limit, got, page.Next, want[:full])
		}
	}
}

// testIndexBackwards reads several items in one place of the index, the
// first of a prefix, from behind.
func testIndexBackwards(t *testing.T, open opener) {
	s, pk := open(dynamo.Options{Now: time.Now}), rand.Text()
	for i, place := range []string{"a", "b", "b", "b", "b1", "c"} {
		w := store.Write{Key: store.Key{PK: pk, SK: fmt.Sprint(i)}, Set: store.Item{store.Index1PK: pk, store.Index1SK: place}}
		if _, err := s.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	for limit := 1; limit <= 5; limit++ {
		var got []string
		read := func() bool {
			got = nil
			for q := (store.Query{Index: store.Index1, PK: pk, Prefix: "b", Reverse: true, Limit: limit}); ; {
				page, err := s.Query(t.Context(), q)
				if err != nil {
					t.Fatalf("limit %d: got error %v, want none", limit, err)
				}
				got = append(got, sks(page)...)
				if q.After = page.Next; q.After == "" {
					return len(got) == 4 && got[0] == "4" && slices.Equal(slices.Sorted(slices.Values(got)), []string{"1", "2", "3", "4"})
				}
			}
		}
		for deadline := time.Now().Add(10 * time.Second); !read(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("limit %d: got %q, want 4, then 1, 2 and 3 in any order", limit, got)
				break
			}
		}
	}
}

// testCapacity sums what the answers say they took: one item of less
// than 1 KB costs a write a unit, its copy in the index another; to read it
// is half a unit, or one to be sure.
func testCapacity(t *testing.T, open opener) {
	var took []dynamo.Used
	s, key := open(dynamo.Options{Now: time.Now, Used: func(u dynamo.Used) { took = append(took, u) }}), store.Key{PK: rand.Text(), SK: "#"}
	plain := store.Write{Key: key, Set: store.Item{"a": "1"}}
	indexed := store.Write{Key: key, Set: store.Item{store.Index1PK: key.PK, store.Index1SK: "1"}}
	write := func(w store.Write) error { _, err := s.Write(t.Context(), w); return err }
	get := func(sure bool) error { _, err := s.Get(t.Context(), key, sure); return err }
	for _, step := range []struct {
		do   func() error
		want dynamo.Used
	}{
		{func() error { return write(plain) }, dynamo.Used{Operation: "UpdateItem", Table: 1}},
		{func() error { return write(indexed) }, dynamo.Used{Operation: "UpdateItem", Table: 1, Index: 1}},
		{func() error { return get(false) }, dynamo.Used{Operation: "GetItem", Table: 0.5}},
		{func() error { return get(true) }, dynamo.Used{Operation: "GetItem", Table: 1}},
		{func() error { return write(store.Write{Key: key, Delete: true}) }, dynamo.Used{Operation: "DeleteItem", Table: 1, Index: 1}},
	} {
		took = nil
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if len(took) != 1 || took[0] != step.want {
			t.Errorf("got %+v, want %+v alone", took, step.want)
		}
	}
	took = nil
	if err := s.WriteAll(t.Context(), []store.Write{plain}); err != nil {
		t.Fatal(err)
	}
	// AWS bills 2; DynamoDB Local says 4.
	if len(took) != 1 || took[0].Operation != "TransactWriteItems" || took[0].Table < 2 || took[0].Index != 0 {
		t.Errorf("got %+v, want one TransactWriteItems of 2 units of the table", took)
	}
}

// TestServersOpen finds a server as AWS's own tools would.
func TestServersOpen(t *testing.T) {
	for _, server := range dynamotest.Servers(t) {
		t.Run(server.Name, func(t *testing.T) {
			t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", *server.Start(t).BaseEndpoint)
			t.Setenv("AWS_REGION", "us-east-1")
			t.Setenv("AWS_ACCESS_KEY_ID", "test")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
			s, err := dynamo.Open(t.Context(), "tollgate-test", dynamo.Options{Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Get(t.Context(), store.Key{PK: "a", SK: "#"}, true); err == nil || errors.Is(err, store.ErrNotFound) {
				t.Errorf("got error %v before there is a table, want one about that", err)
			}
			if err := s.Create(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Get(t.Context(), store.Key{PK: "a", SK: "#"}, true); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("got error %v, want ErrNotFound", err)
			}
		})
	}
}

func sks(page store.Page) (sks []string) {
	for _, item := range page.Items {
		sks = append(sks, item.SK)
	}
	return sks
}
