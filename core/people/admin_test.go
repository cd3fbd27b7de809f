package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestAudit: every change has a line that says who did what, and no secret.
func TestAudit(t *testing.T) {
	w := newTown(t)
	create(w, w.Credentials.Create, `{"credential_name":"cloud","credential_values":{"api_key":"canary-1","region":"canary-2"},"credential_info":{"note":"seen"}}`)
	hash := people.Hash(w.key(root, `{"metadata":{"logging":[{"callback_vars":{"langfuse_secret_key":"canary-3"}}],"note":"seen"}}`))
	actor := root
	actor.For = "somebody"
	must[*people.Key](t)(w.Keys.Update(w.ctx, actor, hash, object(t, `{"rpm_limit":2}`)))
	must[*people.Key](t)(w.Keys.Block(w.ctx, root, hash, true))
	must[*people.Credential](t)(w.Credentials.Update(w.ctx, root, "cloud", object(t, `{"credential_values":{"api_key":"canary-4"}}`)))
	if err := w.Keys.Delete(w.ctx, root, hash); err != nil {
		t.Fatal(err)
	}
	page := must[people.Page[people.Change]](t)(w.Audit(w.ctx, root, *w.clock, "", 0))
	var got []string
	for _, line := range page.Items {
		got = append(got, line.Action+" "+line.Table+" "+line.ChangedBy)
	}
	want := []string{
		"deleted LiteLLM_VerificationToken default_user_id", "updated LiteLLM_CredentialsTable default_user_id", "blocked LiteLLM_VerificationToken default_user_id",
		"updated LiteLLM_VerificationToken somebody", "created LiteLLM_VerificationToken default_user_id", "created LiteLLM_CredentialsTable default_user_id",
	}
	seen := map[string]bool{}
	for _, line := range got {
		seen[line] = true
	}
	for _, line := range want {
		if !seen[line] {
			t.Errorf("got %q, want %q in it", got, line)
		}
	}
	text, err := json.Marshal(page)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary") || strings.Count(string(text), "seen") == 0 || !strings.Contains(string(text), `"rpm_limit":2`) {
		t.Errorf("got %s, want what changed without secrets", text)
	}
}

// TestCredentials: values are kept as they come, and shown to nobody.
func TestCredentials(t *testing.T) {
	w := newTown(t)
	values := people.Free{"api_key": []byte(`"canary"`), "api_base": []byte(`"os.environ/BASE"`)}
	made := must[*people.Credential](t)(w.Credentials.Create(w.ctx, root, people.Credential{Name: "cloud", Values: values}))
	if string(values["api_key"]) != `"canary"` {
		t.Error("what was handed over has changed")
	}
	shown := []*people.Credential{
		made, must[*people.Credential](t)(w.Credentials.Get(w.ctx, root, "cloud")),
		must[*people.Credential](t)(w.Credentials.Update(w.ctx, root, "cloud", object(t, `{"credential_values":{"api_key":"****","api_base":"new"},"credential_info":{"a":1}}`))),
		&must[people.Page[people.Credential]](t)(w.Credentials.List(w.ctx, root, people.Listing{})).Items[0],
	}
	for i, c := range shown {
		if string(c.Values["api_key"]) != `"****"` || string(c.Values["api_base"]) != `"****"` {
			t.Errorf("%d: got %s", i, c.Values)
		}
	}
	kept, err := w.Credentials.Reveal(w.ctx, "cloud")
	if err != nil || string(kept["api_key"]) != `"canary"` || string(kept["api_base"]) != `"new"` {
		t.Errorf("got %s, %v, want a masked value to stay as it was", kept, err)
	}
}

