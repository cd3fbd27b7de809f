package people

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// How long an Authority believes what it has read. A change that another
// process makes takes at most as long to be seen; one of this process, and any
// of a key with a budget, is seen at once.
const (
	believed = 5 * time.Second
	refused  = 2 * time.Second
	// remembered is how many keys, and how many refusals, are kept at most.
	remembered = 4096
)

// Authority tells what tokens may do. It is safe for concurrent use.
type Authority struct {
	Labels Labels // does not change once there are requests

	store store.Store
	now   func() time.Time

	mu      sync.Mutex
	era     int                      // of the caches; Forget begins a new one
	grants  map[[32]byte]knownGrant  // by the whole hash of the token
	refuses map[[32]byte]knownRefuse // apart, so that made-up tokens drive out no real one
	labels  map[string]*label        // of customers and tags, by their partition
}

type knownGrant struct {
	grant *Grant
	until time.Time
}

type knownRefuse struct {
	err   *llm.Error
	until time.Time
}

// NewAuthority makes an Authority that reads what a Directory keeps.
func NewAuthority(s store.Store, now func() time.Time) *Authority {
	a := &Authority{store: s, now: now}
	a.Forget()
	return a
}

// Forget drops what is remembered: a change counts from then on.
func (a *Authority) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.era++
	a.grants, a.refuses = map[[32]byte]knownGrant{}, map[[32]byte]knownRefuse{}
	a.labels = map[string]*label{}
}

// Grant tells what a token may do. Errors are *llm.Error. A grant with a budget
// is read anew, and consistently, each time.
func (a *Authority) Grant(ctx context.Context, token string) (*Grant, error) {
	g, sum, err := a.recall(token)
	if err != nil {
		return nil, err
	}
	if g != nil && !g.Budgeted() {
		return g, nil
	}
	return a.look(sum, g, a.tokens(ctx, token, sum))
}

// Known is Grant without reading, for who can go on in the meantime and asks
// Confirm before anything is let through; nil when the token must be read
// first.
func (a *Authority) Known(token string) (*Grant, error) {
	g, _, err := a.recall(token)
	return g, err
}

// Confirm reads anew what a grant was made of, in one trip if the key still has
// the same people above it. The grant that it returns is the one that counts:
// when its Version is another, what was done by the old one must be undone.
func (a *Authority) Confirm(ctx context.Context, token string, g *Grant) (*Grant, error) {
	sum := sha256.Sum256([]byte(token))
	return a.look(sum, g, a.tokens(ctx, token, sum))
}

// recall finds what is remembered of a token.
func (a *Authority) recall(token string) (*Grant, [32]byte, error) {
	if !strings.HasPrefix(token, "sk-") {
		return nil, [32]byte{}, denied("Authentication Error, LiteLLM Virtual Key expected. Received=" + hint(token) + ", expected to start with 'sk-'.")
	}
	sum := sha256.Sum256([]byte(token))
	g, err := a.remembered(sum)
	return g, sum, err
}

// remembered finds what is remembered under a hash.
func (a *Authority) remembered(sum [32]byte) (*Grant, error) {
	now := a.now()
	a.mu.Lock()
	known, isKnown := a.grants[sum]
	no, isRefused := a.refuses[sum]
	a.mu.Unlock()
	if isRefused && now.Before(no.until) {
		return nil, no.err
	}
	if !isKnown || !now.Before(known.until) {
		return nil, nil
	}
	if err := known.grant.alive(now); err != nil {
		return nil, err
	}
	return known.grant, nil
}

// reading reads anew what somebody may do; expected are the items that it was
// made of before.
type reading func(now time.Time, expected []store.Key) (*Grant, error)

// look reads what somebody may do, and remembers it.
func (a *Authority) look(sum [32]byte, before *Grant, read reading) (*Grant, error) {
	var expected []store.Key
	if before != nil {
		expected = before.from
	}
	a.mu.Lock()
	era := a.era
	a.mu.Unlock()
	now := a.now()
	g, err := read(now, expected)
	a.remember(era, sum, g, err, now)
	return g, err
}

// tokens reads what a token may do.
func (a *Authority) tokens(ctx context.Context, token string, sum [32]byte) reading {
	return func(now time.Time, expected []store.Key) (*Grant, error) {
		g, err := a.read(ctx, now, sum, expected)
		if errors.Is(err, errUnknown) {
			err = &llm.Error{
				Class: llm.AuthenticationError, Type: "token_not_found_in_db",
				Message: fmt.Sprintf("Authentication Error, Invalid proxy server token passed. Received API Key = %s, Key Hash (Token) =%x. Unable to find token", hint(token), sum),
			}
		}
		return g, err
	}
}

func (a *Authority) read(ctx context.Context, now time.Time, sum [32]byte, expected []store.Key) (*Grant, error) {
	hash := hex.EncodeToString(sum[:])
	c, err := readChain(ctx, a.store, now, hash, expected)
	if err != nil {
		return nil, err
	}
	if !c.leads(sum) {
		return nil, errUnknown
	}
	if err := c.stands(); err != nil {
		return nil, err
	}
	g, err := c.grant(now)
	if err != nil {
		return nil, err
	}
	return g, g.alive(now)
}

// leads reports whether the key that was read is the one that was asked for, or
// what became of it. The store looks a hash up as it is, so how long that takes
// tells of hashes at most, never of keys: those are too long to be guessed.
func (c *chain) leads(sum [32]byte) bool {
	asked := hex.EncodeToString(sum[:])
	if item := c.items[store.Key{PK: keyPK(asked), SK: self}]; item.Text(attrBody) == "" {
		return item.Text(attrID) != ""
	}
	return subtle.ConstantTimeCompare([]byte(asked), []byte(c.key.Token)) == 1
}

// remember keeps an answer, unless something has changed since it was asked for.
func (a *Authority) remember(era int, sum [32]byte, g *Grant, err error, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if era != a.era {
		return
	}
	var e *llm.Error
	if err == nil {
		makeRoom(a.grants)
		a.grants[sum] = knownGrant{g, now.Add(believed)}
		delete(a.refuses, sum)
		return
	}
	delete(a.grants, sum)
	if errors.As(err, &e) && (e.Class == llm.AuthenticationError || e.Class == llm.BadRequestError) {
		makeRoom(a.refuses)
		a.refuses[sum] = knownRefuse{e, now.Add(refused)}
	}
}

// makeRoom drops an entry, whichever comes first, when there are too many.
func makeRoom[K comparable, V any](m map[K]V) {
	for k := range m {
		if len(m) < remembered {
			return
		}
		delete(m, k)
	}
}

// hint is what is shown of a token that is not known: too little to be of use.
func hint(token string) string {
	if len(token) < 16 {
		return mask
	}
	return token[:3] + "..." + token[len(token)-4:]
}
