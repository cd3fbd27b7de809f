package picture_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(t *testing.T, body string) *llm.Call {
	t.Helper()
	return providertest.To(llm.Images, "vendor", "m")(providertest.Object(t, body))
}

// TestRead: what is refused, and which member is named.
func TestRead(t *testing.T) {
	for body, want := range map[string]string{
		`{"prompt":"p"}`: "", `{}`: "prompt", `{"prompt":["p"]}`: "prompt", `{"prompt":"p","n":0}`: "n", `{"prompt":"p","n":"2"}`: "",
		`{"prompt":"p","n":1.5}`: "n", `{"prompt":"p","n":1000000}`: "n", `{"prompt":"p","size":7}`: "size",
		`{"prompt":"p","response_format":"png"}`: "response_format", `{"prompt":"p","size":"auto","quality":"auto","user":"u"}`: "",
	} {
		r, err := picture.Read(callOf(t, body))
		if got := providertest.Param(t, err); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
		if err != nil {
			continue
		}
		if rest, err := r.Rest(); err != nil || rest.Len() != 0 {
			t.Errorf("%s: got %s, %v, want nothing left", body, rest.Bytes(), err)
		}
	}
}

// TestRatio: the vendor's ratio for a size.
func TestRatio(t *testing.T) {
	all := []string{"1:1", "3:4", "4:3", "9:16", "16:9"}
	for size, want := range map[string]string{
		"": "", "auto": "", "1024x1024": "1:1", "512x512": "1:1", "1792x1024": "16:9", "1024x1792": "9:16", "1280x896": "4:3",
		"896x1280": "3:4", "1536x1024": "4:3", "16:9": "16:9", "large": "!", "0x5": "!", "21:9": "!",
	} {
		r, err := picture.Read(callOf(t, `{"prompt":"p","size":"`+size+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Ratio(all...)
		if providertest.Param(t, err) == "size" {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", size, got, want)
		}
	}
}

// TestOnly: who wants several pictures, or otherwise than the vendor gives them.
func TestOnly(t *testing.T) {
	for _, drops := range []bool{false, true} {
		for body, want := range map[string][2]string{
			`{"prompt":"p"}`: {"", ""}, `{"prompt":"p","n":2,"response_format":"url"}`: {"n", "response_format"},
			`{"prompt":"p","n":1,"response_format":"b64_json"}`: {"", ""},
		} {
			call := callOf(t, body)
			call.Options.DropParams = &drops
			r, err := picture.Read(call)
			if err != nil {
				t.Fatal(err)
			}
			if drops {
				want = [2]string{}
			}
			if got := [2]string{providertest.Param(t, r.One()), providertest.Param(t, r.Only("b64_json"))}; got != want {
				t.Errorf("%s, drop_params %v: got %q, want %q", body, drops, got, want)
			}
		}
	}
}

func TestReply(t *testing.T) {
	all := []picture.Picture{{Base64: "AA==", Prompt: "better"}, {URL: "https://a.test/b.png"}, {URL: "data:image/png;base64,AA=="}, {URL: "data:,hi"}}
	reply, err := picture.Reply(providertest.Now, all, llm.Usage{Known: true, In: 7, ImageIn: 3, Out: 5}, raw.Object{}.WithText("seed", "1"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"created":1763683200,"data":[{"b64_json":"AA==","revised_prompt":"better"},{"url":"https://a.test/b.png"},{"b64_json":"AA=="},{"url":"data:,hi"}],` +
		`"usage":{"input_tokens":7,"input_tokens_details":{"image_tokens":3,"text_tokens":4},"output_tokens":5,"total_tokens":12},"provider_specific_fields":{"seed":"1"}}`
	if got := string(reply.Body.Bytes()); got != want || reply.Usage.Images != 4 || reply.Usage.Out != 5 {
		t.Errorf("got %s and %+v, want %s", got, reply.Usage, want)
	}
	if _, err := picture.Reply(providertest.Now, nil, llm.Usage{}, raw.Object{}); !errors.Is(err, llm.BadGatewayError) {
		t.Errorf("got %v, want that there are no pictures", err)
	}
}

// TestFiles: image and image[] are one field; a large file is not held.
func TestFiles(t *testing.T) {
	call := callOf(t, `{}`)
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("abc")), nil }
	call.Files = []llm.File{{Field: "image[]", Size: 3, Open: open}, {Field: "mask"}, {Field: "image", Size: 1 << 40}}
	all := picture.Files(call, "image")
	if len(all) != 2 {
		t.Fatalf("got %d files, want 2", len(all))
	}
	if got, err := picture.Base64(all[0]); got != "YWJj" || err != nil {
		t.Errorf("got %q, %v, want YWJj", got, err)
	}
	if _, err := picture.Base64(all[1]); !errors.Is(err, llm.RequestTooLargeError) {
		t.Errorf("got %v, want that it is too large", err)
	}
}