// TestDeleteCutShort: what could not be deleted whole refuses its keys, takes no
// new ones, and can be deleted again.
func TestDeleteCutShort(t *testing.T) {
	for _, fails := range []int{1, 2, 3, 4, 5} {
		t.Run(fmt.Sprint(fails), func(t *testing.T) {
			w := newTown(t)
			cut := &failing{counted: w.store, after: fails}
			d := people.New(people.Config{Store: cut, Now: func() time.Time { return *w.clock }, Changed: w.authority.Forget})
			create(w, w.Teams.Create, `{"team_id":"red"}`)
			create(w, w.Projects.Create, `{"project_id":"moon","team_id":"red"}`)
			must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "red", people.Member{UserID: "ann", Role: "user"}))
			tokens := []string{w.key(root, `{"team_id":"red","user_id":"ann"}`), w.key(root, `{"team_id":"red","project_id":"moon"}`)}
			says(t, d.Teams.Delete(w.ctx, root, "red"), "ServiceUnavailableError")
			if fails > 1 {
				_, _, err := w.issue(root, `{"team_id":"red"}`)
				says(t, err, "NotFoundError: team_id")
				for _, token := range tokens {
					if _, err := w.authority.Grant(w.ctx, token); err == nil {
						t.Error("a key of a team that is being deleted works")
					}
				}
			}
			says(t, w.Teams.Delete(w.ctx, root, "red"), "")
			says(t, w.Teams.Delete(w.ctx, root, "red"), "NotFoundError")
			for _, pk := range []string{"T#red", "P#moon", "U#ann", "L#keys", "L#teams", "L#projects"} {
				if left := must[store.Page](t)(w.store.Query(w.ctx, store.Query{PK: pk})); len(left.Items) > 0 {
					t.Errorf("%s: got %v left", pk, left.Items)
				}
			}
		})
	}
}

// TestDeleteMeanwhile: a team that begins to be deleted while a key of it is
// being issued gets none.
func TestDeleteMeanwhile(t *testing.T) {
	w := newTown(t)
	create(w, w.Teams.Create, `{"team_id":"red"}`)
	create(w, w.Users.Create, `{"user_id":"ann"}`)
	mark := func() {
		_, err := w.store.Write(w.ctx, store.Write{Key: store.Key{PK: "T#red", SK: "#"}, Set: store.Item{"gone": int64(1)}})
		if err != nil {
			t.Error(err)
		}
	}
	w.store.meanwhile.Store(&mark)
	_, err := w.Teams.SetMember(w.ctx, root, "red", people.Member{UserID: "ann", Role: "user"}) // was found before
	says(t, err, "NotFoundError: team_id")
	if page := must[store.Page](t)(w.store.Query(w.ctx, store.Query{PK: "T#red", Prefix: "M#"})); len(page.Items) != 0 {
		t.Errorf("got %v in what is being deleted", page.Items)
	}
}

// failing is a store whose n-th write is lost.
type failing struct {
	*counted
	after, writes int
}

func (f *failing) lost() error {
	if f.writes++; f.writes == f.after {
		return errors.New("lost")
	}
	return nil
}

func (f *failing) Write(ctx context.Context, w store.Write) (store.Item, error) {
	if err := f.lost(); err != nil {
		return nil, err
	}
	return f.counted.Write(ctx, w)
}

func (f *failing) WriteAll(ctx context.Context, writes []store.Write) error {
	if err := f.lost(); err != nil {
		return err
	}
	return f.counted.WriteAll(ctx, writes)
}

// TestAtOnce: many who want the same name, one gets it; many changes of one
// record, none is lost.
func TestAtOnce(t *testing.T) {
	w := newTown(t)
	d := people.New(people.Config{Store: w.store.Store, Now: func() time.Time { return time.Unix(1e9, 0) }})
	hash := people.Hash(w.key(root, `{}`))
	const many = 6
	won, changed := make([]error, many), make([]error, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() { _, _, won[i] = d.Keys.Generate(w.ctx, root, people.NewKey{Key: people.Key{Alias: "one"}}) })
		wg.Go(func() {
			_, changed[i] = d.Keys.Update(w.ctx, root, hash, object(t, fmt.Sprintf(`{"model_rpm_limit":{"m%d":1}}`, i)))
		})
	}
	wg.Wait()
	winners := 0
	for i := range many {
		if won[i] == nil {
			winners++
		}
		if changed[i] != nil {
			t.Errorf("got %v, want every change to come through", changed[i])
		}
	}
	if winners != 1 {
		t.Errorf("got %d keys with one alias, want one", winners)
	}
	first := must[*people.Key](t)(d.Keys.Get(w.ctx, root, hash)).Version
	if first <= w.clock.UnixMilli() {
		t.Errorf("got version %d, want it to grow though the clock goes back", first)
	}
}

