package wire_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// cut gives a vendor that takes one word of "say" at a time, and calls ask.
func cut(t *testing.T, url, say string) (*wire.Provider, *llm.Call) {
	t.Helper()
	p := vendor(t)
	k := llm.Key{Op: llm.Embeddings, Format: llm.OpenAI}
	p.Dialect.Codecs = map[llm.Key]wire.Codec{k: {
		Split: func(c *llm.Call) (parts []*llm.Call) {
			whole, _ := c.Body.Text("say")
			for word := range strings.FieldsSeq(whole) {
				part := *c
				part.Body = raw.Object{}.WithText("say", word)
				parts = append(parts, &part)
			}
			return parts
		},
		Encode: func(c *llm.Call) (*wire.Request, error) {
			if word, _ := c.Body.Text("say"); word == "bad" {
				return nil, &llm.Error{Class: llm.BadRequestError, Message: "a bad word"}
			}
			return &wire.Request{Path: "/say", Body: c.Body.Bytes()}, nil
		},
		Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) {
			o, err := raw.Parse(r.Body)
			return &llm.Reply{Body: o}, err
		},
		Join: func(_ *llm.Call, replies []*llm.Reply) (*llm.Reply, error) {
			var all []string
			for _, r := range replies {
				heard, ok := r.Body.Text("heard")
				if !ok {
					return nil, errors.New("nothing heard")
				}
				all = append(all, heard)
			}
			return &llm.Reply{Body: raw.Object{}.WithText("heard", strings.Join(all, " "))}, nil
		},
	}}
	return p, &llm.Call{
		Op: k.Op, Format: k.Format, Body: raw.Object{}.WithText("say", say), Record: &llm.Record{},
		To: &llm.Deployment{Provider: "vendor", Model: "m", Base: url},
	}
}

// TestParts: what a vendor takes only in parts is asked for part by part, and
// answered as a whole; what fails ends it.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		say     string
		answers []string
		want    string
		came    int
	}{
		{"one", []string{`200 {"heard":"1"}`}, `{"heard":"1"}`, 1},
		{"one two three", []string{`200 {"heard":"1"}`, `200 {"heard":"2"}`, `200 {"heard":"3"}`}, `{"heard":"1 2 3"}`, 3},
		{"one two three", []string{`200 {"heard":"1"}`, `429 {"error":{"message":"slow down"}}`}, "RateLimitError", 2},
		{"one bad three", []string{`200 {"heard":"1"}`}, "BadRequestError", 1},
		{"one two", []string{`200 {"heard":"1"}`, `200 {}`}, "BadGatewayError", 2},
	} {
		t.Run(c.say, func(t *testing.T) {
			s := play(t, c.answers...)
			p, call := cut(t, s.URL, c.say)
			reply, err := p.Do(t.Context(), call)
			got := ""
			if e := (*llm.Error)(nil); errors.As(err, &e) {
				got = e.Class.Error()
			} else if err == nil {
				got = string(reply.Body.Bytes())
				if reply.Format != llm.OpenAI || reply.Header == nil {
					t.Errorf("got format %d and headers %v, want the call's and the last answer's", reply.Format, reply.Header)
				}
			}
			if got != c.want || len(s.came) != c.came {
				t.Errorf("got %s after %q, want %s after %d requests", got, s.came, c.want, c.came)
			}
			words := strings.Fields(c.say)
			var want []string
			for _, word := range words[:c.came] {
				want = append(want, fmt.Sprintf(`POST /say {"say":%q}`, word))
			}
			if !slices.Equal(s.came, want) {
				t.Errorf("sent %q, want %q", s.came, want)
			}
		})
	}
}
