package responses_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/api/responses"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// picture is a response to a picture of so many bytes, which don't compress
// below that.
func picture(bytes int) responses.Stored {
	b := make([]byte, bytes)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // never fails
	return responses.Stored{
		ID: "resp_1", Owner: "me", Response: json.RawMessage(`{"id":"resp_1"}`),
		Input: []json.RawMessage{json.RawMessage(`{"image_url":"` + base64.StdEncoding.EncodeToString(b) + `"}`)},
	}
}

// watched keeps responses in memory, and tells which items were written.
func watched() (kept *responses.Kept, items *memory.Store, fault *faults.Store, written map[store.Key]bool) {
	items, written = memory.New(time.Now), map[store.Key]bool{}
	fault = faults.New(items)
	fault.At = func(p faults.Point) {
		if p.Op == faults.Write {
			written[p.Key] = true
		}
	}
	return &responses.Kept{Store: fault, Now: time.Now}, items, fault, written
}

// TestLarge: a response of several items is found as it was, none of them is
// larger than DynamoDB's, and none is left when it was deleted.
func TestLarge(t *testing.T) {
	for bytes, want := range map[int]int{0: 1, 340_000: 1, 360_000: 2, 5_500_000: 16} {
		kept, items, _, written := watched()
		r := picture(bytes)
		if err := kept.Put(t.Context(), r); err != nil {
			t.Fatalf("%d bytes: %v", bytes, err)
		}
		if got, err := kept.Get(t.Context(), "me", r.ID); err != nil || !same(got, r) {
			t.Errorf("%d bytes: got another response, %v", bytes, err)
		}
		if len(written) != want {
			t.Errorf("%d bytes: got %d items, want %d", bytes, len(written), want)
		}
		for key := range written {
			item, err := items.Get(t.Context(), key, true)
			if err != nil {
				t.Fatal(err)
			}
			size := len(key.PK) + len(key.SK)
			for name := range item {
				size += len(name) + len(item.Text(name)) + len(item.Bytes(name)) + 21 // of a number
			}
			if size > 400_000 {
				t.Errorf("%d bytes: got an item of %d, want 400,000 at most", bytes, size)
			}
		}
		if err := kept.Delete(t.Context(), "me", r.ID); err != nil {
			t.Error(err)
		}
		for key := range written {
			if item, err := items.Get(t.Context(), key, true); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%d bytes, deleted: got %d attributes at %v, %v, want none", bytes, len(item), key, err)
			}
		}
	}
}

// TestTooLarge: what is not kept is not said to be, and leaves nothing.
func TestTooLarge(t *testing.T) {
	kept, _, _, written := watched()
	r := picture(5_700_000)
	if err := kept.Put(t.Context(), r); !errors.Is(err, responses.ErrTooLarge) || len(written) > 0 {
		t.Errorf("got %v and %d items, want %v and none", err, len(written), responses.ErrTooLarge)
	}
	g := newGateway(kept)
	input := `[{"role":"user","content":[{"type":"input_image",` + strings.TrimPrefix(string(r.Input[0]), "{") + `]}]`
	got, err := g.ask(t, "me", `{"input":`+input+`}`)
	if err != nil || got.Store || len(got.Output) != 1 || !errors.Is(g.asked.Record.Cause, responses.ErrTooLarge) {
		t.Errorf("got store %v, %v and cause %v, want an answer that is not stored", got.Store, err, g.asked.Record.Cause)
	}
}

// TestExpires: a response is there for thirty days, and then its id is free.
func TestExpires(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	kept := &responses.Kept{Store: memory.New(clock), Now: clock}
	for _, bytes := range []int{0, 800_000} {
		r := picture(bytes)
		if err := kept.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		now = now.Add(30*24*time.Hour - 1)
		if got, err := kept.Get(t.Context(), "me", r.ID); err != nil || !same(got, r) {
			t.Errorf("%d bytes, at the end of the time: got another response, %v", bytes, err)
		}
		now = now.Add(1)
		if _, err := kept.Get(t.Context(), "me", r.ID); !errors.Is(err, responses.ErrNotFound) {
			t.Errorf("%d bytes, after 30 days: got %v, want %v", bytes, err, responses.ErrNotFound)
		}
	}
	if err := kept.Put(t.Context(), responses.Stored{ID: "resp_1", Owner: "you", Response: json.RawMessage(`{}`)}); err != nil {
		t.Errorf("another's, after 30 days: %v", err)
	}
}

