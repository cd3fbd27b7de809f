package litellm_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/litellm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestHereBefore holds that what was here before stays as it is and is said, and
// that what was here and is the same counts as brought, without what it spent.
func TestHereBefore(t *testing.T) {
	w := newWorld(t)
	d := w.directory()
	for id, budget := range map[string]people.Dollars{"bob": 10e12, "eve": 5e12} {
		u := people.User{ID: id, Email: map[string]string{"bob": "bob@example.com"}[id], Spending: people.Spending{MaxBudget: &budget}}
		if id == "bob" {
			u.Alias, u.Models, u.Role = "Bob", []string{"gpt-4o"}, people.InternalUser
		}
		if _, err := d.Users.Create(t.Context(), root, u); err != nil {
			t.Fatal(err)
		}
	}
	report := w.imported(t)
	for _, want := range []string{
		"user     6    2        0          2     1     0       1",
		"user eve: was here before, with another budget_duration, budget_reset_at, max_budget, tpm_limit, user_role, and stays as it is",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("got\n%s\nwant %q", report, want)
		}
	}
	bob, err := d.Users.Get(t.Context(), root, "bob")
	if err != nil {
		t.Fatal(err)
	}
	if bob.Spend != 0 {
		t.Errorf("got %d spent by who was here before, want 0: it counts here already", bob.Spend)
	}
}

// TestAllGone holds that keys are not taken away when a proxy suddenly lists
// none of them, nor when it lists fewer than it counts.
func TestAllGone(t *testing.T) {
	const list = "/key/list?page=1&size=100&sort_by=created_at&sort_order=asc"
	w := newWorld(t)
	w.imported(t)
	before := w.kept(t)
	replies := maps.Clone(w.proxy.play(t, "first"))
	replies[list] = keyList(t)
	w.proxy.answer(replies)
	if report := w.imported(t); !strings.Contains(report, "as are all others: it stays, in case that is a mistake") {
		t.Errorf("got\n%s", report)
	}
	if got := w.kept(t); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
	replies[list] = []byte(strings.Replace(string(keyList(t, "month")), `"total_count":1`, `"total_count":2`, 1))
	if _, err := (litellm.Import{URL: w.proxy.URL, Key: masterKey, Store: w.store, Now: w.clock}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "1 of 2 keys") {
		t.Errorf("got %v, want an error that some keys are missing", err)
	}
}

// FuzzReplies: whatever a proxy answers, an import ends, and says what it could
// not bring.
func FuzzReplies(f *testing.F) {
	lists := []string{"/team/list", "/budget/list", "/organization/list", "/customer/list", "/tag/list", "/project/list", "/v1/access_group", "/credentials", "/model/info"}
	for i, seed := range []string{
		`[{"team_id":"t","members_with_roles":[{}],"metadata":null,"litellm_model_table":{"model_aliases":"{}"}}]`, `[{"budget_id":7}]`,
		`[{"organization_id":"o","members":[{"user_id":"u","user_role":null,"budget_id":"x"}],"spend":-1}]`, `[{"user_id":"","spend":1e400}]`, `[null]`,
		`[{"project_id":"p","metadata":{"model_rpm_limit":"x"},"object_permission":7}]`, `{}`, `{"credentials":[{}]}`, `{"data":[{"model_info":{"db_model":true}}]}`,
	} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, at uint8, reply string) {
		p := &proxy{}
		replies := map[string][]byte{
			"/user/list?page=1&page_size=100&sort_by=created_at&sort_order=asc": []byte(`{"users":[]}`),
			"/key/list?page=1&size=100&sort_by=created_at&sort_order=asc":       []byte(`{"keys":[]}`),
			lists[int(at)%len(lists)]: []byte(reply),
		}
		p.answer(replies)
		w := &world{now: noon}
		w.store = memory.New(w.clock)
		client := &http.Client{Transport: inside{http.HandlerFunc(p.reply)}}
		report, err := litellm.Import{URL: "http://litellm", Key: masterKey, Client: client, Store: w.store, Now: w.clock}.Run(t.Context())
		var text strings.Builder
		if err == nil {
			err = report.Print(&text)
		}
		if err != nil && !slices.ContainsFunc([]string{"the reply is not LiteLLM's", "that is not LiteLLM's"}, func(s string) bool { return strings.Contains(err.Error(), s) }) {
			t.Errorf("got %v, want an error that says whose reply is at fault", err)
		}
	})
}
