package responses_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/responses"
	format "github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateway serves responses by a model of chat, whose n-th answer is "n", and
// keeps what was asked last.
type gateway struct {
	responses.State
	asked *llm.Call
	n     int
}

func newGateway(store responses.Store) *gateway {
	g := &gateway{}
	g.State = responses.State{Store: store, Next: g.serve}
	return g
}

func (g *gateway) serve(_ context.Context, call *llm.Call) (*llm.Reply, error) {
	g.asked = call
	g.n++
	over, err := format.Call(call)
	if err != nil {
		return nil, err
	}
	if !over.Stream {
		body := fmt.Sprintf(`{"id":"c%d","created":7,"model":"m","choices":[{"index":0,"message":{"content":"%d"},"finish_reason":"stop"}]}`, g.n, g.n)
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return nil, err
		}
		return format.Reply(call, &llm.Reply{Body: o})
	}
	chunk := fmt.Sprintf(`{"id":"c%d","created":7,"model":"m","choices":[{"index":0,"delta":{"content":"%d"},"finish_reason":"stop"}]}`, g.n, g.n)
	return &llm.Reply{Events: format.Events(call, func(yield func(llm.Event, error) bool) {
		_ = yield(llm.Event{Data: []byte(chunk)}, nil) && yield(llm.Event{Last: true}, nil)
	})}, nil
}

// ask has a request answered, and gives the response that its caller gets.
func (g *gateway) ask(t *testing.T, owner, body string) (response struct {
	ID       string            `json:"id"`
	Previous string            `json:"previous_response_id"`
	Store    bool              `json:"store"`
	Output   []json.RawMessage `json:"output"`
}, err error,
) {
	t.Helper()
	reply, err := g.Serve(context.Background(), callOf(t, owner, body))
	if err != nil {
		return response, err
	}
	text := reply.Body.Bytes()
	if reply.Events != nil {
		text = last(t, reply.Events)
	}
	if err := json.Unmarshal(text, &response); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return response, reply.Close()
}

// last is the response in a stream's last event. All that have one agree on
// which response they follow.
func last(t *testing.T, events iter.Seq2[llm.Event, error]) json.RawMessage {
	t.Helper()
	type event struct{ Response json.RawMessage }
	follows := map[string]bool{}
	var e event
	for ev, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		e = event{}
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			t.Fatal(err)
		}
		var r struct {
			Previous string `json:"previous_response_id"`
		}
		if e.Response != nil {
			if err := json.Unmarshal(e.Response, &r); err != nil {
				t.Fatal(err)
			}
			follows[r.Previous] = true
		}
	}
	if len(follows) != 1 {
		t.Errorf("got events that follow %v, want one response", follows)
	}
	return e.Response
}

func callOf(t *testing.T, owner, body string) *llm.Call {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	stream, _ := o.Raw("stream")
	return &llm.Call{
		Op: llm.Chat, Format: llm.Responses, Model: "m", Body: o, Stream: string(stream) == "true",
		Caller: &llm.Caller{KeyHash: owner}, Record: &llm.Record{RequestID: body},
	}
}

