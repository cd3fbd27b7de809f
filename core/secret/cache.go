package secret

import (
	"context"
	"sync"
	"time"
)

const (
	// lifetime is how long a secret is used before its vault is asked again. Up
	// to a tenth of it is taken off at random, so that processes that started
	// together do not ask together for ever.
	lifetime = time.Hour
	// pause is how long a secret is left alone after a refresh that failed, and
	// the least time between two that a provider's refusal asks for.
	pause = time.Minute
	// respite is how long a failure is told again where there is no value at all.
	respite = 5 * time.Second
	// patience is how long a vault may take for a secret that calls wait for,
	// and haste for one that has an older value.
	patience, haste = 10 * time.Second, 2 * time.Second
)

// Cache remembers what a vault has told. A secret that the vault cannot give
// any more goes on being what it was. It is a Vault, safe for concurrent use.
type Cache struct {
	Vault  Vault
	Now    func() time.Time
	Random func() float64               // from 0 to 1
	Failed func(name string, err error) // told of refreshes that failed while an older value goes on; nil: nobody

	mu    sync.Mutex
	known map[string]*known
}

// known is what is known of one secret, under the Cache's lock.
type known struct {
	has   bool // there is a value
	value string
	err   error         // why there is none
	asked time.Time     // when the vault was asked last
	next  time.Time     // when to ask it again
	done  chan struct{} // closed when the vault has answered; nil: nobody asks
}

// Check implements Vault.
func (c *Cache) Check(name string) error { return c.Vault.Check(name) }

// Secret implements Vault. Whoever finds that it is time asks the vault; all
// others go on with the older value, or wait for the first.
func (c *Cache) Secret(ctx context.Context, name string) (string, error) {
	for {
		c.mu.Lock()
		k := c.of(name)
		now := c.Now()
		switch {
		case k.done == nil && !now.Before(k.next):
			k.done, k.asked = make(chan struct{}), now
			c.mu.Unlock()
			_ = c.refresh(ctx, name, k) // k says what became of it
			c.mu.Lock()
			fallthrough
		case k.done == nil, k.has:
			defer c.mu.Unlock()
			return k.value, k.err
		}
		done := k.done
		c.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// of is called under the lock.
func (c *Cache) of(name string) *known {
	k := c.known[name]
	if k == nil {
		if c.known == nil {
			c.known = map[string]*known{}
		}
		k = &known{}
		c.known[name] = k
	}
	return k
}

// refresh asks the vault, and returns its error. It ends in its own time and not
// with the call that began it, because others wait for it too.
func (c *Cache) refresh(ctx context.Context, name string, k *known) error {
	c.mu.Lock()
	had, limit := k.has, patience
	if had {
		limit = haste
	}
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	v, err := c.Vault.Secret(ctx, name)
	if err != nil && had && c.Failed != nil {
		c.Failed(name, err)
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	switch {
	case err == nil:
		k.has, k.value, k.err = true, v, nil
		k.next = now.Add(lifetime - time.Duration(c.Random()*float64(lifetime/10)))
	case had:
		k.next = now.Add(pause)
	default:
		k.err, k.next = err, now.Add(respite)
	}
	close(k.done)
	k.done = nil
	return err
}

// Fresh is what the vault tells now, whatever is remembered. After an error Secret
// goes on telling that.
func (c *Cache) Fresh(ctx context.Context, name string) (string, error) {
	for {
		c.mu.Lock()
		k := c.of(name)
		done := k.done
		if done == nil {
			k.done, k.asked = make(chan struct{}), c.Now()
			c.mu.Unlock()
			if err := c.refresh(ctx, name, k); err != nil {
				return "", err
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			return k.value, nil
		}
		c.mu.Unlock()
		select {
		case <-done: // of a question that may be older than what is to be read
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// Stale has a secret fetched again before it is used next, unless its vault was
// asked for it within the last minute.
func (c *Cache) Stale(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.known[name]; k != nil && k.has && c.Now().Sub(k.asked) >= pause {
		k.next = time.Time{}
	}
}
