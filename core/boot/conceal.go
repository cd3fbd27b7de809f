package boot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// names is how the spend log names customers and the addresses of callers.
type names struct {
	hide  bool                                  // no customers
	hash  bool                                  // by a hash, whose key is made of the master key
	known func(context.Context) (string, error) // the master key
}

func newNames(c *config.Config, s secret.Source) *names {
	return &names{hide: c.Access.HideCustomers, hash: c.Access.HashNames, known: func(ctx context.Context) (string, error) { return masterKey(ctx, c, s) }}
}

// conceal takes out of a row's facts what is not to be in it.
func (n *names) conceal(ctx context.Context, f *ledger.Facts) {
	if n.hide {
		f.EndUser = ""
	}
	if n.hash {
		f.EndUser, f.IP = n.hashed(ctx, f.EndUser), n.hashed(ctx, f.IP)
	}
}

// hashed is a name in a form that tells who has the master key, and nobody else,
// whether it is somebody's; "" when the key cannot be read now.
func (n *names) hashed(ctx context.Context, name string) string {
	key, err := n.known(ctx)
	if name == "" || err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, []byte("spend log "+key))
	mac.Write([]byte(name)) // never fails
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// logged is what the spend log has for a customer, who may have been in it by
// name before.
func (n *names) logged(ctx context.Context, customer string) []string {
	if !n.hash {
		return []string{customer}
	}
	return []string{customer, n.hashed(ctx, customer)}
}
