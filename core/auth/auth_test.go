package auth_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/auth"
	"github.com/tollgate-llm/tollgate/core/llm"
)

const master = "sk-master-1234"

func guarded(key string, err error) *auth.Auth {
	return &auth.Auth{MasterKey: func(context.Context) (string, error) { return key, err }}
}

// TestWhereKeysAre: every header that clients use, alone and together.
func TestWhereKeysAre(t *testing.T) {
	for _, c := range []struct {
		name    string
		headers string // "Name: value", one per line
		says    string // "": let in
	}{
		{"bearer", "Authorization: Bearer " + master, ""},
		{"in any case", "Authorization: bEARER " + master, ""},
		{"more space", "Authorization: Bearer   " + master + " ", ""},
		{"bare", "Authorization: " + master, ""},
		{"LiteLLM's", "X-Litellm-Api-Key: " + master, ""},
		{"LiteLLM's as bearer", "X-Litellm-Api-Key: Bearer " + master, ""},
		{"Anthropic's", "X-Api-Key: " + master, ""},
		{"Azure's", "Api-Key: " + master, ""},
		{"Google's", "X-Goog-Api-Key: " + master, ""},
		{"Azure's API management", "Ocp-Apim-Subscription-Key: " + master, ""},
		{"LiteLLM's before a token for somebody else", "Authorization: Bearer other\nX-Litellm-Api-Key: " + master, ""},
		{"an empty one is none", "Authorization: Bearer \nX-Api-Key: " + master, ""},
		{"none", "", "No api key passed in"},
		{"an empty one alone", "Authorization: Bearer", "No api key passed in"},
		{"wrong", "Authorization: Bearer sk-wrong", "Invalid api key"},
		{"the beginning", "Authorization: Bearer " + master[:6], "Invalid api key"},
		{"and more", "Authorization: Bearer " + master + "5", "Invalid api key"},
		{"in another case", "Authorization: Bearer " + strings.ToUpper(master), "Invalid api key"},
		{"wrong before right", "Authorization: Bearer sk-wrong\nX-Api-Key: " + master, "Invalid api key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			for line := range strings.SplitSeq(c.headers, "\n") {
				if name, v, ok := strings.Cut(line, ":"); ok {
					h.Set(name, v)
				}
			}
			for _, access := range []auth.Access{auth.Key, auth.Master} {
				caller, err := guarded(master, nil).Caller(t.Context(), h, access)
				if c.says == "" {
					sum := sha256.Sum256([]byte(master))
					if err != nil || !caller.Master || caller.KeyHash != hex.EncodeToString(sum[:]) {
						t.Errorf("got %+v, %v, want the master and the key's hash", caller, err)
					}
					continue
				}
				var e *llm.Error
				if !errors.As(err, &e) || e.Class != llm.AuthenticationError || e.Type != "auth_error" || !strings.Contains(e.Message, c.says) {
					t.Errorf("got %+v, %v, want a 401: %s", caller, err, c.says)
				}
			}
		})
	}
}

// TestGuard: who is let in without a key, and why nobody is.
func TestGuard(t *testing.T) {
	sealed := errors.New("vault is sealed")
	for _, c := range []struct {
		name     string
		key      string
		err      error
		required bool
		access   auth.Access
		class    llm.Class // 0: let in
		says     string
	}{
		{name: "open", key: master, access: auth.Open},
		{name: "open although the key cannot be read", err: sealed, access: auth.Open},
		{name: "open although there is none", required: true, access: auth.Open},
		{name: "no master key", access: auth.Key},
		{name: "no master key for its route", access: auth.Master},
		{name: "no master key where there must be", required: true, access: auth.Key, class: llm.ServiceUnavailableError, says: "set SECRET_NAME"},
		{name: "nor for its route", required: true, access: auth.Master, class: llm.ServiceUnavailableError, says: "set SECRET_NAME"},
		{name: "unreadable", err: sealed, access: auth.Key, class: llm.ServiceUnavailableError, says: "cannot be read"},
		{name: "unreadable and required", err: sealed, required: true, access: auth.Master, class: llm.ServiceUnavailableError, says: "cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := guarded(c.key, c.err)
			a.Required, a.Hint = c.required, "set SECRET_NAME"
			caller, err := a.Caller(t.Context(), http.Header{}, c.access)
			if c.class == 0 {
				if err != nil || caller == nil || caller.KeyHash != "" {
					t.Errorf("got %+v, %v, want a caller without a key", caller, err)
				}
				return
			}
			var e *llm.Error
			if !errors.As(err, &e) || e.Class != c.class || !strings.Contains(e.Message, c.says) || strings.Contains(e.Message, "sealed") {
				t.Errorf("got %v, want %s: %s", err, c.class, c.says)
			}
		})
	}
}
