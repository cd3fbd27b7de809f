package boot_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// alerting is peopled, with somebody who is told.
var alerting = strings.Replace(peopled, "master_key: sk-master", `master_key: sk-master, alerting: [slack, webhook]`, 1)

// ear is a place that alerts go to: all that it heard, by path.
type ear struct {
	*httptest.Server
	answer func(w http.ResponseWriter, r *http.Request)

	mu    sync.Mutex
	heard map[string][]string
}

func newEar(t *testing.T, answer func(http.ResponseWriter, *http.Request)) *ear {
	t.Helper()
	e := &ear{answer: answer, heard: map[string][]string{}}
	e.Server = httptest.NewServer(http.HandlerFunc(e.hear))
	t.Cleanup(e.Close)
	return e
}

func (e *ear) hear(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	e.heard[r.URL.Path] = append(e.heard[r.URL.Path], string(b))
	e.mu.Unlock()
	if e.answer != nil {
		e.answer(w, r)
	}
}

// env points both sinks at the ear, with secrets in their addresses.
func (e *ear) env() []string {
	return []string{"SLACK_WEBHOOK_URL=" + e.URL + "/slack?canary", "WEBHOOK_URL=" + e.URL + "/hook?canary"}
}

// told is an event as a webhook gets it.
type told struct {
	Event, Message, Group, Token, Alias, Team, Customer, On string
	Spend, Max, Soft, Projected                             float64
}

// events are what the webhook got; Slack got as many.
func (e *ear) events(t *testing.T) []told {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []told
	for _, body := range e.heard["/hook"] {
		var v struct {
			Event     string  `json:"event"`
			Message   string  `json:"event_message"`
			Group     string  `json:"event_group"`
			Token     string  `json:"token"`
			Alias     string  `json:"key_alias"`
			Team      string  `json:"team_id"`
			Customer  string  `json:"customer_id"`
			On        string  `json:"projected_exceeded_date"`
			Spend     float64 `json:"spend"`
			Max       float64 `json:"max_budget"`
			Soft      float64 `json:"soft_budget"`
			Projected float64 `json:"projected_spend"`
		}
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			t.Errorf("got %s: %v", body, err)
		}
		all = append(all, told(v))
	}
	if slack := e.heard["/slack"]; len(slack) != len(all) {
		t.Errorf("got %d messages at Slack's and %d events, want as many", len(slack), len(all))
	}
	for _, body := range slices.Concat(e.heard["/hook"], e.heard["/slack"]) {
		if strings.Contains(body, "sk-") {
			t.Errorf("there is a key in %s", body)
		}
	}
	return all
}

