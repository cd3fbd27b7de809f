// Package wire is the only place where providers do I/O. A provider is a
// Dialect (how to say a call and read an answer: pure functions) at a host,
// with a way to authenticate. wire sends, reads within caps, follows no
// redirect to another host, and turns every failure into an llm.Error that
// names no secret.
package wire

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// Request is what a codec wants sent: Body, else Multipart, else File.
type Request struct {
	Method string // "": POST
	Path   string // after the deployment's base
	// URL is a whole address that an answer named, in place of base and Path.
	// It is called without credentials, and must be a public one.
	URL       string
	Query     url.Values
	Header    http.Header
	Body      []byte     // of the type Type; "" is JSON
	Multipart *Multipart // multipart/form-data
	File      *llm.File  // the bytes of a file, of the type Type or else its own
	Type      string
	// Added names a member that the dialect put in for the gateway's sake. A
	// vendor that refuses it gets Without's body instead: the caller's
	// request does not fail for what the caller did not ask.
	Added   string
	Without func() []byte
}

// Multipart is a form with files (RFC 7578). Fields may repeat a name.
type Multipart struct {
	Fields []Field
	Files  []llm.File
}

// Field is a field of a form that is no file.
type Field struct{ Name, Value string }

// Add appends a field.
func (f *Multipart) Add(name, value string) { f.Fields = append(f.Fields, Field{name, value}) }

// Response is a whole answer.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Codec translates one operation in one format to a provider's wire format and
// back. Its functions do no I/O and keep nothing.
type Codec struct {
	// Fetch lists the addresses of files that the vendor wants as bytes. wire
	// puts them into Call.Blobs before Encode. Nil: none.
	Fetch func(*llm.Call) []string
	// Encode writes the request. Errors are *llm.Error.
	Encode func(*llm.Call) (*Request, error)
	// Split cuts a call that the vendor takes only in parts, such as one with
	// more inputs than fit in a request. The parts are asked for one after the
	// other, as calls of their own, and Join makes the reply of theirs, which
	// are as many. One part is a call as it is. Nil: no call is cut. Streams and
	// media never are.
	Split func(*llm.Call) []*llm.Call
	Join  func(*llm.Call, []*llm.Reply) (*llm.Reply, error)
	// Then reads an answer that may not be the last one: it returns what to
	// send next, after how long a wait, or nil when the answer is the one to
	// decode. In a streamed call it sees the answers in JSON, and another
	// type of answer is the stream; with Frames, so is the JSON after which
	// nothing is to be sent. Nil: the first answer is the last.
	Then func(*llm.Call, *Response) (*Request, time.Duration, error)
	// Decode reads a plain answer of a status below 300. An error that is no
	// *llm.Error means that the answer is not what the format promises.
	Decode func(*llm.Call, *Response) (*llm.Reply, error)
	// Media is for answers that are not JSON and are passed on as they come:
	// speech. It reads what is known of the usage from the answer's headers.
	// The reply has the answer's Content-Type. With Media, there is no Decode.
	Media func(*llm.Call, http.Header) (llm.Usage, error)
	// Frames cuts a stream into events. Nil: sse.Read.
	Frames func(io.Reader) iter.Seq2[sse.Event, error]
	// Events reads a stream. It yields an event for each one it reads, an
	// empty one for those a caller gets nothing of, so that More stays true
	// to what is waiting; and an error when the stream ends before the
	// format's own end. It stops at that end.
	Events func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error]
}

// Dialect is a wire format: what it can say, and how it says no.
type Dialect struct {
	Codecs map[llm.Key]Codec
	// Fail reads an answer of another status, or an error event's data as
	// an answer of status 200. It fills in Class, Message, Type, Param and
	// Code; wire does the rest. Body may be anything.
	Fail func(*llm.Call, *Response) *llm.Error
}

// Auth adds credentials to a request that is otherwise complete. key is the
// deployment's api_key or the first set variable of the provider's KeyEnv; ""
// when there is none.
type Auth func(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error

// Provider is a model vendor: a dialect at a host. It implements llm.Speaker.
type Provider struct {
	Name    string
	Base    string   // the vendor's address; "" when each deployment has its own
	BaseEnv []string // environment variables that replace Base, first set wins
	Place   Place    // nil: the base as it is
	KeyEnv  []string // environment variables that hold the key, first set wins
	NoKey   bool     // works without a key: local servers
	Auth    Auth     // nil: Bearer
	Dialect Dialect
	Client  *http.Client
	Guarded *http.Client // for an address that a caller chose
	// Send carries a request by the client that its address calls for, where a
	// library of the vendor's does it. Nil: the client's Do.
	Send func(*http.Client, *http.Request) (*http.Response, error)
	// Sleep waits between two requests of one call, or until the context
	// ends, whose error it returns. Nil: by the clock.
	Sleep func(context.Context, time.Duration) error
}

// Place completes the address that somebody configured, "" when nobody did,
// from what else is known of a deployment. "" leaves the vendor's own.
type Place func(ctx context.Context, d *llm.Deployment, base string) (string, error)

var _ llm.Speaker = (*Provider)(nil)

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool {
	_, ok := p.Dialect.Codecs[llm.Key{Op: op, Format: f}]
	return ok
}

// Bearer is the usual Auth: "Authorization: Bearer <key>" (RFC 6750).
func Bearer(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, key string) error {
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return nil
}

// Header is the Auth of vendors that want the bare key in a header.
func Header(name string) Auth {
	return func(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, key string) error {
		if key != "" {
			r.Header.Set(name, key)
		}
		return nil
	}
}