// TestBusy: a change waits for a busy store, and not for ever.
func TestBusy(t *testing.T) {
	for _, c := range []struct {
		times int
		want  string
	}{{0, ""}, {3, ""}, {100, "ServiceUnavailableError: cannot be reached"}} {
		var slept time.Duration
		clock := time.Unix(1e9, 0)
		s := &busy{Store: memory.New(func() time.Time { return clock }), left: c.times}
		d := people.New(people.Config{Store: s, Now: func() time.Time { return clock }, Sleep: func(_ context.Context, d time.Duration) error { slept += d; return nil }})
		_, _, err := d.Keys.Generate(t.Context(), root, people.NewKey{})
		says(t, err, c.want)
		if (slept > 0) != (c.times > 0) || slept > 5*time.Second {
			t.Errorf("%d times busy: waited for %v", c.times, slept)
		}
	}
}

// busy is a store that does nothing at first.
type busy struct {
	*memory.Store
	left int
}

func (b *busy) WriteAll(ctx context.Context, writes []store.Write) error {
	if b.left--; b.left >= 0 {
		return store.ErrThrottled
	}
	return b.Store.WriteAll(ctx, writes)
}

// TestUsers: addresses are unique whatever their case, and a user goes with its
// keys and memberships.
func TestUsers(t *testing.T) {
	w := newTown(t)
	create(w, w.Users.Create, `{"user_id":"ann","user_email":"Ann@example.com"}`)
	_, err := w.Users.Create(w.ctx, root, people.User{Email: "ann@EXAMPLE.com"})
	says(t, err, "ConflictError: user_email")
	_, err = w.Users.Create(w.ctx, root, people.User{ID: "ann"})
	says(t, err, "ConflictError: already exists")
	_, err = w.Users.Create(w.ctx, root, people.User{ID: "default_user_id"})
	says(t, err, "BadRequestError: whoever has the master key")
	_, err = w.Users.Create(w.ctx, root, people.User{Role: "king"})
	says(t, err, "BadRequestError: user_role must be")
	if got := must[*people.User](t)(w.Users.ByEmail(w.ctx, root, "ANN@example.com")); got.ID != "ann" || got.Role != people.InternalUser {
		t.Errorf("got %+v", got)
	}
	for _, team := range []string{"red", "blue"} {
		create(w, w.Teams.Create, `{"team_id":"`+team+`"}`)
		must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, team, people.Member{UserID: "ann", Role: "user"}))
	}
	red, blue := w.key(root, `{"user_id":"ann","team_id":"red"}`), w.key(root, `{"user_id":"ann","team_id":"blue"}`)
	if teams := must[people.Page[people.Team]](t)(w.Teams.List(w.ctx, w.as(red), people.Listing{User: "ann"})); len(teams.Items) != 2 {
		t.Errorf("got %d teams of the user, want 2", len(teams.Items))
	}
	if err := w.Teams.RemoveMember(w.ctx, root, "red", "ann"); err != nil {
		t.Fatal(err)
	}
	_, err = w.authority.Grant(w.ctx, red)
	says(t, err, "AuthenticationError: token_not_found_in_db")
	says(t, w.Teams.RemoveMember(w.ctx, root, "red", "ann"), "NotFoundError")
	_, err = w.Teams.SetMember(w.ctx, root, "none", people.Member{UserID: "ann", Role: "user"})
	says(t, err, "NotFoundError: team_id")
	_, err = w.Teams.SetMember(w.ctx, root, "blue", people.Member{UserID: "ann", Role: "owner"})
	says(t, err, "BadRequestError: role")
	if err := w.Users.Delete(w.ctx, root, "ann"); err != nil {
		t.Fatal(err)
	}
	_, err = w.authority.Grant(w.ctx, blue)
	says(t, err, "AuthenticationError: token_not_found_in_db")
	if page := must[people.Page[people.Member]](t)(w.Teams.Members(w.ctx, root, "blue", "")); len(page.Items) != 0 {
		t.Errorf("got %+v, want no members", page.Items)
	}
	create(w, w.Users.Create, `{"user_id":"ann","user_email":"ann@example.com"}`)
}

