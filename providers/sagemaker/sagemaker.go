// Package sagemaker is Amazon SageMaker's endpoints: a container of the
// operator's own behind AWS's signatures. What is said is between the caller and
// the container, so there are two providers: containers that take one text, as
// text-generation-inference (TGI) and AWS's Large Model Inference (LMI) do, and
// those that take OpenAI's chat, as both of them do when they are asked in it.
//
// Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
package sagemaker

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/huggingface"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const (
	plain    = "/invocations"
	streamed = "/invocations-response-stream"
	// component is the header that names one of the models behind an endpoint.
	component = "X-Amzn-Sagemaker-Inference-Component"
)

// BaseEnv is the variable that holds the address of SageMaker's runtime.
func BaseEnv() []string { return []string{"AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"} }

// New makes the provider for containers that take one text. open and guarded
// are as for wire.Provider; open also calls AWS's token service.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return provider("sagemaker", Dialect(now), open, guarded, now)
}

// NewChat makes the provider for containers that take OpenAI's chat.
func NewChat(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return provider("sagemaker_chat", ChatDialect(now), open, guarded, now)
}

func provider(name string, d wire.Dialect, open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: name, BaseEnv: BaseEnv(), NoKey: true, Place: place,
		Auth:    aws.New(open, now).Signed("sagemaker"),
		Dialect: d, Client: open, Guarded: guarded,
	}
}

// Dialect returns TGI's format, and LMI's where it differs.
func Dialect(now func() time.Time) wire.Dialect {
	d := huggingface.TGI(now)
	for key, codec := range d.Codecs {
		codec.Encode = withoutDetails(codec.Encode)
		d.Codecs[key] = invoking(codec, asTGI, eventAsTGI)
	}
	d.Fail = fail
	return d
}

// ChatDialect returns OpenAI's format as the containers speak it.
func ChatDialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{}, now)
	for key, codec := range d.Codecs {
		d.Codecs[key] = invoking(codec, finished, finished)
	}
	d.Fail = fail
	return d
}

// invoking is a dialect's codec behind an endpoint. answer and event make
// what the container says what the dialect reads.
func invoking(c wire.Codec, answer, event func([]byte) ([]byte, error)) wire.Codec {
	encode, decode, events := c.Encode, c.Decode, c.Events
	c.Encode = func(call *llm.Call) (*wire.Request, error) {
		req, err := encode(call)
		if err != nil {
			return nil, err
		}
		action := plain
		req.Header = http.Header{}
		if call.Stream {
			action = streamed
			req.Header["Accept"] = []string{"application/vnd.amazon.eventstream"}
		}
		if id := call.To.Settings["model_id"]; id != "" {
			req.Header[component] = []string{id}
		}
		req.Path = path(call.To, action)
		return req, nil
	}
	c.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		body, err := answer(r.Body)
		if err != nil {
			return nil, err
		}
		return decode(call, &wire.Response{Status: r.Status, Header: r.Header, Body: body})
	}
	c.Frames = frames
	c.Events = func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return events(call, func(yield func(sse.Event, error) bool) {
			for ev, err := range in {
				if err == nil {
					ev.Data, err = event(ev.Data)
				}
				if !yield(ev, err) || err != nil {
					return
				}
			}
		})
	}
	return c
}

// configured is the address that a deployment has of its own: LiteLLM's setting
// for it is the endpoint's whole URL.
func configured(d *llm.Deployment) string {
	if d.Base != "" {
		return d.Base
	}
	return d.Settings["sagemaker_base_url"]
}

// place is the configured address without the action, whose name depends on
// whether a call streams, else the region's.
// Source: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if own := configured(d); own != "" {
		at, _ := endpoint(own)
		return at, nil
	}
	if base != "" {
		return base, nil
	}
	return aws.Host(ctx, d, "", "runtime.sagemaker")
}

// path follows what place gives. The whole URL of something that is no endpoint
// of AWS's, a proxy or a container on this machine, is called as it is.
func path(d *llm.Deployment, action string) string {
	own := configured(d)
	if _, ok := endpoint(own); ok {
		return action
	}
	if u, err := url.Parse(own); d.Base == "" && own != "" && err == nil && strings.Trim(u.Path, "/") != "" {
		return ""
	}
	return "/endpoints/" + url.PathEscape(d.Model) + action
}

// endpoint takes the action off the URL of an endpoint; false when it is of
// something else.
func endpoint(base string) (string, bool) {
	at := strings.TrimRight(base, "/")
	for _, action := range []string{streamed, plain} {
		if before, ok := strings.CutSuffix(at, action); ok && strings.Contains(before, "/endpoints/") {
			return before, true
		}
	}
	return base, false
}
