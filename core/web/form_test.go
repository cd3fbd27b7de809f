package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// form is a request with these fields and files; a file's value begins with @.
func form(t *testing.T, fields ...[2]string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		text, isFile := strings.CutPrefix(f[1], "@")
		if !isFile {
			if err := w.WriteField(f[0], f[1]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		part, err := w.CreateFormFile(f[0], f[0]+".bin")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/x", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// TestForm: fields as an object, lists by their brackets, files that can be
// opened twice whatever their size.
func TestForm(t *testing.T) {
	large := strings.Repeat("x", 3<<20)
	r := form(t, [2]string{"model", "m"}, [2]string{"g[]", "word"}, [2]string{"g[]", "segment"}, [2]string{"file", "@" + large}, [2]string{"image[]", "@a"}, [2]string{"image[]", "@b"})
	fields, files, done, err := web.Form(r)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if got, want := string(fields.Bytes()), `{"g":["word","segment"],"model":"m"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := []struct{ field, text string }{{"file", large}, {"image[]", "a"}, {"image[]", "b"}}
	if len(files) != len(want) {
		t.Fatalf("got %d files, want %d", len(files), len(want))
	}
	for i, f := range files {
		for range 2 {
			if got := read(t, f); f.Field != want[i].field || got != want[i].text || f.Size != int64(len(got)) {
				t.Errorf("got %d bytes of %s, want %d of %s", len(got), f.Field, len(want[i].text), want[i].field)
			}
		}
	}
}

func read(t *testing.T, f llm.File) string {
	t.Helper()
	in, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFormRefused: what is no form says so, in the caller's terms.
func TestFormRefused(t *testing.T) {
	e := newEdge()
	handle := func(_ *web.Writer, r *http.Request) error {
		_, _, done, err := web.Form(r)
		done()
		return err
	}
	broken := form(t, [2]string{"file", "@x"})
	broken.Body = io.NopCloser(strings.NewReader("--nonsense"))
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		says   string
	}{
		{"JSON", httptest.NewRequest("POST", "/x", strings.NewReader(`{}`)), 400, "must be multipart/form-data"},
		{"twice", form(t, [2]string{"model", "a"}, [2]string{"model", "b"}), 400, "more than one model"},
		{"list and one", form(t, [2]string{"g", "a"}, [2]string{"g[]", "b"}), 400, "more than one g"},
		{"broken", broken, 400, "could not be read to its end"},
		{"large", form(t, [2]string{"file", "@" + strings.Repeat("x", 2000)}), 413, " bytes is larger than 1000 bytes"},
	} {
		got := e.answer("POST /x", c.r, handle)
		if got.Code != c.status || !strings.Contains(got.Body.String(), c.says) {
			t.Errorf("%s: got %d %s, want %d %s", c.name, got.Code, got.Body, c.status, c.says)
		}
	}
}