// TestFaults fails each call in each way: what is found then is the old
// response or the new one, whole, and it is the new one when nothing was said
// to have failed.
func TestFaults(t *testing.T) {
	older, newer := picture(360_000), picture(720_000) // of two items and three
	for _, kind := range []faults.Kind{faults.LostBefore, faults.LostAfter, faults.Late} {
		for n := 1; ; n++ {
			kept, _, fault, _ := watched()
			if err := kept.Put(t.Context(), older); err != nil {
				t.Fatal(err)
			}
			before := fault.Calls()
			fault.Fault = func(p faults.Point) faults.Fault {
				if p.Call == before+n {
					return faults.Fault{Kind: kind}
				}
				return faults.Fault{}
			}
			failed := kept.Put(t.Context(), newer)
			calls := fault.Calls() - before
			fault.Fault = nil
			got, err := kept.Get(t.Context(), "me", "resp_1")
			if err != nil || !same(got, newer) && (failed == nil || !same(got, older)) {
				t.Errorf("%v at call %d: got another response, %v", kind, n, err)
			}
			if fault.Land(t.Context()); failed != nil {
				if got, err := kept.Get(t.Context(), "me", "resp_1"); err != nil || !same(got, newer) && !same(got, older) {
					t.Errorf("%v at call %d, later: got another response, %v", kind, n, err)
				}
			}
			if n > calls { // all have failed
				break
			}
			if failed == nil {
				t.Errorf("%v at call %d: got no error", kind, n)
			}
		}
	}
}

// TestHalfDeleted: who is told that deleting failed finds nothing any more, or
// all of it.
func TestHalfDeleted(t *testing.T) {
	r := picture(720_000) // of three items
	for n := 1; n <= 4; n++ {
		kept, _, fault, _ := watched()
		if err := kept.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		before := fault.Calls()
		fault.Fault = func(p faults.Point) faults.Fault {
			if p.Call == before+n {
				return faults.Fault{Kind: faults.LostBefore}
			}
			return faults.Fault{}
		}
		if err := kept.Delete(t.Context(), "me", r.ID); !errors.Is(err, faults.ErrLost) {
			t.Errorf("call %d: got %v, want %v", n, err, faults.ErrLost)
		}
		fault.Fault = nil
		got, err := kept.Get(t.Context(), "me", r.ID)
		if whole := n <= 2; whole && (err != nil || !same(got, r)) || !whole && !errors.Is(err, responses.ErrNotFound) {
			t.Errorf("call %d: got %v, want it found: %v", n, err, whole)
		}
	}
}

// TestPack: whatever a response is made of is found as it was, under any id.
func TestPack(t *testing.T) {
	kept := &responses.Kept{Store: memory.New(time.Now), Now: time.Now}
	object := rapid.Custom(func(t *rapid.T) json.RawMessage {
		b, err := json.Marshal(map[string]string{rapid.String().Draw(t, "name"): rapid.String().Draw(t, "value")})
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
	rapid.Check(t, func(t *rapid.T) {
		r := responses.Stored{
			ID: string(rapid.SliceOf(rapid.Byte()).Draw(t, "id")), Owner: "me", Previous: rapid.String().Draw(t, "previous"),
			Deployment: rapid.String().Draw(t, "deployment"), Input: rapid.SliceOf(object).Draw(t, "input"), Response: object.Draw(t, "response"),
		}
		if err := kept.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got, err := kept.Get(t.Context(), "me", r.ID); err != nil || !same(got, r) {
			t.Fatalf("got %+v, %v, want %+v", got, err, r)
		}
	})
}
