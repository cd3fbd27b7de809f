package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// file is a file of a text, which counts how many of it are open.
func file(field, text string, open *int) llm.File {
	return llm.File{Field: field, Name: "a\"b.wav", Type: "audio/wav", Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		*open++
		return closing{strings.NewReader(text), open}, nil
	}}
}

type closing struct {
	io.Reader
	open *int
}

func (c closing) Close() error { *c.open--; return nil }

// sending is a provider that sends one request and answers whatever it got.
func sending(t *testing.T, req *wire.Request, handle http.HandlerFunc) (*wire.Provider, *llm.Call) {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	call := ask(s.URL, "m", false)
	p := vendor(t)
	p.Dialect.Codecs = map[llm.Key]wire.Codec{call.Key(): {
		Encode: func(*llm.Call) (*wire.Request, error) { return req, nil },
		Decode: func(*llm.Call, *wire.Response) (*llm.Reply, error) { return &llm.Reply{Body: raw.Object{}}, nil },
	}}
	return p, call
}

// TestMultipart: a vendor gets the fields in their order, then the files, with a
// length; each file is closed, and a second try sends it anew.
func TestMultipart(t *testing.T) {
	open := 0
	form := &wire.Multipart{Files: []llm.File{file("file", "RIFF", &open), file("more", "", &open)}}
	form.Add("model", "m")
	form.Add("g[]", "word")
	var got string
	p, call := sending(t, &wire.Request{Path: "/x", Multipart: form}, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength <= 0 {
			t.Errorf("got length %d, want one", r.ContentLength)
		}
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		f := r.MultipartForm.File["file"][0]
		in, err := f.Open()
		if err != nil {
			t.Error(err)
			return
		}
		defer in.Close()
		text, err := io.ReadAll(in)
		if err != nil {
			t.Error(err)
		}
		got = r.FormValue("model") + " " + r.FormValue("g[]") + " " + f.Filename + " " + f.Header.Get("Content-Type") + " " + string(text)
		_, _ = io.WriteString(w, "{}")
	})
	for range 2 {
		got = ""
		if err := run(t, p, call); err != nil {
			t.Fatal(err)
		}
		if want := `m word a"b.wav audio/wav RIFF`; got != want && got != strings.ReplaceAll(want, `"`, "%22") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if open != 0 {
		t.Errorf("got %d files open, want none", open)
	}
}

// TestRawFile: a vendor that wants the bytes alone gets them under their type.
func TestRawFile(t *testing.T) {
	open := 0
	f := file("file", "RIFF", &open)
	var got string
	p, call := sending(t, &wire.Request{Path: "/x", File: &f}, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = r.Header.Get("Content-Type") + " " + string(b)
		_, _ = io.WriteString(w, "{}")
	})
	if err := run(t, p, call); err != nil {
		t.Fatal(err)
	}
	if got != "audio/wav RIFF" || open != 0 {
		t.Errorf("got %q and %d open, want the file", got, open)
	}
}

// TestUnreadableFile: a file that cannot be read is an error, not a short one.
func TestUnreadableFile(t *testing.T) {
	for name, open := range map[string]func() (io.ReadCloser, error){
		"at first": func() (io.ReadCloser, error) { return nil, errors.New("gone") },
		"later":    func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errors.New("gone"))), nil },
	} {
		f := llm.File{Field: "file", Size: 4, Open: open}
		p, call := sending(t, &wire.Request{Path: "/x", Multipart: &wire.Multipart{Files: []llm.File{f}}}, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err == nil {
				t.Errorf("%s: the vendor got a whole form", name)
			}
		})
		if err := run(t, p, call); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// endless gives n zero bytes without holding them.
type endless struct{ left int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), e.left)
	e.left -= n
	return int(n), nil
}

func (e *endless) Close() error { return nil }

// TestFlatMemory: 20 MB go up and 50 MB come down, and neither is ever held.
func TestFlatMemory(t *testing.T) {
	const up, down, bound = 20 << 20, 50 << 20, 8 << 20
	form := &wire.Multipart{Files: []llm.File{{Field: "file", Name: "a.wav", Size: up, Open: func() (io.ReadCloser, error) { return &endless{up}, nil }}}}
	p, call := sending(t, &wire.Request{Path: "/x", Multipart: form}, func(w http.ResponseWriter, r *http.Request) {
		if n, err := io.Copy(io.Discard, r.Body); err != nil || n < up {
			t.Errorf("got %d bytes and %v, want %d", n, err, up)
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = io.Copy(w, &endless{down})
	})
	codec := p.Dialect.Codecs[call.Key()]
	codec.Media = func(*llm.Call, http.Header) (llm.Usage, error) { return llm.Usage{Known: true, Characters: 3}, nil }
	p.Dialect.Codecs[call.Key()] = codec
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	reply, err := p.Do(context.Background(), call)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, reply.Media)
	if err != nil || n != down || reply.Type != "audio/mpeg" || reply.Usage.Characters != 3 {
		t.Errorf("got %d bytes of %s, %+v and %v, want %d of sound", n, reply.Type, reply.Usage, err, down)
	}
	if err := reply.Close(); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > bound {
		t.Errorf("got %d bytes allocated, want %d at most", used, bound)
	}
}