// heard is the conversation that the provider was asked to go on with: roles
// and texts.
func (g *gateway) heard(t *testing.T) string {
	t.Helper()
	over, err := format.Call(g.asked)
	if err != nil {
		return err.Error()
	}
	var body struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(over.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range body.Messages {
		all = append(all, m.Role+" "+m.Content)
	}
	return strings.Join(all, ", ")
}

// TestConversation goes on with a response, plain and streamed, more than once.
func TestConversation(t *testing.T) { inEach(t, conversation) }

func conversation(t *testing.T, store responses.Store) {
	g := newGateway(store)
	previous := ""
	want := ""
	for n, body := range []string{
		`{"input":"a"%s}`,
		`{"input":[{"role":"user","content":"a"}],"stream":true%s}`,
		`{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}]%s}`,
		`{"input":"a","stream":true%s}`,
	} {
		if previous != "" {
			body = fmt.Sprintf(body, `,"previous_response_id":"`+previous+`"`)
		} else {
			body = fmt.Sprintf(body, "")
		}
		got, err := g.ask(t, "me", body)
		if err != nil {
			t.Fatal(err)
		}
		if want += "user a"; g.heard(t) != want {
			t.Errorf("turn %d: asked %q, want %q", n+1, g.heard(t), want)
		}
		want += fmt.Sprintf(", assistant %d, ", n+1)
		if got.Previous != previous || !got.Store || got.ID == previous {
			t.Errorf("turn %d: got %+v, want a new response that follows %q", n+1, got, previous)
		}
		previous = got.ID
	}
}

// TestNotResolved: what the store does not have all of is the provider's affair;
// another's is nobody's.
func TestNotResolved(t *testing.T) { inEach(t, notResolved) }

func notResolved(t *testing.T, store responses.Store) {
	g := newGateway(store)
	first, err := g.ask(t, "me", `{"input":"a"}`)
	if err != nil {
		t.Fatal(err)
	}
	second, err := g.ask(t, "me", `{"input":"b","previous_response_id":"`+first.ID+`"}`)
	if err != nil {
		t.Fatal(err)
	}
	forgotten, err := g.ask(t, "me", `{"input":"c","store":false}`)
	if err != nil || forgotten.Store {
		t.Fatalf("got %+v, %v, want a response that is not stored", forgotten, err)
	}
	g.asked = nil
	_, err = g.ask(t, "you", `{"input":"x","previous_response_id":"`+first.ID+`"}`)
	var e *llm.Error
	if !errors.As(err, &e) || e.Class != llm.BadRequestError || e.Param != "previous_response_id" || g.asked != nil {
		t.Errorf("another's: got %v, want that it is not found", err)
	}
	if err := store.Delete(t.Context(), "me", first.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"resp_unknown", forgotten.ID, first.ID, second.ID} {
		g.asked = nil
		body := `{"input":"x","previous_response_id":"` + id + `"}`
		_, err := g.ask(t, "me", body)
		if g.asked == nil || string(g.asked.Body.Bytes()) != body {
			t.Errorf("%s: got %v, want it to go on as it came", id, err)
		}
		if !errors.As(err, &e) || e.Param != "previous_response_id" {
			t.Errorf("%s: got %v, want an error of the bridge", id, err)
		}
	}
}

// TestReferences: items that were kept may be named.
func TestReferences(t *testing.T) { inEach(t, references) }

func references(t *testing.T, store responses.Store) {
	g := newGateway(store)
	first, err := g.ask(t, "me", `{"input":"a"}`)
	if err != nil {
		t.Fatal(err)
	}
	said, asked := "msg_"+strings.TrimPrefix(first.ID, "resp_")+"_0", "msg_"+strings.TrimPrefix(first.ID, "resp_")+"_i0"
	body := `{"input":[{"type":"item_reference","id":"` + asked + `"},{"type":"item_reference","id":"` + said + `"},{"role":"user","content":"b"}]}`
	if _, err := g.ask(t, "me", body); err != nil {
		t.Fatal(err)
	}
	if got, want := g.heard(t), "user a, assistant 1, user b"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	for _, c := range []struct{ owner, id string }{{"you", said}, {"me", "msg_abc"}, {"me", "msg_none_0"}, {"me", said + "7"}} {
		_, err := g.ask(t, c.owner, `{"input":[{"type":"item_reference","id":"`+c.id+`"}]}`)
		if got := string(g.asked.Body.Bytes()); err == nil || !strings.Contains(got, "item_reference") {
			t.Errorf("%s of %s: got %v and %s, want it left to the provider", c.id, c.owner, err, got)
		}
	}
}

// down is a store that cannot be reached.
func down() responses.Store {
	broken := faults.New(memory.New(time.Now))
	broken.Fault = func(faults.Point) faults.Fault { return faults.Fault{Kind: faults.LostBefore} }
	return &responses.Kept{Store: broken, Now: time.Now}
}

// TestStoreDown: an answer is good although it cannot be kept, and says so;
// without its past a request is not asked.
func TestStoreDown(t *testing.T) {
	g := newGateway(down())
	for _, body := range []string{`{"input":"a"}`, `{"input":"a","stream":true}`} {
		got, err := g.ask(t, "me", body)
		if err != nil || got.Store || len(got.Output) != 1 || !errors.Is(g.asked.Record.Cause, faults.ErrLost) {
			t.Errorf("%s: got %+v, %v and cause %v, want an answer that is not stored", body, got, err, g.asked.Record.Cause)
		}
	}
	g.asked = nil
	for _, body := range []string{`{"input":"a","previous_response_id":"resp_1"}`, `{"input":[{"type":"item_reference","id":"msg_1_0"}]}`} {
		var e *llm.Error
		if _, err := g.ask(t, "me", body); !errors.As(err, &e) || e.Class != llm.ServiceUnavailableError || g.asked != nil {
			t.Errorf("%s: got %v, want a ServiceUnavailableError", body, err)
		}
	}
}

// TestOthersPass: calls in other formats are not looked into, nor changed.
func TestOthersPass(t *testing.T) {
	g := newGateway(down())
	call := callOf(t, "me", `{"input":"a","previous_response_id":"resp_1"}`)
	call.Format = llm.Messages
	g.State.Next = func(_ context.Context, got *llm.Call) (*llm.Reply, error) {
		if got != call {
			t.Errorf("got %+v, want the call as it came", got)
		}
		return &llm.Reply{}, nil
	}
	if _, err := g.Serve(context.Background(), call); err != nil {
		t.Error(err)
	}
}

// TestLeftStream: a stream that breaks off is not kept.
func TestLeftStream(t *testing.T) { inEach(t, leftStream) }

func leftStream(t *testing.T, store responses.Store) {
	g := newGateway(store)
	reply, err := g.Serve(context.Background(), callOf(t, "me", `{"input":"a","stream":true}`))
	if err != nil {
		t.Fatal(err)
	}
	var id string
	for ev := range reply.Events {
		var e struct{ Response struct{ ID string } }
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			t.Fatal(err)
		}
		id = e.Response.ID
		break
	}
	if _, err := store.Get(t.Context(), "me", id); id == "" || !errors.Is(err, responses.ErrNotFound) {
		t.Errorf("got %v for %q, want %v", err, id, responses.ErrNotFound)
	}
}

