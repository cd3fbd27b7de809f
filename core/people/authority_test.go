package people_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
)

// reads counts what asking for a grant reads.
func (w *town) reads(a *people.Authority, token string) (int, error) {
	before := w.store.gets.Load()
	_, err := a.Grant(w.ctx, token)
	return int(w.store.gets.Load() - before), err
}

// TestCache: a key without a budget is believed for five seconds, one with a
// budget, its own or anybody's above it, never.
func TestCache(t *testing.T) {
	for _, c := range []struct {
		name, request string
		warm          int // reads when asked again
	}{
		{"alone", `{}`, 0},
		{"of a team", `{"team_id":"free"}`, 0},
		{"soft budget", `{"soft_budget":1}`, 0},
		{"budget", `{"max_budget":1}`, 1},
		{"of a model", `{"model_max_budget":{"gpt-4o":{"budget_limit":1,"time_period":"1d"}}}`, 1},
		{"shared budget", `{"budget_id":"small"}`, 2},
		{"team's budget", `{"team_id":"rich"}`, 2},
		{"user's budget", `{"user_id":"ann"}`, 2},
		{"user's budget is not a team key's", `{"user_id":"ann","team_id":"free"}`, 0},
		{"member's budget", `{"user_id":"bob","team_id":"free"}`, 4},
		{"organization's budget", `{"team_id":"branch"}`, 3},
		{"project's budget", `{"team_id":"free","project_id":"moon"}`, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t)
			create(w, w.Budgets.Create, `{"budget_id":"small","max_budget":1}`)
			create(w, w.Organizations.Create, `{"organization_id":"acme","max_budget":5}`)
			for _, team := range []string{`{"team_id":"free"}`, `{"team_id":"rich","max_budget":9}`, `{"team_id":"branch","organization_id":"acme"}`} {
				create(w, w.Teams.Create, team)
			}
			create(w, w.Projects.Create, `{"project_id":"moon","team_id":"free","max_budget":3}`)
			create(w, w.Users.Create, `{"user_id":"ann","max_budget":2}`)
			create(w, w.Users.Create, `{"user_id":"bob"}`)
			limit := people.Dollars(1e12)
			must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "free", people.Member{UserID: "bob", Role: "user", MaxBudget: &limit}))
			token := w.key(root, c.request)

			if n, err := w.reads(w.elsewhere, token); n == 0 || err != nil {
				t.Errorf("got %d reads, %v, want it read first", n, err)
			}
			w.pass(4999 * time.Millisecond)
			if n, err := w.reads(w.elsewhere, token); n != c.warm || err != nil {
				t.Errorf("got %d reads, %v, want %d", n, err, c.warm)
			}
			w.pass(time.Second)
			if n, err := w.reads(w.elsewhere, token); n == 0 || err != nil {
				t.Errorf("got %d reads, %v, want it read anew after five seconds", n, err)
			}
		})
	}
}

