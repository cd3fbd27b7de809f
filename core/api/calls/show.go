package calls

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Shown answers what would be sent to a provider, which nothing is. All fields
// are required.
type Shown struct {
	Calls *Handler
	// Find gives the first deployment of the model that a caller names.
	Find func(name string) (*llm.Deployment, error)
	Try  llm.Provider // one try
}

// shapeOf is the shape of a request by LiteLLM's name for its kind of call, to
// which the asynchronous ones add an "a".
func shapeOf(kind string) (Shape, bool) {
	shapes := Shapes()
	if s, ok := shapes[kind]; ok {
		return s, true
	}
	s, ok := shapes[strings.TrimPrefix(kind, "a")]
	return s, ok
}

// Transform answers LiteLLM's POST /utils/transform_request: {"call_type",
// "request_body"}. The reply has no credentials: they are added later on a
// request's way.
func (s *Shown) Transform(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	kind, _ := body.Text("call_type")
	shape, ok := shapeOf(kind)
	if !ok {
		return bad("call_type", "call_type must be one of completion, text_completion, responses, anthropic_messages, embedding, moderation, rerank, image_generation, speech")
	}
	v, _ := body.Raw("request_body")
	asked, err := raw.Parse(v)
	if err != nil {
		return bad("request_body", "request_body must be an object")
	}
	to, err := s.to(asked, caller)
	if err != nil {
		return err
	}
	sent, err := s.show(r, caller, shape, to, asked)
	if err != nil {
		return err
	}
	text, err := sent.body()
	if err != nil {
		return err
	}
	return w.Value(map[string]any{
		"raw_request_api_base": sent.address(), "raw_request_headers": sent.headers(to.Headers), "raw_request_body": text, "error": nil,
	})
}

// to is the first deployment of a request's model.
func (s *Shown) to(body raw.Object, caller *llm.Caller) (*llm.Deployment, error) {
	model, _ := body.Text("model")
	to, err := s.Find(model)
	if err != nil {
		return nil, err
	}
	return to, caller.May(to.Group)
}

// show is the request that a deployment's provider would be sent.
func (s *Shown) show(r *http.Request, caller *llm.Caller, shape Shape, to *llm.Deployment, body raw.Object) (sent, error) {
	call, err := s.Calls.call(r, shape, body)
	if err != nil {
		return sent{}, err
	}
	var found sent
	rec := *web.Record(r.Context()) // a try that is none stays out of the log
	call.Caller, call.Record, call.To = caller, &rec, to
	call.Show = func(r *http.Request) {
		if found.Request == nil { // a call of several parts shows its first
			found.Request = r
		}
	}
	reply, err := s.Try.Do(r.Context(), call)
	if err == nil {
		_ = reply.Close() // of a provider that asks nobody
		err = bad("model", "the model "+to.Group+" is answered without asking a provider")
	}
	if found.Request == nil {
		return sent{}, err
	}
	return found, nil
}

// sent is a request that was not.
type sent struct{ *http.Request }

// plain are the parts of an address's query that say nothing secret.
var plain = [...]string{"alt", "api-version"}

func (s sent) address() string {
	u := *s.URL
	u.User = nil
	query := u.Query()
	for name := range query {
		if !slices.Contains(plain[:], name) {
			query[name] = []string{masked}
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), url.QueryEscape(masked), masked)
	return u.String()
}

const masked = "****"

// headers are the request's, those of the operator's own without their values:
// they may be secrets.
func (s sent) headers(own http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range s.Header {
		out[name] = strings.Join(values, ", ")
		if _, ok := own[name]; ok {
			out[name] = masked
		}
	}
	return out
}

// body is the request's: JSON as it is, anything else as a text.
func (s sent) body() (any, error) {
	b, err := io.ReadAll(s.Body)
	if err != nil {
		return nil, err
	}
	if json.Valid(b) {
		return json.RawMessage(b), nil
	}
	return string(b), nil
}
