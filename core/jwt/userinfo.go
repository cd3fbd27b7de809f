package jwt

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const (
	// remembered is how many answers about tokens are kept at most.
	remembered = 4096
	// doubted is how long a refusal is believed at most.
	doubted = 2 * time.Second
)

// Userinfo asks the provider itself whose a token is, at its UserInfo endpoint
// (OpenID Connect Core 1.0, 5.3): tokens may then be of any form. Nothing says
// for whom a token was made, so that its holder administers nothing. It is safe
// for concurrent use.
type Userinfo struct {
	URL string
	Get Get
	TTL time.Duration // for which an answer is believed
	Now func() time.Time

	mu    sync.Mutex
	known map[[sha256.Size]byte]answer // by the hash of the whole token
}

type answer struct {
	claims *Claims
	err    error
	until  time.Time
}

// Verify gives the claims that the provider knows of a token's holder. Errors are
// *llm.Error.
func (u *Userinfo) Verify(ctx context.Context, token string) (*Claims, error) {
	if len(token) > maxToken {
		return nil, refused("Validation fails: not a token of at most %d bytes", maxToken)
	}
	sum := sha256.Sum256([]byte(token))
	now := u.Now()
	u.mu.Lock()
	a, ok := u.known[sum]
	u.mu.Unlock()
	if ok && now.Before(a.until) {
		return a.claims, a.err
	}
	claims, err := u.ask(ctx, token)
	var refusal *llm.Error
	switch {
	case err == nil:
		u.remember(sum, answer{claims, nil, now.Add(u.TTL)})
	case errors.As(err, &refusal) && refusal.Class == llm.AuthenticationError:
		u.remember(sum, answer{nil, err, now.Add(min(u.TTL, doubted))})
	}
	return claims, err
}

func (u *Userinfo) ask(ctx context.Context, token string) (*Claims, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := u.Get(ctx, u.URL, token)
	if errors.Is(err, errRefused) {
		return nil, refused("Failed to fetch OIDC UserInfo: the token was refused")
	}
	if err != nil {
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the endpoint that knows whose tokens are cannot be reached now", Err: err}
	}
	return readClaims(b)
}

// remember keeps an answer, and drops another when there are too many.
func (u *Userinfo) remember(sum [sha256.Size]byte, a answer) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known == nil {
		u.known = map[[sha256.Size]byte]answer{}
	}
	for k := range u.known {
		if len(u.known) < remembered {
			break
		}
		delete(u.known, k)
	}
	u.known[sum] = a
}