// names are the events' names, sorted.
func names(all []told) string {
	var out []string
	for _, e := range all {
		out = append(out, e.Event)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

const small = `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`

// crowd has calls made at once by all gateways, and counts their statuses.
func crowd(t *testing.T, calls int, body, key string, gateways ...*house) map[int]int {
	t.Helper()
	var mu sync.Mutex
	got := map[int]int{}
	var all sync.WaitGroup
	for i := range calls {
		all.Go(func() {
			a := gateways[i%len(gateways)].do(t, "POST", "/v1/chat/completions", body, key)
			mu.Lock()
			defer mu.Unlock()
			got[a.status]++
		})
	}
	all.Wait()
	return got
}

// TestSoftBudget: of all calls that cross a soft budget one tells of it, before
// its reply has ended, whether or not there is a limit, too.
func TestSoftBudget(t *testing.T) {
	for _, c := range []struct {
		name string
		key  people.Key
		body string
	}{
		{"soft alone", people.Key{Alias: "k", Spending: people.Spending{SoftBudget: pico(0.0001)}}, small},
		{"with a limit", people.Key{Alias: "k", Spending: people.Spending{SoftBudget: pico(0.0001), MaxBudget: pico(10)}}, small},
		{"streamed", people.Key{Alias: "k", Spending: people.Spending{SoftBudget: pico(0.0001)}}, strings.Replace(small, "{", `{"stream":true,`, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			ear, in := newEar(t, nil), memory.New(time.Now)
			one, two := openOn(t, in, alerting, ear.env()...), openOn(t, in, alerting, ear.env()...)
			key := issue(t, one, c.key)
			if got := crowd(t, 1, c.body, key, one); got[200] != 1 || len(ear.events(t)) != 0 {
				t.Fatalf("got %v and %v, want an answer and no alert yet", got, ear.events(t))
			}
			if got := crowd(t, 48, c.body, key, one, two); got[200] != 48 {
				t.Fatalf("got %v, want all answered", got)
			}
			got := ear.events(t)
			if names(got) != "soft_budget_crossed" {
				t.Fatalf("got %v, want one alert", got)
			}
			if e := got[0]; e.Group != "key" || e.Alias != "k" || e.Soft != 0.0001 || e.Spend < e.Soft || e.Token == "" || !strings.Contains(e.Message, "0.0001") {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// TestBudgetUsedUp: 15 % and 5 % before the end, and when a call is refused for
// the first time, in each period once, however many processes there are.
func TestBudgetUsedUp(t *testing.T) {
	ear := newEar(t, nil)
	var mu sync.Mutex
	clock := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return clock
	}
	in := memory.New(now)
	one, two := openAt(t, in, now, alerting, ear.env()...), openAt(t, in, now, alerting, ear.env()...)
	if _, err := one.app.People().Teams.Create(t.Context(), people.Root("master"), people.Team{ID: "t", Spending: people.Spending{MaxBudget: pico(0.002), BudgetDuration: "1d"}}); err != nil {
		t.Fatal(err)
	}
	key := issue(t, one, people.Key{TeamID: "t"})
	for day := 1; day <= 2; day++ {
		for got := map[int]int{}; got[400] == 0; { // alone, so that all amounts are passed one by one
			got = crowd(t, 1, small, key, one)
		}
		crowd(t, 16, small, key, one, two)
		mu.Lock()
		clock = clock.Add(2 * time.Second) // a refusal is remembered for one
		mu.Unlock()
		crowd(t, 16, small, key, one, two)
		got := ear.events(t)
		if want := strings.TrimSpace(strings.Repeat("budget_crossed ", day) + strings.Repeat("threshold_crossed ", 2*day)); names(got) != want {
			t.Fatalf("day %d: got %+v, want %s", day, got, want)
		}
		for _, e := range got {
			if e.Group != "team" || e.Team != "t" || e.Max != 0.002 || e.Spend < 0.85*e.Max || e.Spend > e.Max {
				t.Errorf("got %+v", e)
			}
		}
		mu.Lock()
		clock = clock.Add(24 * time.Hour)
		mu.Unlock()
	}
}

// TestAlertTrouble: whatever the places do that alerts go to, the call is
// answered, within what they have; the log has the reason and no address.
func TestAlertTrouble(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		down   bool
		says   string
	}{
		{"down", nil, true, "connection refused"},
		{"failing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, false, "status 500"},
		{"silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, "deadline exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ear := newEar(t, c.answer)
			if c.down {
				ear.Close()
			}
			h := open(t, alerting, ear.env()...)
			key := issue(t, h, people.Key{Spending: people.Spending{SoftBudget: pico(0.000001)}})
			began := time.Now()
			a := h.do(t, "POST", "/v1/chat/completions", small, key)
			if took := time.Since(began); a.status != 200 || a.text() == "" || took > 4*time.Second {
				t.Errorf("got %d %s after %s, want the answer in 2 seconds", a.status, a.body, took)
			}
			log := h.log.String()
			if strings.Count(log, c.says) != 2 || !strings.Contains(log, strings.TrimPrefix(ear.URL, "http://")) {
				t.Errorf("got the log %s, want %q and the host for both places", log, c.says)
			}
			if strings.Contains(log, "canary") {
				t.Errorf("the log has an address: %s", log)
			}
		})
	}
}
