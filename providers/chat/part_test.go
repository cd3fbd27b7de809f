package chat_test

import (
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestRemote(t *testing.T) {
	call := callOf(providertest.Object(t, `{"messages":[{"role":"user","content":[
		{"type":"image_url","image_url":{"url":"https://a/1.png"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
		{"type":"file","file":{"file_id":"http://a/2.pdf"}},{"type":"image_url","image_url":{"url":"gs://a/3"}}]}]}`))
	if got, want := chat.Remote(call), []string{"https://a/1.png", "http://a/2.pdf"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, body := range []string{`{"messages":[{"role":"user","content":"hi"}]}`, `{"messages":"image_url","x":{"image_url":1}}`} {
		if got := chat.Remote(callOf(providertest.Object(t, body))); got != nil {
			t.Errorf("%s: got %q, want none", body, got)
		}
	}
}

func TestInline(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n")
	r := requestOf(t, `{}`)
	r.Call.Blobs = map[string]llm.Blob{
		"https://a/typed":   {Type: "image/webp; q=1", Data: png},
		"https://a/octets":  {Type: "application/octet-stream", Data: png},
		"https://a/untyped": {Data: png},
	}
	for _, c := range []struct{ in, want chat.File }{
		{chat.File{URL: "https://a/typed", Detail: "low"}, chat.File{Type: "image/webp", Data: "iVBORw0KGgo=", Detail: "low"}},
		{chat.File{URL: "https://a/typed", Type: "image/gif"}, chat.File{Type: "image/gif", Data: "iVBORw0KGgo="}},
		{chat.File{URL: "https://a/octets"}, chat.File{Type: "image/png", Data: "iVBORw0KGgo="}},
		{chat.File{URL: "https://a/untyped"}, chat.File{Type: "image/png", Data: "iVBORw0KGgo="}},
		{chat.File{URL: "https://a/other"}, chat.File{URL: "https://a/other"}},
		{chat.File{ID: "file-1"}, chat.File{ID: "file-1"}},
	} {
		if got := r.Inline(&c.in); got != c.want {
			t.Errorf("%+v: got %+v, want %+v", c.in, got, c.want)
		}
	}
}
