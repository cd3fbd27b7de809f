// Package llm holds the words every other room speaks: a Call goes to a
// Provider and comes back as a Reply or an Error.
//
// It knows no wire format, does no I/O and imports nothing but the standard
// library and core/raw, so that everything else may import it.
package llm

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Provider answers calls: a model vendor, or something wrapped around one (the
// router and each of its layers). It is to models what http.RoundTripper is to
// HTTP.
//
// Do never changes *call; whoever edits copies the struct first. It returns an
// *Error for everything a caller may be told about. The caller of Do closes
// the Reply.
type Provider interface {
	Do(ctx context.Context, call *Call) (*Reply, error)
}

// Speaker is a Provider that says what it understands.
type Speaker interface {
	Provider
	Speaks(op Op, f Format) bool
}

// Key names one wire shape: an operation in somebody's words.
type Key struct {
	Op     Op
	Format Format
}

// Call is one request for a model. Body holds the caller's bytes without the
// gateway's own controls, which Options carries.
type Call struct {
	Op      Op
	Format  Format
	Body    raw.Object
	Files   []File // of a form, which Body has the other fields of
	Model   string // the group or model asked for; the provider's own name is To.Model
	Stream  bool
	Caller  *Caller
	Options Options
	To      *Deployment // set by the router when it picks
	Record  *Record     // what happened, shared by every copy of the call; never nil
	// Soft names members that the caller's client sends unasked: a provider
	// that has no word for one does without it.
	Soft []string
	// Show, unless nil, gets the request that would be sent, before it has
	// credentials. It is not sent, and the call ends in an error.
	Show  func(*http.Request)
	Blobs map[string]Blob // what wire fetched for a dialect that takes only bytes, by address
}

// File is a file of a form. It may be opened again: a retry sends it anew.
type File struct {
	Field string // "file", "image[]"
	Name  string
	Type  string // media type; "" when the caller did not say
	Size  int64  // bytes
	Open  func() (io.ReadCloser, error)
}

// Blob is a file's bytes, and its media type as its server gave it.
type Blob struct {
	Type string
	Data []byte
}

// Key returns the wire shape of the call.
func (c *Call) Key() Key { return Key{c.Op, c.Format} }

// Says reports whether the caller's request has a member, whoever it is for.
// "metadata.x" is a member of a member.
func (c *Call) Says(name string) bool {
	outer, inner, nested := strings.Cut(name, ".")
	v, ok := c.Body.Raw(outer)
	if !ok {
		v, ok = c.Options.Controls.Raw(outer)
	}
	if !ok || !nested {
		return ok
	}
	o, err := raw.Parse(v)
	return err == nil && o.Has(inner)
}

// Options are the controls a caller gives the gateway itself. They never reach
// a provider. A nil or zero field means: as configured.
type Options struct {
	NumRetries             *int
	Timeout                time.Duration // of one attempt
	StreamTimeout          time.Duration // silence allowed before each event of a stream
	Fallbacks              map[string][]string
	ContextWindowFallbacks map[string][]string
	ContentPolicyFallbacks map[string][]string
	DisableFallbacks       bool
	DropParams             *bool
	Deployment             string          // a deployment's id: the strategy is bypassed
	Mock                   json.RawMessage // mock_response: text, a whole reply, or an exception's name
	ExtraBody              raw.Object      // members for the provider as they are
	ExtraHeaders           http.Header     // headers for the provider
	Controls               raw.Object      // the members that were for the gateway alone, as they were
	IncludeUsage           bool            // the caller asked for a stream's usage event
	APIBase, APIKey        string          // the caller's own, where the configuration allows it

	// For whom and what the request is, as it says itself: the caller's own
	// customer, what several requests are one of, and words to report by.
	EndUser, Session string
	Tags             []string
}

// Caller is who is calling, as authenticated.
type Caller struct {
	KeyHash string // hex SHA-256 of the key; "" when no key is needed
	Master  bool
	Models  []string // model names and patterns it may use; nil means all
	Rights  Rights   // what those above its key allow besides; nil: all

	Alias, User, Team, Organization, Project string // whose key it is; "" without
}

// Rights are what a caller's key gives it. Errors are *Error.
type Rights interface {
	// Resolve gives the model that a name stands for with this key.
	Resolve(model string) string
	// May returns an error unless the model may be used.
	May(model string) error
	// Requires returns an error unless a call says what it must say.
	Requires(call *Call) error
}

// Allows reports whether the caller may use the model by that name. Patterns
// end in "*".
func (c *Caller) Allows(model string) bool {
	if c != nil && c.Rights != nil && c.Rights.May(model) != nil {
		return false
	}
	if c == nil || c.Models == nil {
		return true
	}
	for _, m := range c.Models {
		if m == model || m == "*" || wildcard(m, model) {
			return true
		}
	}
	return false
}

// May returns an *Error unless the caller may use the model by that name.
func (c *Caller) May(model string) error {
	if c != nil && c.Rights != nil {
		if err := c.Rights.May(model); err != nil {
			return err
		}
	}
	if c.Allows(model) {
		return nil
	}
	return &Error{
		Class: AuthenticationError, Type: "key_model_access_denied", Param: "model",
		Message: "this key may not use the model " + model,
	}
}

func wildcard(pattern, s string) bool {
	n := len(pattern) - 1
	return n >= 0 && pattern[n] == '*' && len(s) >= n && s[:n] == pattern[:n]
}

// Deployment is one place a model is served: a provider's model with its own
// address, credential and defaults.
type Deployment struct {
	ID         string
	Group      string // the model_name it belongs to
	Provider   string
	Model      string // the provider's name for it
	Base       string // api_base; "" means the provider's own
	Foreign    bool   // Base was chosen by a caller: only public addresses
	Credential Credential
	Params     raw.Object // defaults for the provider's request: temperature, max_tokens, ...
	Headers    http.Header
	Settings   map[string]string // the provider's own settings: api_version, organization, ...
	DropParams *bool
	Timeout    time.Duration // of one attempt; 0 means the router's
	// StreamTimeout is the silence allowed before each event; 0: Timeout.
	StreamTimeout time.Duration
	Mock          json.RawMessage // mock_response of the configuration
	Info          Model
	Limits        Limits // that each try is held to
}

// Limits are how fast something may be asked. Zero is no limit.
type Limits struct {
	RPM, TPM, Parallel int64 // requests and tokens a minute, requests at a time
}

// Model is what is known of a deployment's model. Zero means unknown.
type Model struct {
	MaxInput, MaxOutput int // tokens
}

// Credential gives a provider its secrets at the moment of the call, so that
// they may rotate. Name is a parameter ("api_key") or, in capitals, an
// environment variable ("OPENAI_API_KEY"). An absent secret is "" without an
// error; an error means that it could not be read now.
type Credential interface {
	Value(ctx context.Context, name string) (string, error)
}