// TestRefusals: why a token is refused, when that is seen where the change was
// made, and when elsewhere.
func TestRefusals(t *testing.T) {
	block := func(w *town, token string) error {
		_, err := w.Keys.Block(w.ctx, root, people.Hash(token), true)
		return err
	}
	for _, c := range []struct {
		name, request string
		change        func(w *town, token string) error
		says          string
		elsewhere     time.Duration // until it is seen elsewhere
	}{
		{"blocked", `{}`, block, "AuthenticationError: Key is blocked", 5 * time.Second},
		{"blocked with a budget", `{"max_budget":1}`, block, "AuthenticationError: Key is blocked", 0},
		{"deleted", `{}`, func(w *town, token string) error { return w.Keys.Delete(w.ctx, root, people.Hash(token)) }, "AuthenticationError: token_not_found_in_db", 5 * time.Second},
		{"deleted with a budget", `{"max_budget":1}`, func(w *town, token string) error { return w.Keys.Delete(w.ctx, root, people.Hash(token)) }, "AuthenticationError: token_not_found_in_db", 0},
		{"team blocked", `{"team_id":"red"}`, func(w *town, _ string) error { _, err := w.Teams.Block(w.ctx, root, "red", true); return err }, "AuthenticationError: Team=red is blocked", 5 * time.Second},
		{"team blocked with a budget", `{"team_id":"red","max_budget":1}`, func(w *town, _ string) error { _, err := w.Teams.Block(w.ctx, root, "red", true); return err }, "AuthenticationError: Team=red is blocked", 0},
		{"team deleted", `{"team_id":"red"}`, func(w *town, _ string) error { return w.Teams.Delete(w.ctx, root, "red") }, "AuthenticationError: token_not_found_in_db", 5 * time.Second},
		{"team half deleted", `{"team_id":"red"}`, func(w *town, _ string) error {
			_, err := w.store.Write(w.ctx, store.Write{Key: store.Key{PK: "T#red", SK: "#"}, Set: store.Item{"gone": int64(1)}})
			w.authority.Forget()
			return err
		}, "AuthenticationError: Team=red does not exist", 5 * time.Second},
		{"project blocked", `{"team_id":"red","project_id":"moon"}`, func(w *town, _ string) error {
			_, err := w.Projects.Update(w.ctx, root, "moon", object(w.t, `{"blocked":true}`))
			return err
		}, "AuthenticationError: Project=moon is blocked", 5 * time.Second},
		{"user deleted", `{"user_id":"ann"}`, func(w *town, _ string) error { return w.Users.Delete(w.ctx, root, "ann") }, "AuthenticationError: token_not_found_in_db", 5 * time.Second},
		{"expired", `{"duration":"30min"}`, func(w *town, _ string) error { w.pass(30 * time.Minute); return nil }, "BadRequestError: Expired Key", 0},
		{"expired while believed", `{"duration":"3s"}`, func(w *town, _ string) error { w.pass(3 * time.Second); return nil }, "BadRequestError: expired_key", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t)
			create(w, w.Teams.Create, `{"team_id":"red"}`)
			create(w, w.Projects.Create, `{"project_id":"moon","team_id":"red"}`)
			create(w, w.Users.Create, `{"user_id":"ann"}`)
			token := w.key(root, c.request)
			for _, a := range []*people.Authority{w.authority, w.elsewhere} {
				must[*people.Grant](t)(a.Grant(w.ctx, token))
			}
			if err := c.change(w, token); err != nil {
				t.Fatal(err)
			}
			_, err := w.authority.Grant(w.ctx, token)
			says(t, err, c.says)
			if err != nil && strings.Contains(err.Error(), token) {
				t.Errorf("the error tells the key: %v", err)
			}
			if c.elsewhere > 0 {
				_, err := w.elsewhere.Grant(w.ctx, token)
				says(t, err, "")
				w.pass(c.elsewhere)
			}
			_, err = w.elsewhere.Grant(w.ctx, token)
			says(t, err, c.says)
		})
	}
}

// TestUnknown: tokens that are no keys cost one read each two seconds, and drive
// out nothing that is.
func TestUnknown(t *testing.T) {
	w := newTown(t)
	token := w.key(root, `{}`)
	must[*people.Grant](t)(w.authority.Grant(w.ctx, token))
	for i := range 5000 {
		_, err := w.authority.Grant(w.ctx, fmt.Sprintf("sk-made-up-%020d", i))
		if i == 0 {
			says(t, err, "AuthenticationError: Invalid proxy server token passed")
		}
	}
	if n, err := w.reads(w.authority, token); n != 0 || err != nil {
		t.Errorf("got %d reads, %v, want the key still known", n, err)
	}
	for _, c := range []struct {
		name string
		wait time.Duration
		want int
	}{{"first", 0, 1}, {"again", 1999 * time.Millisecond, 0}, {"later", time.Millisecond, 1}} {
		w.pass(c.wait)
		if n, err := w.reads(w.authority, "sk-another"); n != c.want || !errors.Is(err, llm.AuthenticationError) {
			t.Errorf("%s: got %d reads, %v, want %d", c.name, n, err, c.want)
		}
	}
	for _, token := range []string{"", "sk", "1234", people.Hash(token), "SK-" + token[3:]} {
		n, err := w.reads(w.authority, token)
		says(t, err, "AuthenticationError: expected to start with 'sk-'")
		if n != 0 {
			t.Errorf("%q: got %d reads, want none", token, n)
		}
	}
	for _, token := range []string{token + "x", token[:len(token)-1], strings.ToUpper(token[:4]) + token[4:], token + " "} {
		if _, err := w.authority.Grant(w.ctx, token); !errors.Is(err, llm.AuthenticationError) {
			t.Errorf("got %v for what is nearly a key", err)
		}
	}
}

