package lambdahttp

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/routes"
)

var update = flag.Bool("update", false, "rewrite the golden requests")

// TestGolden reads every sample event and compares the request made of it with
// testdata/<event>.txt. A new case is a new file in a folder of events/.
func TestGolden(t *testing.T) {
	for _, path := range sampleEvents(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(name, func(t *testing.T) {
			e, err := decode(readFile(t, path))
			if err != nil {
				t.Fatal(err)
			}
			r, err := e.request(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, r)
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := readFile(t, golden); !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// dump writes what a handler can see of a request.
func dump(t *testing.T, r *http.Request) []byte {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(body)) != r.ContentLength {
		t.Errorf("got Content-Length %d, want %d", r.ContentLength, len(body))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\nhost %s\nfrom %s\n", r.Method, r.RequestURI, r.Host, r.RemoteAddr)
	if err := r.Header.Write(&b); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(body) {
		body = []byte(strings.ReplaceAll(strconv.Quote(string(body)), `\n`, "\\n\n"))
	}
	fmt.Fprintf(&b, "\n%s\n", body)
	return bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n"))
}

// TestSampleEventsAreRouted holds that each sample, of whatever source, reaches
// a route of the function whose folder it is in, the one it names itself.
func TestSampleEventsAreRouted(t *testing.T) {
	mux := http.NewServeMux()
	function := map[string]string{}
	for _, r := range routes.All() {
		mux.Handle(r.Pattern(), http.NotFoundHandler())
		function[r.Pattern()] = r.Function
	}
	for _, path := range sampleEvents(t) {
		e, err := decode(readFile(t, path))
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.request(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, pattern := mux.Handler(r)
		if got, want := function[pattern], filepath.Base(filepath.Dir(path)); got != want {
			t.Errorf("%s: got route %q of function %q, want one of %q", path, pattern, got, want)
		}
		_, resource, _ := strings.Cut(pattern, "/")
		if want := strings.ReplaceAll("/"+resource, "...}", "+}"); e.Resource != "" && e.Resource != want {
			t.Errorf("%s: got resource %q, want %q", path, e.Resource, want)
		}
	}
}

func TestRequest(t *testing.T) {
	const rest, httpAPI, url = "rest-models", "http-models", "url-models"
	tests := []struct {
		name, event string
		edit        string // members laid over the event; nested objects are merged
		want        func(r *http.Request) any
		value       any
	}{
		{
			"query values decoded by a REST API", rest,
			`{"queryStringParameters":{"model":"b c"},"multiValueQueryStringParameters":{"model":["a&b","b c"]}}`,
			func(r *http.Request) any { return fmt.Sprint(r.URL.Query()["model"]) }, "[a&b b c]",
		},
		{
			"query without multi values", rest, `{"queryStringParameters":{"q":"x=y"}}`,
			func(r *http.Request) any { return r.URL.RawQuery }, "q=x%3Dy",
		},
		{
			"raw query kept", url, `{"rawQueryString":"a=1&a=2&b=%2F"}`,
			func(r *http.Request) any { return r.URL.RawQuery }, "a=1&a=2&b=%2F",
		},
		{
			"multi-value headers win", rest, `{"headers":{"X-Tag":"two"},"multiValueHeaders":{"x-tag":["one","two"]}}`,
			func(r *http.Request) any { return fmt.Sprint(r.Header["X-Tag"]) }, "[one two]",
		},
		{
			"cookies", url, `{"cookies":["a=1","b=2"]}`,
			func(r *http.Request) any { return r.Header.Get("Cookie") }, "a=1; b=2",
		},
		{
			"base64 body", url, `{"body":"AP8Q","isBase64Encoded":true}`,
			func(r *http.Request) any { b, _ := io.ReadAll(r.Body); return fmt.Sprint(b) }, "[0 255 16]",
		},
		{
			"custom domain with a base path", rest, `{"path":"/llm/v1/models","requestContext":{"path":"/llm/v1/models"}}`,
			func(r *http.Request) any { return r.URL.Path }, "/v1/models",
		},
		{
			"base path before a parameter", rest,
			`{"resource":"/engines/{model}/chat","path":"/a/b/engines/x%2Fy/chat","pathParameters":{"model":"x/y"}}`,
			func(r *http.Request) any { return r.URL.EscapedPath() }, "/engines/x%2Fy/chat",
		},
		{
			"base path before a greedy parameter", rest,
			`{"resource":"/{proxy+}","path":"/llm/v1/models","pathParameters":{"proxy":"v1/models"}}`,
			func(r *http.Request) any { return r.URL.Path }, "/v1/models",
		},
		{
			"base path that looks like the resource", rest,
			`{"resource":"/{a}/{b}","path":"/v1/v1/models","pathParameters":{"a":"v1","b":"models"}}`,
			func(r *http.Request) any { return r.URL.Path }, "/v1/models",
		},
		{
			"resource that does not fit", rest, `{"resource":"/other"}`,
			func(r *http.Request) any { return r.URL.Path }, "/v1/models",
		},
		{
			"stage of an HTTP API", httpAPI, `{}`,
			func(r *http.Request) any { return r.URL.Path }, "/v1/models",
		},
		{
			"stage name that only begins a segment", httpAPI, `{"rawPath":"/production/x"}`,
			func(r *http.Request) any { return r.URL.Path }, "/production/x",
		},
		{
			"decoded path of an HTTP API", httpAPI, `{"rawPath":"/prod/v1/models/a?b#c d%é"}`,
			func(r *http.Request) any { return r.URL.EscapedPath() }, "/v1/models/a%3Fb%23c%20d%25%C3%A9",
		},
		{
			"source address of version 6", rest, `{"requestContext":{"identity":{"sourceIp":"2001:db8::1"}}}`,
			func(r *http.Request) any { return r.RemoteAddr }, "[2001:db8::1]:0",
		},
		{
			"request id is not the client's", url, `{"headers":{"x-amzn-requestid":"forged"}}`,
			func(r *http.Request) any { return r.Header.Get("X-Amzn-Requestid") }, "0b9d1e7c-5f42-4d3a-8a6e-2f7c9b1d4e55",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := decode(edited(t, test.event, test.edit))
			if err != nil {
				t.Fatal(err)
			}
			r, err := e.request(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := test.want(r); got != test.value {
				t.Errorf("got %v, want %v", got, test.value)
			}
		})
	}
}

func TestBadEvents(t *testing.T) {
	f := &Function{Handler: http.NotFoundHandler(), Mode: routes.Buffered}
	tests := []struct{ name, event, want string }{
		{"cut", `{"version":"2.0","body":"x`, "decode event: unexpected end of JSON input"},
		{"not an object", `[]`, "decode event:"},
		{"queue", `{"Records":[{"eventSource":"aws:sqs","body":"x"}]}`, "unknown event: want one of"},
		{"schedule", `{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}`, "unknown event"},
		{"load balancer", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","headers":{},"body":""}`, "unknown event"},
		{"base64", string(edited(t, "url-chat", `{"body":"%","isBase64Encoded":true}`)), "read event: base64 body: illegal base64"},
		{"path", string(edited(t, "rest-chat", `{"path":"x"}`)), "read event: path:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := f.Invoke(t.Context(), []byte(test.event))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got error %v, want %s...", err, test.want)
			}
		})
	}
}

func sampleEvents(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, source := range []string{"rest", "http", "url"} { // those of queues are no requests
		paths, err := filepath.Glob("../../events/*/" + source + "-*.json")
		if err != nil || len(paths) == 0 {
			t.Fatalf("got %d events of %s, error %v", len(paths), source, err)
		}
		all = append(all, paths...)
	}
	return all
}

// sample is the sample event of that name, in whatever folder.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	paths, err := filepath.Glob("../../events/*/" + name + ".json")
	if err != nil || len(paths) != 1 {
		t.Fatalf("got %q, error %v, want one event %s", paths, err, name)
	}
	return readFile(t, paths[0])
}

// edited is a sample event with members replaced.
func edited(t testing.TB, name, edit string) []byte {
	t.Helper()
	var event, members map[string]any
	if err := json.Unmarshal(sample(t, name), &event); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(edit), &members); err != nil {
		t.Fatal(err)
	}
	merge(event, members)
	b, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func merge(to, from map[string]any) {
	for name, value := range from {
		object, isObject := value.(map[string]any)
		if old, ok := to[name].(map[string]any); ok && isObject {
			merge(old, object)
			continue
		}
		to[name] = value
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
