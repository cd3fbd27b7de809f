package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/web"
)

// TestObject: what is accepted as a request, and the text it is read as.
func TestObject(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 992) + `"}` // 1000 bytes, the cap
	for _, c := range []struct {
		name, body, want string
		status           int
		says             string
	}{
		{"object", `{"a":1}`, `{"a":1}`, 200, ""},
		{"bytes are kept", ` {"b" : 12345678901234567890, "a":[1.0,  2e0]}`, ` {"b" : 12345678901234567890, "a":[1.0,  2e0]}`, 200, ""},
		{"trailing comma", `{"a":1,}`, `{"a":1}`, 200, ""},
		{"trailing comma inside", `{"a":[1,2, ],"b":{"c":1 , } }`, `{"a":[1,2 ],"b":{"c":1  } }`, 200, ""},
		{"comma in a text", `{"a":",}",}`, `{"a":",}"}`, 200, ""},
		{"at the cap", long, long, 200, ""},
		{"beyond the cap", long + " ", "", 413, "is larger than 1000 bytes"},
		{"two commas", `{"a":1,,}`, "", 400, "Invalid JSON payload"},
		{"duplicate", `{"model":"a","model":"b"}`, "", 400, "duplicate member"},
		{"duplicate in disguise", `{"model":"a","mod\u0065l":"b"}`, "", 400, "duplicate member"},
		{"duplicate behind a trailing comma", `{"model":"a","model":"b",}`, "", 400, "Invalid JSON payload"},
		{"array", `[1]`, "", 400, "not a JSON object"},
		{"nothing", ``, "", 400, "not a JSON object"},
		{"two objects", `{}{}`, "", 400, "text after the object"},
		{"cut off", `{"a":1`, "", 400, "Invalid JSON payload"},
	} {
		for _, told := range []bool{true, false} {
			r := httptest.NewRequest("POST", "/x", strings.NewReader(c.body))
			if !told {
				r.ContentLength = -1
			}
			var got string
			w := newEdge().answer("POST /x", r, func(w *web.Writer, r *http.Request) error {
				o, err := web.Object(r)
				if err != nil {
					return err
				}
				got = string(o.Bytes())
				return w.JSON(200, o.Bytes())
			})
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || got != c.want {
				t.Errorf("%s (length told: %v): got %d %s, want %d %q%s", c.name, told, w.Code, w.Body, c.status, c.says, c.want)
			}
		}
	}
}

// TestBodyBreaksOff: a request that ends too early is never acted upon.
func TestBodyBreaksOff(t *testing.T) {
	for _, told := range []int64{100, -1} {
		r := httptest.NewRequest("POST", "/x", io.MultiReader(strings.NewReader(`{"a":1}`), broken{}))
		r.ContentLength = told
		w := newEdge().answer("POST /x", r, func(_ *web.Writer, r *http.Request) error {
			_, err := web.Object(r)
			return err
		})
		if w.Code != 400 || strings.Contains(w.Body.String(), "reset") {
			t.Errorf("length %d: got %d %s, want a 400 without the cause", told, w.Code, w.Body)
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
