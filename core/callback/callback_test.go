package callback_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
)

// TestPost: what failed is tried once more, under the same name; what was
// refused is not.
func TestPost(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		tries    int
		fails    string
	}{
		{"taken", nil, 1, ""},
		{"any success", []int{204}, 1, ""},
		{"failed once", []int{503}, 2, ""},
		{"busy once", []int{429}, 2, ""},
		{"failed twice", []int{503, 500}, 2, "status 500"},
		{"refused", []int{410}, 1, "status 410"},
		{"elsewhere", []int{302}, 1, "status 302"},
		{"silent", []int{0}, 1, "deadline exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t, c.statuses...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if len(c.statuses) > 0 && c.statuses[0] == 0 {
				ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
			}
			defer cancel()
			err := post(t).JSON(ctx, p.address(), "the id", []byte(`{"a":1}`))
			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
				t.Errorf("got the error %v, want %q", err, c.fails)
			}
			if err != nil && (strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), strings.TrimPrefix(p.URL, "http://"))) {
				t.Errorf("got the error %v, want the host of the address and no more", err)
			}
			bodies, keys := p.posted()
			if len(bodies) != c.tries {
				t.Errorf("got %d tries, want %d", len(bodies), c.tries)
			}
			for i, body := range bodies {
				if body != `{"a":1}` || keys[i] != "the id" {
					t.Errorf("got %s as %q", body, keys[i])
				}
			}
		})
	}
}

// TestPostAddress: an address that leads nowhere is in no error.
func TestPostAddress(t *testing.T) {
	p := newPlace(t)
	p.Close()
	for _, address := range []string{
		p.address(), "hooks.example.com/canary", "ftp://canary@example.com/canary", "http://%zz/canary", "http://user:canary@127.0.0.1:1/canary", "https://exa mple.com/canary",
	} {
		err := post(t).JSON(t.Context(), address, "", nil)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, want an error without the address", err)
		}
	}
}

// TestDelivery: every sink gets every alert of the types that are wanted, all at
// once, and none can fail or hold up what comes after.
func TestDelivery(t *testing.T) {
	good, silent := newPlace(t), newPlace(t, 0)
	var log bytes.Buffer
	d := &callback.Delivery{
		Sinks: []callback.Sink{
			&callback.Webhook{Post: post(t), Address: func(context.Context) (string, error) { return silent.address(), nil }},
			broken{errors.New("no luck")},
			&callback.Webhook{Post: post(t), Address: func(context.Context) (string, error) { return "", nil }},
			&callback.Webhook{Post: post(t), Address: func(context.Context) (string, error) { return good.address(), nil }},
		},
		Types: []string{callback.Budgets}, Log: slog.New(slog.NewJSONHandler(&log, nil)), Time: 100 * time.Millisecond,
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // whoever caused it has left
	unwanted := full()
	unwanted.Type = callback.Expiry
	d.Send(ctx, full(), unwanted)
	if got, _ := good.posted(); len(got) != 1 {
		t.Errorf("got %d alerts, want the one that is wanted, whatever the other sinks do", len(got))
	}
	for _, want := range []string{"no luck", "WEBHOOK_URL is not set", "deadline exceeded"} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("got the log %s, want one %q", log.String(), want)
		}
	}
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log has an address: %s", log.String())
	}
	var nobody *callback.Delivery
	nobody.Send(t.Context(), full())
	for _, d := range []*callback.Delivery{nobody, {}, {Sinks: d.Sinks, Types: []string{}}} {
		if d.Wants(callback.Budgets) {
			t.Errorf("got %+v wanting alerts, want nobody told", d)
		}
	}
}
