package operations

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// zeros is a file of nothing but zeros.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestLargeUpload: a file reaches the vendor whole, and is never held whole.
func TestLargeUpload(t *testing.T) {
	const size, held = 20 << 20, 4 << 20
	got := make(chan int64, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int64
		parts, err := r.MultipartReader()
		for err == nil {
			var part *multipart.Part
			if part, err = parts.NextPart(); err == nil && part.FileName() == "long.wav" {
				n, err = io.Copy(io.Discard, part)
			}
		}
		if err != io.EOF {
			t.Error(err)
		}
		got <- n
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"text":"nothing"}`)
	}))
	defer srv.Close()
	key := llm.Key{Op: llm.Transcriptions, Format: llm.OpenAI}
	p := wire.Provider{
		Client:  srv.Client(),
		Dialect: wire.Dialect{Codecs: map[llm.Key]wire.Codec{key: Codec(key.Op, now)}, Fail: chat.Fail},
	}
	call := &llm.Call{
		Op: llm.Transcriptions, Format: llm.OpenAI, Body: raw.Object{}.WithText("model", "m"), Record: &llm.Record{},
		To: &llm.Deployment{Model: "whisper-1", Base: srv.URL},
		Files: []llm.File{{
			Field: "file", Name: "long.wav", Type: "audio/wav", Size: size,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zeros{}, size)), nil },
		}},
	}
	allocated := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.TotalAlloc
	}
	before := allocated()
	reply, err := p.Do(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	if n := <-got; n != size {
		t.Errorf("got a file of %d bytes, want %d", n, size)
	}
	if n := allocated() - before; n > held {
		t.Errorf("got %d bytes allocated for a file of %d, want at most %d", n, size, held)
	}
}