// TestConfirm: what is known goes on at once, and is confirmed in one trip.
func TestConfirm(t *testing.T) {
	w := newTown(t)
	create(w, w.Teams.Create, `{"team_id":"red","max_budget":5}`)
	token := w.key(root, `{"team_id":"red"}`)
	if g, err := w.elsewhere.Known(token); g != nil || err != nil {
		t.Errorf("got %v, %v of a key that was not read yet", g, err)
	}
	first := must[*people.Grant](t)(w.elsewhere.Grant(w.ctx, token))
	known, err := w.elsewhere.Known(token)
	if known != first || err != nil {
		t.Fatalf("got %v, %v, want what was read", known, err)
	}
	same := must[*people.Grant](t)(w.elsewhere.Confirm(w.ctx, token, known))
	if same.Version != known.Version || same.Accounts[0].Version != known.Accounts[0].Version {
		t.Errorf("got version %d, want %d", same.Version, known.Version)
	}
	must[*people.Team](t)(w.Teams.Update(w.ctx, root, "red", object(t, `{"max_budget":4}`)))
	next := must[*people.Grant](t)(w.elsewhere.Confirm(w.ctx, token, known))
	if next.Version == known.Version || next.Accounts[0].Version <= known.Accounts[0].Version || *next.Accounts[0].Limit != 4e12 {
		t.Errorf("got %+v, want the team's new budget and a later version", next.Accounts)
	}
	if err := w.Keys.Delete(w.ctx, root, people.Hash(token)); err != nil {
		t.Fatal(err)
	}
	_, err = w.elsewhere.Confirm(w.ctx, token, known)
	says(t, err, "AuthenticationError: token_not_found_in_db")
}

// TestReadBefore: what was read before a change is not believed after it.
func TestReadBefore(t *testing.T) {
	w := newTown(t)
	token := w.key(root, `{}`)
	block := func() {
		if _, err := w.Keys.Block(w.ctx, root, people.Hash(token), true); err != nil {
			t.Error(err)
		}
	}
	w.store.meanwhile.Store(&block)
	must[*people.Grant](t)(w.authority.Grant(w.ctx, token)) // was asked before
	_, err := w.authority.Grant(w.ctx, token)
	says(t, err, "AuthenticationError: Key is blocked")
}

// broken is a store that fails.
type broken struct{ store.Store }

func (broken) Get(context.Context, store.Key, bool) (store.Item, error) {
	return nil, errors.New("dial tcp 10.1.2.3: refused")
}

// TestStoreFails: nobody is let in when the store cannot be read, and that is
// not remembered.
func TestStoreFails(t *testing.T) {
	a := people.NewAuthority(broken{}, time.Now)
	for range 2 {
		g, err := a.Grant(t.Context(), "sk-something-long-enough")
		says(t, err, "ServiceUnavailableError: cannot be reached")
		var e *llm.Error
		if g != nil || !errors.As(err, &e) || strings.Contains(e.Message, "10.1.2.3") {
			t.Errorf("got %v, %v", g, err)
		}
	}
}

