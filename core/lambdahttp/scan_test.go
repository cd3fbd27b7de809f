package lambdahttp

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// whole decodes an event by encoding/json alone.
func whole(payload []byte) (*event, error) {
	e := new(event)
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, err
	}
	if e.Body != nil {
		e.body = []byte(*e.Body)
		e.Body = nil
	}
	var err error
	e.kind, err = e.recognize()
	return e, err
}

// FuzzDecode holds that cutting the body out changes nothing: an event is read
// as encoding/json reads it, or refused by both.
func FuzzDecode(f *testing.F) {
	for _, path := range sampleEvents(f) {
		f.Add(readFile(f, path))
	}
	const rest = `"httpMethod":"GET","resource":"/","path":"/"`
	for _, body := range []string{
		`"\ud83d\udc4b \u00e9 \/ \\ \" \n"`, `"\ud83d"`, `"\udc4b\ud83d"`, `"\u12"`, "\"\x01\"", "\"\xff\"", `null`, `12`, `"a" "b"`, `""`, `"\\"`,
		`"a","body":"b"`, `"a","BODY":null`, `"a","\u0062ody":"b"`, `{"body":"x"}`, `"\x"`, `"a`,
	} {
		f.Add([]byte(`{` + rest + `,"body":` + body + `}`))
		f.Add([]byte(`{"body":` + body + `,` + rest + `}`))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		got, err := decode(payload)
		want, wantErr := whole(payload)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("got error %v, want %v", err, wantErr)
		}
		if err != nil {
			return
		}
		// No body and an empty one are the same request.
		if len(got.body) == 0 && len(want.body) == 0 {
			got.body, want.body = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if r, err := got.request(t.Context()); err == nil && !strings.HasPrefix(r.RequestURI, "/") {
			t.Errorf("got request URI %q, want a path", r.RequestURI)
		}
	})
}

// BenchmarkDecode compares the cutter with encoding/json on a body of 110 KB,
// which is what a long conversation has.
func BenchmarkDecode(b *testing.B) {
	line := `{"role":"user","content":"He said \"no\",\nthen left."},`
	body, err := json.Marshal(`{"messages":[` + strings.Repeat(line, 110<<10/len(line)) + `]}`)
	if err != nil {
		b.Fatal(err)
	}
	payload := edited(b, "rest-chat.json", `{"body":`+string(body)+`}`)
	for name, decode := range map[string]func([]byte) (*event, error){"cut": decode, "std": whole} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode(payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
