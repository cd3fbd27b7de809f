package providertest

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// TestCanonical tells apart what a vendor would, and nothing else.
func TestCanonical(t *testing.T) {
	for _, tc := range []struct {
		name, a, b string
		same       bool
	}{
		{"order of members", `{"a":1,"b":{"c":2,"d":3}}`, `{"b": {"d": 3, "c": 2}, "a": 1}`, true},
		{"order of items", `[1,2]`, `[2,1]`, false},
		{"escapes", `"<\u00e9\n"`, "\"\\u003cé\\u000a\"", true},
		{"digits", `12345678901234567890`, `12345678901234567891`, false},
		{"zeros", `1`, `1.0`, false},
		{"null and absent", `{"a":null}`, `{}`, false},
		{"names that fold", `{"a":1}`, `{"A":1}`, false},
		{"order in a schema", `{"parameters":{"a":1,"b":2}}`, `{"parameters":{"b":2,"a":1}}`, false},
		{"white space in a schema", `{"input_schema":{"a": 1}}`, `{"input_schema":{"a":1}}`, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := canonical(t, []byte(tc.a)), canonical(t, []byte(tc.b))
			if got := a == b; got != tc.same {
				t.Errorf("%s and %s: got same %t, want %t", a, b, got, tc.same)
			}
		})
	}
}

func TestSpeech(t *testing.T) {
	var plain, stream speech
	plain.hear(t, []byte(`{"choices":[{"message":{"content":"Hi","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}]}`))
	for _, delta := range []string{
		`{"delta":{"content":"H"}}`, `{"delta":{"content":"i"}}`,
		`{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{"}}]}}`,
		`{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}`,
	} {
		stream.hear(t, []byte(`{"choices":[`+delta+`]}`))
	}
	if reflect.DeepEqual(plain, stream) {
		t.Errorf("got a stream without its end like the plain reply: %+v", stream)
	}
	stream.hear(t, []byte(`{"choices":[{"delta":{},"finish_reason":"stop"}]}`))
	if !reflect.DeepEqual(plain, stream) {
		t.Errorf("got %+v, want %+v", stream, plain)
	}
}

func TestFrames(t *testing.T) {
	const body = "event: a\ndata: 1\n\ndata: 2\n\ndata: cut"
	var got []string
	for _, f := range (answer{body: []byte(body)}).frames() {
		got = append(got, string(f))
	}
	if len(got) != 3 || strings.Join(got, "") != body {
		t.Errorf("got %q, want the three parts of %q", got, body)
	}
}

// TestSources holds that a file must say where its vendor side comes from.
func TestSources(t *testing.T) {
	for source, want := range map[string]bool{
		"anthropic==0.125.0\nclient.messages.create()": true, "https://platform.claude.com/docs": true,
		"": false, "our own output": false, "openai latest": false,
	} {
		if got := sources.MatchString(source); got != want {
			t.Errorf("source %q: got %t, want %t", source, got, want)
		}
	}
}

// TestEveryHost holds that a provider's requests come to the server whichever
// host they are for, and that the whole URL arrives.
func TestEveryHost(t *testing.T) {
	for _, url := range []string{"https://api.vendor.test/v1/chat", "http://localhost:11434/a%2Fb?api-version=1"} {
		t.Run(url, func(t *testing.T) {
			s := serve([]answer{{status: http.StatusNoContent}})
			defer s.Close()
			res, err := (&http.Client{Transport: everyHost{s}}).Post(url, "application/json", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if got := s.requests(); len(got) != 1 || got[0].target != url || string(got[0].body) != "{}" {
				t.Errorf("got %+v, want POST %s with its body", got, url)
			}
		})
	}
}

// TestMeant tells a client's nulls from the caller's.
func TestMeant(t *testing.T) {
	call := Object(t, `{"stop":null}`)
	const body = `{"stop":null,"thinking":null,"a":{"b":null}}`
	if got, want := canonical(t, meant(t, body, call)), `{"a":{"b":null},"stop":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
