package wire_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestTokens: one fetch for all who need a token, and another when it ends.
func TestTokens(t *testing.T) {
	now := time.Unix(0, 0)
	tokens := &wire.Tokens{Now: func() time.Time { return now }}
	fetched := 0
	get := func(name string) string {
		v, err := tokens.Get(t.Context(), name, func(context.Context) (string, time.Time, error) {
			fetched++
			return name + strings.Repeat("'", fetched), now.Add(time.Hour), nil
		})
		if err != nil {
			t.Error(err)
		}
		return v
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { get("a") })
	}
	all.Wait()
	if got := get("a"); got != "a'" || fetched != 1 {
		t.Errorf("got %q after %d fetches, want the first one's after one", got, fetched)
	}
	if got := get("b"); got != "b''" {
		t.Errorf("got %q, want another token for another name", got)
	}
	now = now.Add(59*time.Minute + time.Second)
	if got := get("a"); got != "a'''" {
		t.Errorf("got %q, want a new one within a minute of its end", got)
	}
}

func TestTokensFail(t *testing.T) {
	tokens := &wire.Tokens{Now: time.Now}
	broken := errors.New("no")
	fail := func(context.Context) (string, time.Time, error) { return "", time.Time{}, broken }
	if _, err := tokens.Get(t.Context(), "a", fail); !errors.Is(err, broken) {
		t.Errorf("got %v, want the fetch's error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := tokens.Get(t.Context(), "a", func(context.Context) (string, time.Time, error) {
		cancel() // and while this one fetches, another gives up waiting
		if _, err := tokens.Get(ctx, "a", fail); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it gave up", err)
		}
		return "v", time.Now().Add(time.Hour), nil
	})
	if err != nil {
		t.Errorf("got %v, want the next one to try again", err)
	}
}

// TestTokensAreBounded: names come from configurations, and could be many.
func TestTokensAreBounded(t *testing.T) {
	tokens := &wire.Tokens{Now: time.Now}
	for n := range 3000 {
		name := string(rune('a'+n%26)) + time.Duration(n).String()
		if v, err := tokens.Get(t.Context(), name, func(context.Context) (string, time.Time, error) {
			return name, time.Now().Add(time.Hour), nil
		}); v != name || err != nil {
			t.Fatalf("got %q, %v, want %q", v, err, name)
		}
	}
}

func TestForm(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       llm.Class
	}{
		{"fine", `200 {"access_token":"t"}`, 0},
		{"refused", `400 {"error":"invalid_grant SECRET"}`, llm.AuthenticationError},
		{"busy", `429 {}`, llm.ServiceUnavailableError},
		{"broken", `500 {}`, llm.ServiceUnavailableError},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, c.line)
			body, err := wire.Form(t.Context(), s.Client(), s.URL+"/token", url.Values{"grant_type": {"g"}, "key": {"SECRET"}}, http.Header{"Authorization": {"Basic x"}})
			if len(s.came) != 1 || s.came[0] != "POST /token grant_type=g&key=SECRET" || s.keys[0] != "Basic x" {
				t.Errorf("got %q with %q, want the form", s.came, s.keys)
			}
			if c.want == 0 {
				if err != nil || string(body) != `{"access_token":"t"}` {
					t.Errorf("got %q, %v, want the answer", body, err)
				}
				return
			}
			if e := failure(t, err); e.Class != c.want || strings.Contains(e.Error(), "SECRET") {
				t.Errorf("got %v, want %s without the secret", e, c.want)
			}
		})
	}
	for address, want := range map[string]llm.Class{"http://%zz": llm.BadRequestError, "http://127.0.0.1:1": llm.ServiceUnavailableError} {
		if _, err := wire.Form(t.Context(), http.DefaultClient, address, nil, nil); failure(t, err).Class != want {
			t.Errorf("%s: got %v, want %s", address, err, want)
		}
	}
}
