package boot_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestLabels: a call is charged to its customer and its tags, whoever makes it,
// and held to their limits; a customer that is blocked has none.
func TestLabels(t *testing.T) {
	h := open(t, peopled)
	one := int64(1)
	mustCreate(t, h.app.People().Customers.Create, people.Customer{ID: "poor", Spending: people.Spending{MaxBudget: pico(0.000060)}})
	mustCreate(t, h.app.People().Customers.Create, people.Customer{ID: "slow", Spending: people.Spending{RPM: &one}})
	mustCreate(t, h.app.People().Customers.Create, people.Customer{ID: "blocked", Blocked: true})
	mustCreate(t, h.app.People().Tags.Create, people.Tag{Name: "cheap", Spending: people.Spending{MaxBudget: pico(0)}})
	key := issue(t, h, people.Key{Alias: "k"})
	tagged := issue(t, h, people.Key{Alias: "tagged", Tags: []string{"cheap"}})
	for _, c := range []struct {
		name, auth, members string
		status              []int // of one call after another
	}{
		{"no label", key, ``, []int{200, 200, 200, 200}},
		{"a customer nobody keeps", key, `"user":"new",`, []int{200, 200}},
		{"a customer with a budget", key, `"user":"poor",`, []int{200, 400, 400}},
		{"the same for the master key", "Authorization: Bearer sk-master", `"user":"poor",`, []int{400}},
		{"a customer with a limit", "Authorization: Bearer sk-master", `"user":"slow",`, []int{200, 429}},
		{"a blocked customer", key, `"user":"blocked",`, []int{400}},
		{"a tag with a budget", key, `"tags":["other","cheap"],`, []int{400}},
		{"a key's own tag", tagged, ``, []int{400}},
	} {
		for i, want := range c.status {
			a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt",`+c.members+`"messages":[{"role":"user","content":"hi"}]}`, c.auth)
			if a.status != want {
				t.Errorf("%s, call %d: got %d %s, want %d", c.name, i+1, a.status, a.body, want)
			}
		}
	}
}

// mustCreate keeps one thing more.
func mustCreate[T any](t *testing.T, create func(context.Context, people.Actor, T) (*T, error), v T) {
	t.Helper()
	if _, err := create(t.Context(), people.Root("master"), v); err != nil {
		t.Fatal(err)
	}
}

// TestRows: every call is written down with what is known of it, the master
// key's too, under the id that its reply names.
func TestRows(t *testing.T) {
	in := memory.New(time.Now)
	h := openOn(t, in, peopled)
	key := issue(t, h, people.Key{Alias: "k", UserID: "", Tags: []string{"own"}})
	for _, auth := range []string{"Authorization: Bearer sk-master", key} {
		a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","user":"u","tags":["t"],"litellm_session_id":"s","messages":[{"role":"user","content":"hi"}]}`,
			auth, "X-Request-Id: not-ours")
		if a.status != 200 {
			t.Fatalf("got %d %s, want 200", a.status, a.body)
		}
	}
	first := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, key)
	h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, "Authorization: Bearer sk-master")
	rows := rowsOf(t, in)
	if len(rows) != 4 {
		t.Fatalf("got %d rows, want one for each call", len(rows))
	}
	named := false
	for _, row := range rows {
		f := row.Facts
		named = named || row.Request == first.header.Get("X-Litellm-Call-Id")
		if row.State != ledger.Posted || row.Cost == 0 || f.IP == "" || f.KeyHash == "" || f.Host == "" || f.Status != 200 || f.Model != "text" || f.Group != "gpt" {
			t.Errorf("got %+v, want a whole row", row)
		}
		if f.EndUser != "" && (f.EndUser != "u" || f.Session != "s" || !slices.Contains(f.Tags, "t")) {
			t.Errorf("got %+v, want what the request said of itself", f)
		}
		if f.KeyAlias == "k" && !slices.Contains(f.Tags, "own") {
			t.Errorf("got the tags %q, want the key's own, too", f.Tags)
		}
	}
	if !named {
		t.Errorf("no row is called %q, as the reply said", first.header.Get("X-Litellm-Call-Id"))
	}
}
