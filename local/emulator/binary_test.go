package emulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// mine is a configuration with a vendor of OpenAI's format behind it.
func mine(base string) string {
	return fmt.Sprintf(`
model_list:
  - {model_name: mine, litellm_params: {model: openai/any, api_base: %s/v1, api_key: sk-vendor}}
  - {model_name: demo, litellm_params: {model: demo/demo}}
`, base)
}

// noise is n bytes of which few are text.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // never fails
	return b
}

type part struct {
	field, name, kind string // name "": a field
	data              []byte
}

// upload sends a form with the master key.
func upload(t *testing.T, url string, parts ...part) *http.Response {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf("form-data; name=%q", p.field)}}
		if p.name != "" {
			h.Set("Content-Disposition", fmt.Sprintf("form-data; name=%q; filename=%q", p.field, p.name))
			h.Set("Content-Type", p.kind)
		}
		w, err := form.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(p.data) // to memory
	}
	_ = form.Close()
	return send(t, t.Context(), "POST", url, b.String(), "Authorization", "Bearer "+master, "Content-Type", form.FormDataContentType())
}

// TestUploads holds that files arrive at the vendor as the bytes they were, from
// every source: API Gateway's base64 is undone once and no more.
func TestUploads(t *testing.T) {
	base := vendor(t, func(w http.ResponseWriter, r *http.Request) {
		reader, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		said := []string{r.URL.Path}
		for p, err := reader.NextPart(); err == nil; p, err = reader.NextPart() {
			data, _ := io.ReadAll(p)
			if p.FileName() != "" {
				said = append(said, fmt.Sprintf("%s %s %s %d %x", p.FormName(), p.FileName(), p.Header.Get("Content-Type"), len(data), sha256.Sum256(data)))
			} else {
				said = append(said, fmt.Sprintf("%s=%s", p.FormName(), data))
			}
		}
		w.Header().Set("Content-Type", "application/json")
		text, _ := json.Marshal(strings.Join(said, "\n"))
		fmt.Fprintf(w, `{"text":%s,"created":1,"data":[{"url":%s}]}`, text, text)
	})
	sound, one, two := noise(3<<20), append([]byte("\x89PNG\r\n\x1a\n"), noise(1000)...), []byte("\xff\xd8\xff")
	file := func(p part) string {
		return fmt.Sprintf("%s %s %s %d %x", p.field, p.name, p.kind, len(p.data), sha256.Sum256(p.data))
	}
	tests := []struct {
		path  string
		parts []part
	}{
		{"/audio/transcriptions", []part{{"file", "meeting.mp3", "audio/mpeg", sound}, {field: "prompt", data: []byte("Grüße")}}},
		{"/audio/translations", []part{{"file", "empty.flac", "audio/flac", []byte{0}}}},
		{"/images/edits", []part{{"image[]", "one.png", "image/png", one}, {"image[]", "two.jpg", "image/jpeg", two}, {field: "prompt", data: []byte("a cat")}}},
	}
	for _, source := range []Source{RESTAPI, HTTPAPI, FunctionURL} {
		url, _ := product(t, Options{Source: source}, mine(base))
		for _, test := range tests {
			t.Run(string(source)+test.path, func(t *testing.T) {
				resp := upload(t, url+"/v1"+test.path, append(test.parts, part{field: "model", data: []byte("mine")})...)
				var got struct {
					Text string
					Data []struct{ URL string }
				}
				if body := read(t, resp.Body); json.Unmarshal([]byte(body), &got) != nil || resp.StatusCode != http.StatusOK {
					t.Fatalf("got %d %s, want an answer", resp.StatusCode, body)
				}
				if len(got.Data) > 0 && got.Text == "" {
					got.Text = got.Data[0].URL
				}
				lines := strings.Split(got.Text, "\n")
				for _, p := range test.parts {
					want := file(p)
					if p.name == "" {
						want = fmt.Sprintf("%s=%s", p.field, p.data)
					}
					if !slices.Contains(lines, want) {
						t.Errorf("the vendor got\n%s\nwant a line\n%s", got.Text, want)
					}
				}
				if want := "/v1" + test.path; lines[0] != want {
					t.Errorf("the vendor was asked for %s, want %s", lines[0], want)
				}
			})
		}
	}
}

