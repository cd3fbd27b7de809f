package providertest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestFormLines writes a form as the golden files have it, whatever is in its
// fields.
func TestFormLines(t *testing.T) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"model", "whisper-1"}, {"include[]", "logprobs"}, {"include[]", "usage"}, {"prompt", "a\r\n\"b\""}, {"language", ""}, {"user", "@me"}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "speech.wav")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("RIFF\r\n--")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"model: whisper-1", "include[]: logprobs", "include[]: usage", `prompt: "a\r\n\"b\""`, "language: ", `user: "@me"`,
		"file: @speech.wav application/octet-stream 8",
	}
	if got := formLines(t, w.FormDataContentType(), b.Bytes(), nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMediaLine(t *testing.T) {
	body := []byte("ID3\x00\xff\"\\ and so on, for longer than a line shows: the size says that there is more")
	const want = `media audio/mpeg 81 "ID3\x00\xff\x22\x5c and so on, for longer than a line shows: the size says t"`
	if got := mediaLine("audio/mpeg", body); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestReadCall: the members that say what a call is are no part of its body.
func TestReadCall(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a.png", "b.png", "speech.wav"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		call   string
		key    llm.Key
		stream bool
		body   string
		files  string
	}{
		{`{"model":"p/m","messages":[]}`, chat, false, `{"model":"p/m","messages":[]}`, ""},
		{`{"model":"p/m","op":"embeddings","input":"a"}`, llm.Key{Op: llm.Embeddings, Format: llm.OpenAI}, false, `{"model":"p/m","input":"a"}`, ""},
		{`{"model":"p/m","format":"gemini","stream":true,"contents":[]}`, llm.Key{Op: llm.Chat, Format: llm.Gemini}, true, `{"contents":[]}`, ""},
		{`{"model":"p/m","op":"transcriptions","file":"@speech.wav","stream":"true"}`, llm.Key{Op: llm.Transcriptions, Format: llm.OpenAI}, true, `{"model":"p/m","stream":"true"}`, "file speech.wav audio/wav 10"},
		{`{"model":"p/m","op":"image_edits","image[]":["@a.png","@b.png"]}`, llm.Key{Op: llm.ImageEdits, Format: llm.OpenAI}, false, `{"model":"p/m"}`, "image[] a.png image/png 5, image[] b.png image/png 5"},
	} {
		t.Run(tc.call, func(t *testing.T) {
			c := readCall(t, folder, []byte(tc.call))
			if c.Key() != tc.key || c.Stream != tc.stream || string(c.Body.Bytes()) != tc.body {
				t.Errorf("got %v, stream %t, %s, want %v, %t, %s", c.Key(), c.Stream, c.Body.Bytes(), tc.key, tc.stream, tc.body)
			}
			var files []string
			for _, f := range c.Files {
				files = append(files, fmt.Sprint(f.Field, " ", f.Name, " ", f.Type, " ", f.Size))
			}
			if got := strings.Join(files, ", "); got != tc.files {
				t.Errorf("files: got %q, want %q", got, tc.files)
			}
		})
	}
}
