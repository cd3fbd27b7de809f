package boot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/people"
)

// TestBatchCallerNow: a line is run for its caller as they are when it is run.
func TestBatchCallerNow(t *testing.T) {
	for _, tc := range []struct {
		name   string
		key    string // as it is made
		change string // a route and its body, before the line is run; {key} is the key
		passes time.Duration
		says   string // in the line's error; "": it is answered
	}{
		{"nothing", `{}`, "", 0, ""},
		{"with a budget", `{"max_budget":1}`, "", 0, ""},
		{"blocked", `{}`, `/key/block {"key":"{key}"}`, 0, "Key is blocked"},
		{"blocked with a budget", `{"max_budget":1}`, `/key/block {"key":"{key}"}`, 0, "Key is blocked"},
		{"deleted", `{}`, `/key/delete {"keys":["{key}"]}`, 0, "does not exist any more"},
		{"expired", `{"duration":"1h"}`, "", 2 * time.Hour, "Expired Key"},
		{"another model", `{}`, `/key/update {"key":"{key}","models":["other"]}`, 0, "not allowed to access model"},
		{"another route", `{}`, `/key/update {"key":"{key}","allowed_routes":["/v1/chat/completions"]}`, 0, "not allowed to call this route"},
		{"regenerated", `{}`, `/key/{key}/regenerate {}`, 0, "does not exist any more"},
		{"no money", `{"max_budget":1}`, `/key/update {"key":"{key}","max_budget":0}`, 0, "Budget has been exceeded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := openBatched(t, laterModels)
			key := b.key(tc.key)
			id := b.ask(key.token, hello)
			if tc.change != "" {
				path, body, _ := strings.Cut(strings.ReplaceAll(tc.change, "{key}", key.token), " ")
				if a := b.do(t, "POST", path, body, "Authorization: Bearer sk-master"); a.status != 200 {
					t.Fatalf("%s: got %d %s", path, a.status, a.body)
				}
			}
			b.clock.at = b.clock.at.Add(tc.passes)
			asked := len(b.Exchanges())
			if again := b.work(); again != 0 {
				t.Errorf("got %d messages again, want none", again)
			}
			one, err := (&batch.Batches{Store: b.kept, Now: b.clock.now}).Find(t.Context(), key.id, id)
			if err != nil {
				t.Fatal(err)
			}
			for r, err := range (&batch.Batches{Store: b.kept, Now: b.clock.now}).Results(t.Context(), one) {
				if err != nil || r.Error != (tc.says != "") || !strings.Contains(string(r.Body), tc.says) {
					t.Errorf("got %s, %v, want %q", r.Body, err, tc.says)
				}
			}
			if got := len(b.Exchanges()) - asked; (got == 1) != (tc.says == "") {
				t.Errorf("the upstream was asked %d times", got)
			}
		})
	}
}

// TestBatchMasterNow: what the master key asked for is done while it is the master
// key.
func TestBatchMasterNow(t *testing.T) {
	b := openBatched(t, laterModels)
	id := b.ask("sk-master", hello)
	renamed := openAt(t, b.kept, b.clock.now, strings.Replace(laterModels, "sk-master", "sk-another", 1))
	b.app = renamed.app
	b.work()
	if f := b.look("sk-master", id); f.Counts.Failed != 1 || !strings.Contains(f.Data[0].Error.Message, "not the master key any more") {
		t.Errorf("got %+v, want it refused", f)
	}
	open := openBatched(t, strings.Replace(laterModels, "general_settings: {master_key: sk-master}", "", 1))
	id = open.ask("", hello)
	open.work()
	if f := open.look("", id); f.Counts.Completed != 1 {
		t.Errorf("without a master key: got %+v, want it answered", f)
	}
}

// TestBatchGateNow: a configuration that shuts the gateway to whoever asked, or the
// route, shuts it to their lines; one that leaves it open does not.
func TestBatchGateNow(t *testing.T) {
	const settings = "general_settings: {master_key: sk-master"
	for _, tc := range []struct{ name, now, says string }{
		{"as it was", ", public_routes: [/v1/batch/completions, /batch/completions]", ""},
		{"public no more", "", "not public any more"},
		{"another network", ", public_routes: [/v1/batch/completions, /batch/completions], allowed_ips: [192.0.2.1]", "not allowed"},
		{"other routes", ", public_routes: [/v1/batch/completions, /batch/completions], allowed_routes: [/v1/chat/completions]", "not allowed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := openBatched(t, strings.Replace(laterModels, settings, settings+", public_routes: [/v1/batch/completions, /batch/completions]", 1))
			id := b.ask("", hello)
			b.app = openAt(t, b.kept, b.clock.now, strings.Replace(laterModels, settings, settings+tc.now, 1)).app
			b.work()
			one, err := (&batch.Batches{Store: b.kept, Now: b.clock.now}).Find(t.Context(), "", id)
			if err != nil {
				t.Fatal(err)
			}
			for r, err := range (&batch.Batches{Store: b.kept, Now: b.clock.now}).Results(t.Context(), one) {
				if err != nil || r.Error != (tc.says != "") || !strings.Contains(string(r.Body), tc.says) {
					t.Errorf("got %s, %v, want %q", r.Body, err, tc.says)
				}
			}
		})
	}
}

// TestBatchGuest: whom an identity provider vouched for is that still when the
// token has expired, as long as there is such a user.
func TestBatchGuest(t *testing.T) {
	for _, gone := range []bool{false, true} {
		g := openEntrance(t, "user_id_jwt_field: sub")
		g.members(t)
		b := &batched{house: g.house, t: t, kept: g.in, queue: boot.StoredQueue(g.in, time.Now)}
		token := strings.TrimPrefix(g.token(`"sub":"ann"`), "Authorization: Bearer ")
		a := b.do(t, "POST", "/v1/batch/completions", `{"async":true,"requests":[`+asksGPT+`,`+strings.Replace(asksGPT, "gpt", "nobody", 1)+`]}`, "Authorization: Bearer "+token)
		var made struct{ ID string }
		if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != 202 {
			t.Fatalf("got %d %s", a.status, a.body)
		}
		want := 1
		if gone {
			want = 0
			if err := g.app.People().Users.Delete(t.Context(), people.Root(""), "ann"); err != nil {
				t.Fatal(err)
			}
		}
		b.work()
		if gone {
			mustCreate(t, g.app.People().Users.Create, people.User{ID: "ann"})
		}
		if f := b.look(token, made.ID); f.Counts.Completed != want || f.Counts.Completed+f.Counts.Failed != 2 {
			t.Errorf("gone %v: got %+v, want %d answered", gone, f, want)
		}
	}
}

// TestBatchCallerElsewhere: a key with a budget that another process has blocked
// is blocked here at once.
func TestBatchCallerElsewhere(t *testing.T) {
	b := openBatched(t, laterModels)
	key := b.key(`{"max_budget":1}`)
	id := b.ask(key.token, hello+","+hello)
	messages, err := b.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if again, why := b.app.Work(t.Context(), messages); len(again) > 0 { // and remembers the key
		t.Fatal(why)
	}
	other := openAt(t, b.kept, b.clock.now, laterModels)
	if a := other.do(t, "POST", "/key/block", `{"key":"`+key.token+`"}`, "Authorization: Bearer sk-master"); a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	b.work()
	one, err := (&batch.Batches{Store: b.kept, Now: b.clock.now}).Find(t.Context(), key.id, id)
	if err != nil || one.Completed != 1 || one.Failed != 1 {
		t.Errorf("got %+v, %v, want the second refused", one, err)
	}
}