// TestSpeech holds that sound arrives at the client as the bytes it was: raw
// after the prelude of a stream, in base64 where a reply is buffered.
func TestSpeech(t *testing.T) {
	base := vendor(t, func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Input string }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		var n int
		_, _ = fmt.Sscan(asked.Input, &n)
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(noise(n))
	})
	buffered := routes.Functions()
	for i := range buffered {
		buffered[i].Mode = routes.Buffered
	}
	const large = 8 << 20
	tests := []struct {
		name      string
		source    Source
		functions []routes.Function
		accept    string
		size      int
		want      func(sound []byte) []byte // nil: refused
	}{
		{"REST streamed", RESTAPI, nil, "application/octet-stream", large, whole},
		{"Function URL streamed", FunctionURL, nil, "*/*", large, whole},
		{"HTTP API", HTTPAPI, nil, "*/*", 4 << 20, whole},
		{"HTTP API, which base64 takes over the limit", HTTPAPI, nil, "*/*", 5 << 20, nil},
		{"REST buffered, for one who accepts sound", RESTAPI, buffered, "audio/mpeg, */*", 1000, whole},
		{"REST buffered, for one who accepts sound too", RESTAPI, buffered, "*/*, audio/mpeg", 1000, inBase64},
		{"REST buffered, over the limit", RESTAPI, buffered, "audio/mpeg", 5 << 20, nil},
		{"Function URL buffered", FunctionURL, buffered, "*/*", 1000, whole},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := product(t, Options{Source: test.source, Functions: test.functions}, mine(base))
			resp := send(t, t.Context(), "POST", url+"/v1/audio/speech", fmt.Sprintf(`{"model":"mine","voice":"alloy","input":"%d"}`, test.size),
				"Authorization", "Bearer "+master, "Content-Type", "application/json", "Accept", test.accept)
			got := []byte(read(t, resp.Body))
			if test.want == nil {
				if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(string(got), "over Lambda's limit of 6 MB for a buffered reply") {
					t.Errorf("got %d %.200s, want 500 and the limit", resp.StatusCode, got)
				}
				return
			}
			want := test.want(noise(test.size))
			if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "audio/mpeg" || !bytes.Equal(got, want) {
				t.Errorf("got %d %s, %d bytes: %.20q..., want %d: %.20q...", resp.StatusCode, resp.Header.Get("Content-Type"), len(got), got, len(want), want)
			}
		})
	}
}

func whole(b []byte) []byte { return b }

func inBase64(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) }

// TestGatewayWords holds that template.yaml and the emulator take the same bodies
// for binary and refuse one that is too large in the same words.
func TestGatewayWords(t *testing.T) {
	b, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var y struct {
		Resources struct {
			API struct {
				Properties struct {
					BinaryMediaTypes []string `yaml:"BinaryMediaTypes"`
					DefinitionBody   struct {
						GatewayResponses map[string]struct {
							ResponseTemplates map[string]string `yaml:"responseTemplates"`
						} `yaml:"x-amazon-apigateway-gateway-responses"`
					} `yaml:"DefinitionBody"`
				} `yaml:"Properties"`
			} `yaml:"Api"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	properties := y.Resources.API.Properties
	var types []string
	for _, s := range properties.BinaryMediaTypes {
		types = append(types, strings.ReplaceAll(s, "~1", "/"))
	}
	if !slices.Equal(types, binaryTypes()) {
		t.Errorf("got binary types %q in template.yaml, want %q", types, binaryTypes())
	}
	var refusal struct {
		Error struct{ Message, Code string }
	}
	words := properties.DefinitionBody.GatewayResponses["REQUEST_TOO_LARGE"].ResponseTemplates["application/json"]
	if err := json.Unmarshal([]byte(words), &refusal); err != nil || refusal.Error.Message != tooLarge || refusal.Error.Code != "413" {
		t.Errorf("got %s, %v in template.yaml, want %q", words, err, tooLarge)
	}
}
