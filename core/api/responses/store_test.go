package responses_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/responses"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// inEach runs a test in every Store, empty.
func inEach(t *testing.T, test func(*testing.T, responses.Store)) {
	t.Helper()
	for name, store := range map[string]responses.Store{
		"memory": &responses.Memory{Limit: 1 << 20},
		"kept":   &responses.Kept{Store: memory.New(time.Now), Now: time.Now},
	} {
		t.Run(name, func(t *testing.T) { test(t, store) })
	}
}

func same(a, b responses.Stored) bool {
	return a.ID == b.ID && a.Owner == b.Owner && a.Previous == b.Previous && a.Deployment == b.Deployment &&
		string(a.Response) == string(b.Response) &&
		slices.EqualFunc(a.Input, b.Input, func(a, b json.RawMessage) bool { return string(a) == string(b) })
}

// TestOwners: an id belongs to who had it first, until they delete it; only
// they find it, as they put it last.
func TestOwners(t *testing.T) { inEach(t, owners) }

func owners(t *testing.T, s responses.Store) {
	ctx := t.Context()
	mine := responses.Stored{
		ID: "a", Owner: "me", Previous: "resp_0", Deployment: "d", Response: json.RawMessage(`{"id" : "<a>", "n":1.50}`),
		Input: []json.RawMessage{json.RawMessage(`{"role": "user"}`), json.RawMessage(`{ }`)},
	}
	yours := responses.Stored{ID: "a", Owner: "you", Response: json.RawMessage(`{}`)}
	nobodys := responses.Stored{ID: "b", Response: json.RawMessage(`{}`)}
	put := func(r responses.Stored, want error) {
		t.Helper()
		if err := s.Put(ctx, r); !errors.Is(err, want) {
			t.Errorf("put %s of %q: got %v, want %v", r.ID, r.Owner, err, want)
		}
	}
	get := func(owner, id string, want responses.Stored, fault error) {
		t.Helper()
		if got, err := s.Get(ctx, owner, id); !errors.Is(err, fault) || !same(got, want) {
			t.Errorf("get %s of %q: got %+v, %v, want %+v, %v", id, owner, got, err, want, fault)
		}
	}
	none := responses.Stored{}
	put(mine, nil)
	put(yours, responses.ErrTaken)
	put(nobodys, nil)
	get("me", "a", mine, nil)
	get("you", "a", none, responses.ErrTaken)
	get("", "a", none, responses.ErrTaken)
	get("", "b", nobodys, nil)
	get("me", "b", none, responses.ErrTaken)
	get("me", "c", none, responses.ErrNotFound)

	mine.Input, mine.Previous = nil, ""
	put(mine, nil)
	get("me", "a", mine, nil)

	for _, owner := range []string{"you", "", "me", "me"} {
		if err := s.Delete(ctx, owner, "a"); err != nil {
			t.Errorf("delete of %q: %v", owner, err)
		}
		if owner != "me" {
			get("me", "a", mine, nil)
		}
	}
	get("me", "a", none, responses.ErrNotFound)
	put(yours, nil)
	get("you", "a", yours, nil)
}

// TestTogether: many who write and delete few responses find each whole.
func TestTogether(t *testing.T) { inEach(t, together) }

func together(t *testing.T, s responses.Store) {
	ctx := t.Context()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 100 {
				r := responses.Stored{ID: fmt.Sprint(n % 7), Owner: "me", Response: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n%7))}
				if err := s.Put(ctx, r); err != nil {
					t.Error(err)
				}
				if got, err := s.Get(ctx, "me", r.ID); err == nil && !same(got, r) || err != nil && !errors.Is(err, responses.ErrNotFound) {
					t.Errorf("got %+v, %v, want %+v or nothing", got, err, r)
				}
				if n%3 == i%3 {
					if err := s.Delete(ctx, "me", r.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
}
