package boot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// laterModels is a gateway with a master key, and models that an upstream
// answers.
const laterModels = `
model_list:
  - {model_name: main, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-up, input_cost_per_token: 1e-6, output_cost_per_token: 1e-6}, model_info: {max_input_tokens: 1000, max_output_tokens: 100}}
  - {model_name: other, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-up}}
  - {model_name: broken, litellm_params: {model: "openai/400", api_base: $UP, api_key: sk-up}}
general_settings: {master_key: sk-master}
`

// minutes is a clock that passes when told to.
type minutes struct{ at time.Time }

func (m *minutes) now() time.Time { return m.at }

// batched is a gateway with a clock whose batches are worked off when told to.
type batched struct {
	*house
	t     *testing.T
	kept  *memory.Store
	clock *minutes
	queue *queue.Stored
}

func openBatched(t *testing.T, yaml string) *batched {
	t.Helper()
	clock := &minutes{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	kept := memory.New(clock.now)
	return &batched{openAt(t, kept, clock.now, yaml), t, kept, clock, boot.StoredQueue(kept, clock.now)}
}

// ask asks for lines that nobody waits for, and returns the batch's name.
func (b *batched) ask(key string, requests string, headers ...string) string {
	b.t.Helper()
	a := b.do(b.t, "POST", "/v1/batch/completions", `{"model":"main","async":true,"requests":[`+requests+`]}`, append(headers, "Authorization: Bearer "+key)...)
	var made struct{ ID, Object, Status string }
	if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != 202 || made.Object != "batch" || made.Status != "queued" || !strings.HasPrefix(made.ID, "batch_") {
		b.t.Fatalf("got %d %s, want 202 and a batch", a.status, a.body)
	}
	return made.ID
}

// work works off what is in the queue, and returns how many messages come again.
func (b *batched) work() (again int) {
	b.t.Helper()
	for {
		messages, err := b.queue.Receive(b.t.Context(), 5)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(messages) == 0 {
			return again
		}
		ids, _ := b.app.Work(b.t.Context(), messages)
		again += len(ids)
		for _, m := range messages {
			if strings.Contains(strings.Join(ids, " "), m.ID) {
				continue
			}
			if err := b.queue.Delete(b.t.Context(), []queue.Message{m}); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// found is a batch as its owner sees it.
type found struct {
	Status string
	Counts struct{ Total, Completed, Failed int } `json:"request_counts"`
	Data   []struct {
		Index    int
		Response json.RawMessage
		Error    *failure
	}
}

func (b *batched) look(key, id string) found {
	b.t.Helper()
	a := b.do(b.t, "GET", "/batch/completions/"+id, "", "Authorization: Bearer "+key)
	var f found
	if err := json.Unmarshal([]byte(a.body), &f); err != nil || a.status != 200 || a.err != nil {
		b.t.Fatalf("got %d %s, %v, want the batch", a.status, a.body, err)
	}
	return f
}

const hello = `{"messages":[{"role":"user","content":"hi"}]}`

// TestBatchLater: lines are answered in their order, each for itself, and only
// their owner sees them.
func TestBatchLater(t *testing.T) {
	b := openBatched(t, laterModels)
	id := b.ask("sk-master", hello+`,{"model":"broken","messages":[]},{"model":"nobody","messages":[]},{"messages":[],"stream":true},{"n":1},`+hello)
	if f := b.look("sk-master", id); f.Status != "queued" || f.Counts.Total != 6 || f.Data != nil {
		t.Errorf("got %+v, want it queued", f)
	}
	if again := b.work(); again != 0 {
		t.Errorf("got %d messages again, want none", again)
	}
	f := b.look("sk-master", id)
	if f.Status != "completed" || f.Counts.Completed != 2 || f.Counts.Failed != 4 || len(f.Data) != 6 {
		t.Fatalf("got %+v, want two of six answered", f)
	}
	for i, code := range []string{"", "400", "404", "400", "400", ""} {
		one := f.Data[i]
		got := ""
		if one.Error != nil {
			got = one.Error.Code
		}
		if one.Index != i || got != code && !(i == 2 && got == "400") || (one.Response != nil) != (code == "") {
			t.Errorf("line %d: got %+v, want the code %q", i, one, code)
		}
	}
	for _, key := range []string{b.key(`{}`).token, b.key(`{"team_id":""}`).token} {
		if a := b.do(t, "GET", "/v1/batch/completions/"+id, "", "Authorization: Bearer "+key); a.status != 404 || !strings.Contains(a.body, "not found") {
			t.Errorf("another's: got %d %s, want 404", a.status, a.body)
		}
	}
	if lines := strings.Count(b.log.String(), `"route":"batch"`); lines != 6 {
		t.Errorf("got %d lines of the log, want one for each", lines)
	}
}

// made is a key, and how it is named.
type madeKey struct{ token, id string }

func (b *batched) key(body string) madeKey {
	b.t.Helper()
	a := b.do(b.t, "POST", "/key/generate", body, "Authorization: Bearer sk-master")
	var m struct {
		Key     string
		TokenID string `json:"token_id"`
	}
	if err := json.Unmarshal([]byte(a.body), &m); err != nil || a.status != 200 {
		b.t.Fatalf("%s: got %d %s", body, a.status, a.body)
	}
	return madeKey{m.Key, m.TokenID}
}

// TestBatchWaits: a line that its key's limit refuses waits for the next minute.
func TestBatchWaits(t *testing.T) {
	b := openBatched(t, laterModels)
	key := b.key(`{"rpm_limit":2}`)
	id := b.ask(key.token, strings.Join([]string{hello, hello, hello, hello, hello}, ","))
	for want := 2; want <= 6; want += 2 {
		if again := b.work(); again != 0 {
			t.Errorf("got %d messages again, want none: they are sent anew", again)
		}
		if f := b.look(key.token, id); f.Counts.Completed != min(want, 5) || f.Counts.Failed != 0 {
			t.Errorf("got %+v, want %d answered", f.Counts, min(want, 5))
		}
		b.clock.at = b.clock.at.Add(time.Minute)
	}
}

// TestBatchSays: what a request says beside its body counts for its lines, and
// nothing secret of it is kept.
func TestBatchSays(t *testing.T) {
	b := openBatched(t, laterModels)
	b.ask("sk-master", hello, "X-Litellm-Tags: nightly", "X-Litellm-Customer-Id: dora", "X-Litellm-Api-Key: sk-master", "Cookie: session=canary")
	b.work()
	a := b.do(t, "GET", "/spend/logs/v2?start_date=2026-11-21&end_date=2026-11-22", "", "Authorization: Bearer sk-master")
	for _, want := range []string{`"nightly"`, `"dora"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the spend log lacks %s: %s", want, a.body)
		}
	}
	for _, k := range b.everything() {
		for _, secret := range []string{"sk-master", "canary"} {
			if strings.Contains(k, secret) {
				t.Errorf("%s is kept: %q", secret, k)
			}
		}
	}
}

// everything is all that is kept about batches that are not done.
func (b *batched) everything() []string {
	var all []string
	page, err := b.kept.Query(context.Background(), store.Query{Index: store.Index1, PK: "BO"})
	if err != nil || len(page.Items) == 0 {
		b.t.Fatalf("got %v, %v, want a batch", page, err)
	}
	for _, k := range page.Items {
		all = append(all, fmt.Sprint(k.Item), string(k.Item.Bytes("asker")))
	}
	return all
}

// TestBatchQueue: the queue gives up a message when the lines do, and hides it for
// longer than a worker lives.
func TestBatchQueue(t *testing.T) {
	for _, q := range routes.Queues() {
		if q.Name != "batch" {
			continue
		}
		if q.MaxReceives != batch.MaxReceives || time.Duration(q.VisibilitySeconds)*time.Second < batch.Lease+time.Minute/2 {
			t.Errorf("got %+v, want %d receives, and longer than %v", q, batch.MaxReceives, batch.Lease)
		}
		return
	}
	t.Error("there is no queue of batches")
}

// TestTendBatches works off what is sent while it runs.
func TestTendBatches(t *testing.T) {
	h := open(t, laterModels)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.app.Tend(ctx, func(err error) { t.Error(err) })
	}()
	b := &batched{house: h, t: t}
	id := b.ask("sk-master", hello+","+hello)
	for deadline := time.Now().Add(30 * time.Second); b.look("sk-master", id).Counts.Completed < 2; {
		if time.Now().After(deadline) {
			t.Fatal("nobody works them off")
		}
	}
	end()
	<-ended
}
