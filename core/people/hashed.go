package people

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// GrantByHash is Grant for who asked before, of whose key only the hash is
// known: 64 hex digits. Who has no more than a hash must never come here, for it
// is no secret.
func (a *Authority) GrantByHash(ctx context.Context, hash string) (*Grant, error) {
	sum, err := sumOf(hash)
	if err != nil {
		return nil, err
	}
	g, err := a.remembered(sum)
	if err != nil {
		return nil, err
	}
	if g != nil && !g.Budgeted() {
		return g, nil
	}
	return a.look(sum, g, a.hashes(ctx, sum))
}

// ConfirmByHash is Confirm for who asked before.
func (a *Authority) ConfirmByHash(ctx context.Context, hash string, g *Grant) (*Grant, error) {
	sum, err := sumOf(hash)
	if err != nil {
		return nil, err
	}
	return a.look(sum, g, a.hashes(ctx, sum))
}

// hashes reads what the holder of a key may do that is there no more, perhaps.
func (a *Authority) hashes(ctx context.Context, sum [32]byte) reading {
	return func(now time.Time, expected []store.Key) (*Grant, error) {
		g, err := a.read(ctx, now, sum, expected)
		if errors.Is(err, errUnknown) {
			err = goneKey()
		}
		return g, err
	}
}

func sumOf(hash string) (sum [32]byte, err error) {
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) != len(sum) {
		return sum, goneKey()
	}
	return [32]byte(b), nil
}

func goneKey() *llm.Error {
	return &llm.Error{Class: llm.AuthenticationError, Type: "token_not_found_in_db", Message: "Authentication Error, the key that this was asked with does not exist any more"}
}