// TestSettings: an operator's defaults and upper bounds for new keys.
func TestSettings(t *testing.T) {
	five, two := people.Dollars(5e12), int64(2)
	w := newTown(t, func(c *people.Config) {
		c.Settings.Default = people.KeyParams{Models: []string{"gpt-4o"}, Duration: "1d"}
		c.Settings.Upper = people.KeyParams{MaxBudget: &five, RPM: &two, Duration: "30d", BudgetDuration: "30d"}
	})
	_, k, err := w.issue(root, `{}`)
	if err != nil || k.Models[0] != "gpt-4o" || *k.MaxBudget != five || *k.RPM != 2 || k.BudgetDuration != "30d" || !k.Expires.Equal(w.clock.Add(24*time.Hour)) {
		t.Errorf("got %+v, %v", k, err)
	}
	for request, want := range map[string]string{
		`{"max_budget":6}`: "PermissionDeniedError: exceeds config's", `{"rpm_limit":3}`: "PermissionDeniedError: greater than config's",
		`{"duration":"31d"}`: "BadRequestError: over max limit", `{"duration":"-1"}`: "BadRequestError: over max limit",
		`{"budget_duration":"60d"}`: "BadRequestError: over max limit", `{"max_budget":1,"duration":"30d","budget_duration":"1d"}`: "",
	} {
		_, _, err := w.issue(root, request)
		says(t, err, want)
	}
}

// TestGuaranteed: limits that are a key's alone do not add up to more than the
// team's.
func TestGuaranteed(t *testing.T) {
	w := newTown(t)
	create(w, w.Teams.Create, `{"team_id":"red","rpm_limit":10}`)
	hash := people.Hash(w.key(root, `{"team_id":"red","rpm_limit":6,"rpm_limit_type":"guaranteed_throughput"}`))
	_, _, err := w.issue(root, `{"team_id":"red","rpm_limit":5,"rpm_limit_type":"guaranteed_throughput"}`)
	says(t, err, "BadRequestError: Allocated RPM limit=6 + Key RPM limit=5 is greater than team RPM limit=10")
	w.key(root, `{"team_id":"red","rpm_limit":4,"rpm_limit_type":"guaranteed_throughput"}`)
	w.key(root, `{"team_id":"red","rpm_limit":10}`)
	_, err = w.Keys.Update(w.ctx, root, hash, object(t, `{"rpm_limit":7}`))
	says(t, err, "BadRequestError: Allocated RPM limit=14")
	must[*people.Key](t)(w.Keys.Update(w.ctx, root, hash, object(t, `{"key_alias":"x"}`)))
}

// FuzzParse: no request makes a key that cannot be kept.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{}`, `{"models":["a"],"max_budget":1,"duration":"30min"}`, `{"metadata":{"a":{"b":[1]}}}`, `{"expires":"2026-01-01"}`, `{"model_max_budget":{"a":"1"}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := newTown(t)
		o, err := parse(text)
		if err != nil {
			return
		}
		n, err := people.Parse[people.NewKey](o)
		if err != nil {
			return
		}
		value, _, err := w.Keys.Generate(w.ctx, root, n)
		if err != nil {
			return
		}
		if _, err := w.Keys.Get(w.ctx, root, people.Hash(value)); err != nil {
			t.Errorf("got %v for a key that was made of %s", err, text)
		}
	})
}
