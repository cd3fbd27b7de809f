package wire

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
)

const (
	early     = time.Minute // before its end, a token is fetched anew
	maxTokens = 1024        // kept at a time
)

// Tokens keeps the short-lived tokens that some vendors give for a longer-lived
// secret. Its zero value with Now set is ready to use, by several at once.
type Tokens struct {
	Now func() time.Time

	mu     sync.Mutex
	byName map[string]*token
}

type token struct {
	turn    chan struct{} // holds one element while nobody fetches
	value   string
	expires time.Time
}

// Get returns the token of that name, which fetch gives when it is not kept or
// about to expire. Of several who need it one fetches. The name is best a hash
// of the secrets it is made from. Errors are fetch's and the context's.
func (t *Tokens) Get(ctx context.Context, name string, fetch func(context.Context) (string, time.Time, error)) (string, error) {
	k := t.named(name)
	select {
	case <-k.turn:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { k.turn <- struct{}{} }()
	if k.value != "" && t.Now().Add(early).Before(k.expires) {
		return k.value, nil
	}
	value, expires, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	k.value, k.expires = value, expires
	return value, nil
}

func (t *Tokens) named(name string) *token {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.byName[name]
	if k == nil {
		if t.byName == nil || len(t.byName) >= maxTokens {
			t.byName = map[string]*token{}
		}
		k = &token{turn: make(chan struct{}, 1)}
		k.turn <- struct{}{}
		t.byName[name] = k
	}
	return k
}

// Form posts a form to a vendor's token service and returns the answer. A
// refusal is an AuthenticationError, a service that fails a
// ServiceUnavailableError; neither repeats what was sent or said.
func Form(ctx context.Context, client *http.Client, address string, form url.Values, header http.Header) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &llm.Error{Class: llm.BadRequestError, Message: "the token service's address is not a URL"}
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the token service cannot be reached", Err: bare(err)}
	}
	defer res.Body.Close()
	body, err := outbound.ReadAll(res.Body, maxError)
	switch {
	case err != nil || res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the token service answered " + res.Status, Err: err}
	case res.StatusCode >= 300:
		return nil, &llm.Error{Class: llm.AuthenticationError, Message: "the token service refused the credentials: " + res.Status}
	}
	return body, nil
}