// TestWith: the customer and the tags of a request have budgets and limits, too.
func TestWith(t *testing.T) {
	w := newTown(t)
	create(w, w.Budgets.Create, `{"budget_id":"small","max_budget":1,"budget_duration":"1d"}`)
	create(w, w.Customers.Create, `{"user_id":"ann","budget_id":"small","default_model":"gpt-4o"}`)
	create(w, w.Customers.Create, `{"user_id":"bob","blocked":true}`)
	create(w, w.Customers.Create, `{"user_id":"cat","rpm_limit":3}`)
	create(w, w.Tags.Create, `{"name":"job","max_budget":2}`)
	create(w, w.Tags.Create, `{"name":"free"}`)
	g := must[*people.Grant](t)(w.authority.Grant(w.ctx, w.key(root, `{"tags":["job"],"max_budget":7}`)))
	for _, c := range []struct {
		name, customer string
		tags           []string
		want           string // the accounts and rates, or the error
	}{
		{"nobody", "", nil, "api_key tag/job"},
		{"unknown", "zoe", []string{"unknown"}, "api_key tag/job"},
		{"budget", "ann", nil, "api_key end_user/ann tag/job"},
		{"blocked", "bob", nil, "User blocked from making LLM API calls"},
		{"limit", "cat", []string{"job", "free"}, "api_key tag/job rpm:cat"},
		{"no id", "a\x00b", nil, "api_key tag/job"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 {
				both, err := w.authority.With(w.ctx, g, c.customer, c.tags)
				if err != nil {
					if !strings.Contains(err.Error(), c.want) {
						t.Errorf("got %v, want %s", err, c.want)
					}
					continue
				}
				var got []string
				for _, a := range both.Accounts {
					got = append(got, strings.TrimSuffix(a.Name(), "/"+g.KeyID))
				}
				for _, r := range both.Rates {
					got = append(got, "rpm:"+r.ID)
				}
				if strings.Join(got, " ") != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
	if len(g.Accounts) != 1 {
		t.Errorf("the key's own grant was changed: %+v", g.Accounts)
	}
}

// TestGrantMethods: addresses, parameters and aliases of a key.
func TestGrantMethods(t *testing.T) {
	w := newTown(t)
	create(w, w.Teams.Create, `{"team_id":"red","model_aliases":{"fast":"team-model","x":"y"},"allowed_passthrough_routes":["/vendor"],"tags":["t"],"guardrails":["g"]}`)
	g := must[*people.Grant](t)(w.authority.Grant(w.ctx, w.key(root, `{"team_id":"red","allowed_ips":["10.0.0.0/8","192.0.2.1"],
		"enforced_params":["user","metadata.job"],"aliases":{"fast":"gpt-4o"},"tags":["k"],"guardrails":["g"]}`)))
	for addr, ok := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "192.0.2.1": true, "192.0.2.2": false, "::1": false} {
		if got := g.From(netip.MustParseAddr(addr)); (got == nil) != ok {
			t.Errorf("from %s: got %v", addr, got)
		}
	}
	for body, want := range map[string]string{
		`{"user":"a","metadata":{"job":1}}`: "", `{"metadata":{"job":1}}`: "BadRequestError: param=user", `{"user":"a"}`: "BadRequestError: param=metadata.job",
		`{"user":"a","metadata":3}`: "BadRequestError: param=metadata.job", `{"user":"a","metadata":{}}`: "BadRequestError: param=metadata.job",
	} {
		says(t, g.Requires(&llm.Call{Body: object(t, body)}), want)
	}
	for name, want := range map[string]string{"fast": "gpt-4o", "x": "y", "z": "z"} {
		if got := g.Resolve(name); got != want {
			t.Errorf("%s stands for %s, want %s", name, got, want)
		}
	}
	if fmt.Sprint(g.Tags, g.Guardrails) != "[k t] [g]" || !g.MayPass("/vendor/v1") || g.MayPass("/vendors") {
		t.Errorf("got %+v", g)
	}
}
