package triton

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestInfer: /infer takes tensors. The requests are LiteLLM's but for the whole
// conversation in the text, and for lists, which it cannot say.
func TestInfer(t *testing.T) {
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"Hi"}],"max_tokens":20,"temperature":0.5,"who":"me","early":true}`: `{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["Hi"]},` +
			`{"name":"max_tokens","shape":[1],"datatype":"INT32","data":[20]},{"name":"temperature","shape":[1],"datatype":"FP32","data":[0.5]},` +
			`{"name":"who","shape":[1],"datatype":"BYTES","data":["me"]},{"name":"early","shape":[1],"datatype":"BOOL","data":[true]}]}`,
		`{"messages":[{"role":"user","content":"Hi"}],"max_tokens":20,"stop_words":["a","b"]}`: `{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["Hi"]},` +
			`{"name":"max_tokens","shape":[1],"datatype":"INT32","data":[20]},{"name":"stop_words","shape":[2],"datatype":"BYTES","data":["a","b"]}]}`,
	} {
		o := providertest.Object(t, body)
		r, err := encode(&llm.Call{Body: o, To: &llm.Deployment{Provider: "triton", Model: "m", Base: "http://a/v2/models/m/infer"}})
		if err != nil || r.Path != infer || string(r.Body) != want {
			t.Errorf("%s: got %+v, %v, want %s", body, r, err, want)
		}
	}
}

// TestOutputs reads the answers of /infer.
func TestOutputs(t *testing.T) {
	for body, want := range map[string]string{
		`{"outputs":[{"name":"text_output","data":["a","b"]}]}`:                             "ab",
		`{"outputs":[{"name":"log_probs","data":["x"]},{"name":"text_output","data":"c"}]}`: "c",
		`{"outputs":[{"name":"out","data":["d"]}]}`:                                         "d",
		`{"outputs":[{"name":"out","data":[1]}]}`:                                           "",
		`{"outputs":[]}`: "",
	} {
		o := providertest.Object(t, body)
		got, err := outputs(o)
		if want == "" != (err != nil) || err == nil && (len(got) != 1 || got[0] != want) {
			t.Errorf("%s: got %q, %v, want %q", body, got, err, want)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct{ own, base, want string }{
		{"", "http://a:8000/", "http://a:8000/v2/models/my%20model"},
		{"", "http://a/triton/generate", "http://a/triton"},
		{"", "http://a/v2/models/m/generate_stream", "http://a/v2/models/m"},
		{"", "http://a/v2/models/m/versions/2", "http://a/v2/models/m/versions/2"},
		{"http://a/v2/models/m/infer/", "http://a/v2/models/m/infer/", "http://a/v2/models/m"},
		{"", "", ""},
	} {
		got, err := place(t.Context(), &llm.Deployment{Model: "my model", Base: c.own}, c.base)
		if got != c.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", c.base, got, err, c.want)
		}
	}
	if _, err := place(t.Context(), &llm.Deployment{Model: "m"}, "http://a/infer"); !errors.Is(err, llm.BadRequestError) {
		t.Errorf("/infer of the environment: got %v, want a BadRequestError", err)
	}
}
