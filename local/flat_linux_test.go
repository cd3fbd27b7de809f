package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFlat holds that large files pass through without being held.
func TestFlat(t *testing.T) {
	up := newVendor(t)
	c := spawn(t, up.URL)
	t.Run("upload", func(t *testing.T) { c.upload(t, up) })
	t.Run("upload again", func(t *testing.T) { c.uploadAgain(t, up) })
	t.Run("speech", func(t *testing.T) { c.speak(t, up) })
}

// upload: a file reaches the vendor as it came.
func (c *child) upload(t *testing.T, up *vendor) {
	c.flat(t, func() {
		sent, res, body := c.transcribe(t, "good", uploadSize)
		if res.StatusCode != http.StatusOK || !strings.Contains(body, `"text":"heard"`) {
			t.Fatalf("got %d %s, want a transcript", res.StatusCode, body)
		}
		if got := up.heard(); len(got) != 1 || got[0] != (hearing{"good", uploadSize, sent}) {
			t.Errorf("got %v, want all of %s", got, sent)
		}
	})
}

// uploadAgain: a file that a deployment did not take goes to the next one
// whole, whether the first had read it or hung up on it.
func (c *child) uploadAgain(t *testing.T, up *vendor) {
	for _, tc := range []struct{ model, retries, fallbacks string }{
		{"late", "1", "0"},
		{"early", "1", "1"},
	} {
		t.Run(tc.model, func(t *testing.T) {
			c.flat(t, func() {
				sent, res, body := c.transcribe(t, tc.model, uploadSize)
				got := up.heard()
				if res.StatusCode != http.StatusOK || len(got) < 2 || got[len(got)-1] != (hearing{"good", uploadSize, sent}) {
					t.Fatalf("got %d %s of %v, want the second deployment's answer to all of %s", res.StatusCode, body, got, sent)
				}
				if tc.model == "late" && got[0] != (hearing{"late", uploadSize, sent}) {
					t.Errorf("the first deployment got %v, want all too", got[0])
				}
				r, f := res.Header.Get("X-Litellm-Attempted-Retries"), res.Header.Get("X-Litellm-Attempted-Fallbacks")
				if r != tc.retries || f != tc.fallbacks {
					t.Errorf("got %s retries and %s fallbacks, want %s and %s", r, f, tc.retries, tc.fallbacks)
				}
			})
		})
	}
}

// speak: speech passes through as it comes. The client gets the first of it
// before the vendor makes the rest, and while the client does not read, the
// gateway does not either.
func (c *child) speak(t *testing.T, up *vendor) {
	want := sha256.New()
	if _, err := io.Copy(want, noise(2, speechSize)); err != nil {
		t.Fatal(err)
	}
	c.flat(t, func() {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/v1/audio/speech", strings.NewReader(`{"model":"good","input":"hi","voice":"alloy"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		got := sha256.New()
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			defer res.Body.Close()
			_, err = io.CopyN(got, res.Body, firstSize)
		}
		up.rest <- struct{}{} // it has sent no more than that
		if err != nil {
			t.Fatalf("got %v, want the beginning before the vendor sends the rest", err)
		}
		select {
		case <-up.done:
			t.Error("the vendor could send all while the client did not read, want it held back")
		case <-time.After(300 * time.Millisecond): // a buffer would take all in a fraction of it
			defer func() { <-up.done }()
		}
		n, err := io.Copy(got, res.Body)
		if err != nil || n != speechSize-firstSize || sum(got) != sum(want) {
			t.Errorf("got %d more bytes, %v, want %d, all as they were sent", n, err, speechSize-firstSize)
		}
	})
}

// transcribe uploads a file as it is made, and gives its sum and the answer.
func (c *child) transcribe(t *testing.T, model string, size int64) (sent string, res *http.Response, body string) {
	t.Helper()
	r, w := io.Pipe()
	form, h := multipart.NewWriter(w), sha256.New()
	go func() {
		err := form.WriteField("model", model)
		if err == nil {
			var part io.Writer
			if part, err = form.CreateFormFile("file", "speech.wav"); err == nil {
				_, err = io.Copy(io.MultiWriter(part, h), noise(1, size))
			}
		}
		if err == nil {
			err = form.Close()
		}
		_ = w.CloseWithError(err) // the reader's; it cannot fail
	}()
	res, err := http.Post(c.url+"/v1/audio/transcriptions", form.FormDataContentType(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sum(h), res, string(text)
}

// noise is size bytes that compress to nothing less, the same for every seed,
// and none of them held.
func noise(seed byte, size int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{seed}), size)
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// vendor hears and speaks without holding any of it. At /late it fails after it
// heard, at /early before.
type vendor struct {
	*httptest.Server
	rest chan struct{} // has it speak on, after the beginning
	done chan struct{} // it has spoken

	mu  sync.Mutex
	got []hearing
}

// hearing is a file as it came.
type hearing struct {
	from string
	size int64
	sum  string
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{rest: make(chan struct{}), done: make(chan struct{}, 1)}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/v1/audio/")
		switch {
		case what == "speech":
			v.speak(t, w)
			return
		case from == "early":
			v.note(hearing{from: from})
		case !v.hear(t, from, r):
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if from != "good" {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"error":{"message":"no","type":"server_error"}}`)
			return
		}
		_, _ = io.WriteString(w, `{"text":"heard"}`)
	}))
	t.Cleanup(v.Close)
	return v
}

// hear reads a form's file.
func (v *vendor) hear(t *testing.T, from string, r *http.Request) bool {
	form, err := r.MultipartReader()
	if err != nil {
		t.Error(err)
		return false
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			t.Errorf("got %v, want a file", err)
			return false
		}
		if part.FileName() == "" {
			continue
		}
		h := sha256.New()
		n, err := io.Copy(h, part)
		if err != nil {
			t.Error(err)
			return false
		}
		v.note(hearing{from, n, sum(h)})
		return true
	}
}

// speak writes the beginning, and the rest when it is asked to.
func (v *vendor) speak(t *testing.T, w http.ResponseWriter) {
	w.Header().Set("Content-Type", "audio/mpeg")
	said := noise(2, speechSize)
	_, err := io.CopyN(w, said, firstSize)
	if err == nil {
		err = http.NewResponseController(w).Flush()
	}
	<-v.rest
	if err == nil {
		_, err = io.Copy(w, said)
	}
	if err != nil {
		t.Error(err)
	}
	v.done <- struct{}{}
}

func (v *vendor) note(h hearing) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, h)
}

// heard takes what came since the last time.
func (v *vendor) heard() []hearing {
	v.mu.Lock()
	defer v.mu.Unlock()
	got := v.got
	v.got = nil
	return got
}
