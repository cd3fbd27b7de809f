package callback_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
)

var update = flag.Bool("update", false, "rewrite what is in testdata")

// alerts are one of each kind. LiteLLM's own WebhookEvent judges what the webhook
// gets of them: core/api/admin/testdata/test_webhook.py.
func alerts() []callback.Alert {
	soft := callback.Alert{
		ID: "1", Type: callback.Budgets, Event: "soft_budget_crossed", Group: "team", Message: "Team Budget: Soft Budget Crossed: Total Soft Budget:`0.5` ",
		Spend: pico(500_001), Soft: pico(500_000), Token: full().Token, User: "u", Team: "t", At: full().At,
	}
	over := callback.Alert{
		ID: "2", Type: callback.Budgets, Event: "budget_crossed", Group: "end_user", Message: "Customer Budget: Budget Crossed\n Total Budget:`0.000001`",
		Spend: pico(0), MaxBudget: pico(1), Customer: "<@U1> & sons", At: full().At,
	}
	expiry := callback.Alert{
		ID: "3", Type: callback.Expiry, Event: "key_expiring", Group: "key", Message: "Key Expiry: Expires within 7 day(s)",
		Token: full().Token, KeyAlias: "nightly", Expires: full().At.Add(100 * time.Hour), At: full().At,
	}
	projected := soft
	projected.ID, projected.Event, projected.Message = "4", "projected_limit_exceeded", "Key Budget: Projected Limit Exceeded: Total Soft Budget:`0.5`"
	projected.Projected, projected.ProjectedOn = pico(700_000), full().At.Add(48*time.Hour)
	return []callback.Alert{full(), soft, over, expiry, projected}
}

// TestSinks: what each place gets of each alert is what testdata has.
func TestSinks(t *testing.T) {
	for _, c := range []struct {
		file string
		sink func(post callback.Post, address string) callback.Sink
		show func(body string) string
	}{
		{"webhook.jsonl", func(post callback.Post, address string) callback.Sink {
			return &callback.Webhook{Post: post, Address: func(context.Context) (string, error) { return address, nil }}
		}, func(body string) string { return body + "\n" }},
		{"slack.txt", func(post callback.Post, address string) callback.Sink {
			return &callback.Slack{Post: post, Proxy: "https://gateway.example.com", Addresses: func(context.Context, string) ([]string, error) { return []string{address}, nil }}
		}, func(body string) string {
			var message map[string]string
			if err := json.Unmarshal([]byte(body), &message); err != nil || len(message) != 1 {
				return fmt.Sprintf("got %s, %v, want a text and no more", body, err)
			}
			return message["text"] + "\n----\n"
		}},
	} {
		t.Run(c.file, func(t *testing.T) {
			p := newPlace(t)
			sink := c.sink(post(t), p.address())
			for _, a := range alerts() {
				if err := sink.Send(t.Context(), a); err != nil {
					t.Fatal(err)
				}
			}
			var got strings.Builder
			bodies, keys := p.posted()
			for i, body := range bodies {
				if keys[i] != alerts()[i].ID {
					t.Errorf("got the Idempotency-Key %q, want %q", keys[i], alerts()[i].ID)
				}
				got.WriteString(c.show(body))
			}
			hold(t, "testdata/"+c.file, got.String())
		})
	}
}

func hold(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// TestSlackAddresses: an alert goes to all addresses of its type, although one
// of them fails.
func TestSlackAddresses(t *testing.T) {
	first, second, other := newPlace(t, 404), newPlace(t), newPlace(t)
	sink := &callback.Slack{Post: post(t), Addresses: func(_ context.Context, kind string) ([]string, error) {
		if kind == callback.Budgets {
			return []string{first.address(), second.address()}, nil
		}
		return []string{other.address()}, nil
	}}
	err := sink.Send(t.Context(), full())
	if err == nil || !strings.Contains(err.Error(), "status 404") || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v, want the status of the first", err)
	}
	for i, p := range []*place{first, second, other} {
		if got, _ := p.posted(); len(got) != []int{1, 1, 0}[i] {
			t.Errorf("place %d: got %d messages", i, len(got))
		}
	}
	nowhere := &callback.Slack{Post: post(t), Addresses: func(context.Context, string) ([]string, error) { return nil, nil }}
	if err := nowhere.Send(t.Context(), full()); err == nil {
		t.Error("got no error without an address")
	}
}

// TestLog: an alert in the log has the amounts and the names.
func TestLog(t *testing.T) {
	var b bytes.Buffer
	if err := (&callback.Log{To: slog.New(slog.NewJSONHandler(&b, nil))}).Send(t.Context(), full()); err != nil {
		t.Fatal(err)
	}
	var line map[string]string
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"event": "threshold_crossed", "spend_usd": "0.96", "max_budget_usd": "1", "key_hash": full().Token, "team": "t"} {
		if line[name] != want {
			t.Errorf("%s: got %q, want %q", name, line[name], want)
		}
	}
}
