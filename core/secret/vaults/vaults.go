// Package vaults reads secrets that are kept elsewhere than at AWS: in HashiCorp
// Vault, in Azure Key Vault, in Google Secret Manager. Each is one request of its
// vendor's REST API, with the variables that LiteLLM has for it.
//
// A vault's own credentials come from Env, so that they may be kept at AWS in
// turn. Nothing is asked before the first secret is.
package vaults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/secret"
)

// largest is how much of an answer is read.
const largest = 1 << 20

// Options are what the vaults need.
type Options struct {
	Env    func(ctx context.Context, name string) (string, error) // a variable; "" if it is not set
	Client *http.Client
	Now    func() time.Time
	Google func(ctx context.Context) (string, error) // an access token of Google's
}

// All are the vaults by the scheme of references into them, which is LiteLLM's
// name for them as key_management_system.
func All(o Options) map[string]secret.Vault {
	return map[string]secret.Vault{
		"hashicorp_vault":       &hashicorp{asker: asker{o: o}},
		"azure_key_vault":       &azure{asker: asker{o: o}},
		"google_secret_manager": &google{asker{o: o}},
	}
}

// asker asks a vault over HTTP, with a token that it keeps until it expires.
type asker struct {
	o Options

	mu    sync.Mutex
	token string
	until time.Time
}

// early is how long before its end a token is not used any more.
const early = time.Minute

// login gives the token that there is, or a new one.
func (a *asker) login(ctx context.Context, fetch func(context.Context) (token string, lasts time.Duration, err error)) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token != "" && a.o.Now().Before(a.until) {
		return a.token, nil
	}
	token, lasts, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	a.token, a.until = token, a.o.Now().Add(lasts-early)
	return token, nil
}

// forget drops a token that was refused before its end.
func (a *asker) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token = ""
}

// env reads variables; one that has no value and no default is an error.
func (a *asker) env(ctx context.Context, name, otherwise string) (string, error) {
	v, err := a.o.Env(ctx, name)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	if v == "" {
		v = otherwise
	}
	if v == "" {
		return "", fmt.Errorf("%s is not set", name)
	}
	return v, nil
}

// refusal is a vault's error.
type refusal struct {
	vault   string
	status  int
	message string // what the vault says; "": nothing that can be read
}

// Error implements error.
func (r *refusal) Error() string {
	s := fmt.Sprintf("%s answered %d", r.vault, r.status)
	if r.message != "" {
		s += ": " + r.message
	}
	return s
}

// refuses reports whether a vault did not take the token.
func refuses(err error) bool {
	var no *refusal
	return errors.As(err, &no) && (no.status == http.StatusUnauthorized || no.status == http.StatusForbidden)
}

// ask sends a request and reads the answer into out. What reads an error gets its
// body, and gives what may be told of it.
func ask(client *http.Client, vault string, r *http.Request, out any, reads func([]byte) string) error {
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("ask %s: %w", vault, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, largest))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", vault, err)
	}
	if answer.StatusCode != http.StatusOK {
		const most = 300
		said := strings.TrimSpace(reads(text))
		return &refusal{vault, answer.StatusCode, said[:min(len(said), most)]}
	}
	if json.Unmarshal(text, out) != nil { // whose error would quote the secret
		return fmt.Errorf("the answer of %s is not what it writes", vault)
	}
	return nil
}

// lettersOf returns an error for a name that is empty, too long, or has other
// characters than letters, digits and these in it.
func lettersOf(name, others string, most int, what string) error {
	bad := func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune(others, c)
	}
	if name == "" || len(name) > most || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("want %s: letters, digits and %s, at most %d", what, others, most)
	}
	return nil
}
