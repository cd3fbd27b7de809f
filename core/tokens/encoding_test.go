package tokens

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func encodings() []*Encoding { return []*Encoding{cl100k, o200k} }

// TestVocabulary writes each vocabulary in the form in which OpenAI publishes
// it. The hashes are those of openai_public.py in OpenAI's tiktoken 0.14.0.
func TestVocabulary(t *testing.T) {
	published := map[string]string{
		"cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
		"o200k_base":  "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
	}
	for _, e := range encodings() {
		v, hash := e.load(), sha256.New()
		for id := range v.len() {
			fmt.Fprintf(hash, "%s %d\n", base64.StdEncoding.EncodeToString([]byte(v.token(id))), id)
			if got := v.id(v.token(id)); got != id {
				t.Fatalf("%s: id of token %d: got %d", e.name, id, got)
			}
		}
		if got, want := fmt.Sprintf("%x", hash.Sum(nil)), published[e.name]; got != want {
			t.Errorf("%s: got hash %s, want %s", e.name, got, want)
		}
	}
}

// TestVectors holds that tokens are those of npm tiktoken; oracle/vectors.mjs
// says where testdata/vectors.txt comes from.
func TestVectors(t *testing.T) {
	b, err := os.ReadFile("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	texts := readCorpus(t).texts()
	if len(lines) != len(texts) {
		t.Fatalf("got %d vectors, want one for each of %d texts", len(lines), len(texts))
	}
	for i, text := range texts {
		got := fmt.Sprint(len(text))
		for _, e := range encodings() {
			ids := e.Encode(text)
			if n := e.Count(text); n != len(ids) {
				t.Errorf("%s: text %d: got count %d of %d tokens", e.name, i, n, len(ids))
			}
			got += fmt.Sprintf(" %d %.12s", len(ids), hashOf(ids))
		}
		if got != lines[i] {
			t.Errorf("text %d %.80q: got %s, want %s", i, text, got, lines[i])
		}
	}
}

func hashOf(ids []int) string {
	var b []byte
	for _, id := range ids {
		b = binary.LittleEndian.AppendUint32(b, uint32(id))
	}
	return fmt.Sprintf("%x", sha256.Sum256(b))
}

// FuzzDecode holds that decoding gives back any text, byte for byte, whole and
// cut anywhere.
func FuzzDecode(f *testing.F) {
	for _, text := range readCorpus(f).texts()[:50] {
		f.Add(text, uint(len(text)/7))
	}
	f.Add("\xff\xfe broken \xc3", uint(1))
	f.Fuzz(func(t *testing.T, text string, cut uint) {
		for _, e := range encodings() {
			ids := e.Encode(text)
			at := int(cut % uint(len(ids)+1))
			head, err := e.Decode(ids[:at])
			if err != nil {
				t.Fatal(err)
			}
			tail, err := e.Decode(ids[at:])
			if err != nil {
				t.Fatal(err)
			}
			if got := head + tail; got != text {
				t.Errorf("%s: got %q, want %q", e.name, got, text)
			}
		}
	})
}

// TestForgedSpecial: nobody writes a special token by its name.
func TestForgedSpecial(t *testing.T) {
	for _, e := range encodings() {
		for id, special := range e.special {
			ids := e.Encode("a" + special + "b")
			if slices.Contains(ids, id) {
				t.Errorf("%s: got %v of %s, want no %d", e.name, ids, special, id)
			}
			if n := e.Count("a" + special + "b"); n != len(ids) {
				t.Errorf("%s: got count %d of %s, want %d", e.name, n, special, len(ids))
			}
		}
	}
}

func TestDecodeUnknown(t *testing.T) {
	for _, e := range encodings() {
		for _, id := range []int{-1, e.load().len(), 1 << 40} {
			if text, err := e.Decode([]int{0, id}); err == nil {
				t.Errorf("%s: decode %d: got %q, want an error", e.name, id, text)
			}
		}
		for id, want := range e.special {
			if got, err := e.Decode([]int{id}); err != nil || got != want {
				t.Errorf("%s: decode %d: got %q, %v, want %q", e.name, id, got, err, want)
			}
		}
	}
}

func TestEncodingByName(t *testing.T) {
	for _, e := range encodings() {
		if got, err := EncodingByName(e.Name()); got != e || err != nil {
			t.Errorf("got %v, %v, want %s", got, err, e.Name())
		}
	}
	if got, err := EncodingByName("r50k_base"); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
