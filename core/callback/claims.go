package callback

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Claims settle which of several processes tells something: the one that writes
// it down first. Who dies between that and the telling has not told; nobody
// tells twice.
type Claims struct {
	Store store.Store
	Now   func() time.Time

	mu    sync.Mutex
	known map[string]claim
}

// claim is what this process knows of a name.
type claim struct {
	rank  int64 // the highest that was claimed
	until time.Time
}

const (
	maxKnown   = 10_000
	knownTime  = 24 * time.Hour   // how long a claim is remembered here; the store has it longer
	failedTime = 10 * time.Second // until a claim is tried again that the store failed
	triesClaim = 3
	claimTime  = time.Second

	// keepClaim is how long a claim outlives what it is about: clocks differ.
	keepClaim = 24 * time.Hour

	claimRank = "rank"
	claimedBy = "by"
)

// First reports whether nobody has claimed a name, or only with a lower rank,
// which is 1 or more. Until is when the name means nothing any more; zero: never.
// When the store does not tell it is false. Asking again costs nothing.
func (c *Claims) First(ctx context.Context, name string, rank int64, until time.Time) bool {
	if !c.expect(name, rank) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	me := rand.Text()
	w := store.Write{
		Key: store.Key{PK: "AL#" + name, SK: "#"},
		If:  []store.Condition{{Attr: claimRank, Op: store.Less, Value: rank, OrAbsent: true}},
		Set: store.Item{claimRank: rank, claimedBy: me},
	}
	if !until.IsZero() {
		w.Expires = until.Add(keepClaim)
	}
	for range triesClaim {
		_, err := c.Store.Write(ctx, w)
		if err == nil {
			return true
		}
		if refused, ok := errors.AsType[*store.Refused](err); ok {
			return refused.Item.Text(claimedBy) == me // an earlier try did it
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[name] = claim{rank, c.Now().Add(failedTime)}
	return false
}

// expect notes that a name is being claimed, unless it was.
func (c *Claims) expect(name string, rank int64) bool {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if had, ok := c.known[name]; ok && had.rank >= rank && now.Before(had.until) {
		return false
	}
	if c.known == nil || len(c.known) >= maxKnown {
		c.known = map[string]claim{}
	}
	c.known[name] = claim{rank, now.Add(knownTime)}
	return true
}