// FuzzServe holds that any request in any conversation is refused with an
// llm.Error or goes on as an object, and that its answer can be come back to.
func FuzzServe(f *testing.F) {
	f.Add(`{"input":"a","previous_response_id":"resp_1"}`, `{"role":"user","content":"x"}`)
	f.Add(`{"input":[{"type":"item_reference","id":"msg_1_i0"}],"stream":true}`, `{"type":"reasoning","id":"rs_1"}`)
	f.Fuzz(func(t *testing.T, body, earlier string) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		store := &responses.Kept{Store: memory.New(time.Now), Now: time.Now}
		if _, err := raw.Parse([]byte(earlier)); err == nil && raw.Strict([]byte(earlier)) == nil {
			one := responses.Stored{ID: "resp_1", Input: []json.RawMessage{json.RawMessage(earlier)}, Response: json.RawMessage(`{"output":[` + earlier + `]}`)}
			if err := store.Put(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		g := newGateway(store)
		reply, err := g.Serve(t.Context(), &llm.Call{Op: llm.Chat, Format: llm.Responses, Body: o, Record: &llm.Record{}})
		if g.asked != nil {
			if _, err := raw.Parse(g.asked.Body.Bytes()); err != nil {
				t.Fatalf("%v in %s", err, g.asked.Body.Bytes())
			}
		}
		if e := (*llm.Error)(nil); err != nil {
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an llm.Error", err)
			}
			return
		}
		id, _ := reply.Body.Text("id")
		_, err = store.Get(t.Context(), "", id)
		if v, _ := o.Raw("store"); (string(v) == "false") != errors.Is(err, responses.ErrNotFound) {
			t.Fatalf("got %v with store %s", err, v)
		}
	})
}
