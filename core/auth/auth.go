// Package auth tells who is calling from a request's headers alone: a body is
// read only after its sender is known.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Access is what a route asks of its caller.
type Access uint8

const (
	Open   Access = iota // nothing
	Key                  // any valid key
	Master               // the master key
)

// Auth checks keys.
type Auth struct {
	// MasterKey returns the key that guards the gateway, "" when there is
	// none. An error means that it cannot be read now.
	MasterKey func(ctx context.Context) (string, error)
	// Required makes a gateway without a master key refuse everyone: on a
	// public address nobody would notice that it is open.
	Required bool
	// Hint says where the master key belongs, for the error when it is
	// missing although Required.
	Hint string
	// Virtual tells who has a key that is not the master's: an *llm.Error for
	// one that nobody has. Nil: there are no such keys. Whether the caller may
	// use a route is for whoever knows both.
	Virtual func(ctx context.Context, token string) (*llm.Caller, error)
	// Foreign tells who has a token that an identity provider issued; false for one
	// of another kind. Nil: there are no such tokens. With it nobody is let in
	// without a token, even when there is no master key.
	Foreign func(ctx context.Context, token string) (caller *llm.Caller, ok bool, err error)
	// Header is the one that has the key, and no other; "": where clients put
	// it.
	Header string
}

// headers are where clients put a key, in the order they are looked at.
// LiteLLM's comes first, as it does there: a client that signs in to a vendor
// has that token in Authorization. The others are Anthropic's, Azure's and
// Google's.
var headers = [...]string{"X-Litellm-Api-Key", "Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "Ocp-Apim-Subscription-Key"}

// Caller tells who sent the headers. Errors are *llm.Error.
func (a *Auth) Caller(ctx context.Context, h http.Header, access Access) (*llm.Caller, error) {
	if access == Open {
		return &llm.Caller{}, nil
	}
	master, err := a.MasterKey(ctx)
	if err != nil {
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the master key cannot be read now", Err: err}
	}
	if master == "" && a.Foreign == nil {
		if a.Required {
			return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "this gateway has no master key yet: " + a.Hint}
		}
		return &llm.Caller{Master: true}, nil
	}
	key := a.token(h)
	if key == "" {
		return nil, denied("Authentication Error, No api key passed in.")
	}
	sum := sha256.Sum256([]byte(key))
	want := sha256.Sum256([]byte(master))
	if master == "" || subtle.ConstantTimeCompare(sum[:], want[:]) != 1 {
		if a.Foreign != nil {
			if caller, ok, err := a.Foreign(ctx, key); ok || err != nil {
				return caller, err
			}
		}
		if a.Virtual != nil {
			return a.Virtual(ctx, key)
		}
		return nil, denied("Authentication Error, Invalid api key.")
	}
	return &llm.Caller{Master: true, KeyHash: hex.EncodeToString(sum[:])}, nil
}

// token finds the key in the headers, with or without "Bearer ".
func (a *Auth) token(h http.Header) string {
	names := headers[:]
	if a.Header != "" {
		names = []string{a.Header}
	}
	for _, name := range names {
		v := strings.TrimSpace(h.Get(name))
		if scheme, rest, _ := strings.Cut(v, " "); strings.EqualFold(scheme, "Bearer") {
			v = strings.TrimSpace(rest)
		}
		if v != "" {
			return v
		}
	}
	return ""
}

func denied(message string) *llm.Error {
	return &llm.Error{Class: llm.AuthenticationError, Type: "auth_error", Message: message}
}
