package providertest

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// refusal is one way a vendor says no, as a file of error cases lists it.
type refusal struct {
	Name       string            // what happened
	Status     int               // of the answer
	Header     map[string]string // of the answer
	Body       json.RawMessage   // a text is sent as it is, anything else as JSON
	Class      string            // what the caller must get
	Message    string            // a part of what the caller must read; "" for any
	Param      string            // the member that is named; for RunRefused
	Code       string            // the vendor's word for it; "" for any
	RetryAfter float64           `json:"retry_after"` // seconds
	Source     string            // the vendor's page, or package==version, that the body is from
}

// failures are the names that every file of error cases must have: the ways to
// fail that a caller must be able to tell apart.
var failures = []string{
	"bad request", "authentication", "permission", "not found", "timeout", "too large",
	"rate limit", "internal", "unavailable", "overloaded", "context window", "refusal",
}

// RunErrors plays a file of error cases, a JSON list, against p, plain and
// streamed. A newcomer adds a case by adding an object.
func RunErrors(t *testing.T, p wire.Provider, file string) {
	t.Helper()
	all := readRefusals(t, file)
	for _, name := range failures {
		if !slices.ContainsFunc(all, func(r refusal) bool { return r.Name == name }) {
			t.Errorf("%s: no case named %q", file, name)
		}
	}
	for _, r := range all {
		for _, stream := range []bool{false, true} {
			name := r.Name
			if stream {
				name += ", streamed"
			}
			t.Run(name, func(t *testing.T) { r.play(t, p, stream) })
		}
	}
}

func readRefusals(t *testing.T, file string) (all []refusal) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		t.Fatalf("%s: got %d cases (%v), want some", file, len(all), err)
	}
	return all
}

func (r refusal) play(t *testing.T, p wire.Provider, stream bool) {
	t.Helper()
	body, _ := raw.Parse([]byte(`{"model":"m","messages":[{"role":"user","content":"hi"}]}`))
	err := r.ask(t, p, llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Stream: stream,
		To: &llm.Deployment{Model: "m", Credential: secrets{"api_key": "KEY"}},
	})
	var e *llm.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want %s", err, r.Class)
	}
	if class, _ := llm.ClassNamed(r.Class); e.Class != class || !strings.Contains(e.Message, r.Message) {
		t.Errorf("got %s %q, want %s %q", e.Class.Error(), e.Message, r.Class, r.Message)
	}
	if want := time.Duration(r.RetryAfter * float64(time.Second)); e.RetryAfter != want {
		t.Errorf("retry after: got %v, want %v", e.RetryAfter, want)
	}
}

// ask makes a call of p that is refused.
func (r refusal) ask(t *testing.T, p wire.Provider, call llm.Call) error {
	t.Helper()
	s := serve([]answer{r.answer(t)})
	defer s.Close()
	p.Client, p.Guarded = s.Client(), s.Client()
	to := *call.To
	to.Provider, to.Base = p.Name, s.URL
	call.To, call.Record = &to, &llm.Record{RequestID: "test"}
	reply, err := p.Do(t.Context(), &call)
	if len(s.requests()) == 0 {
		t.Fatalf("got %v and no request, want one that is refused", err)
	}
	if err != nil {
		return err
	}
	if reply.Events != nil {
		for _, err = range reply.Events {
			if err != nil {
				break
			}
		}
	}
	return errors.Join(err, reply.Close())
}

// answer is what the vendor says.
func (r refusal) answer(t *testing.T) answer {
	t.Helper()
	if !sources.MatchString(r.Source) {
		t.Errorf("source: got %q, want package==version or a page", r.Source)
	}
	a := answer{r.Status, http.Header{"Content-Type": {"application/json"}}, r.Body}
	var words string
	if json.Unmarshal(r.Body, &words) == nil {
		a.body = []byte(words)
	}
	for name, v := range r.Header {
		a.header.Set(name, v)
	}
	return a
}
