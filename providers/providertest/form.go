package providertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const form = "multipart/form-data"

// formLines writes a multipart form as a golden file has it, a line for each
// part: "name: value", the value as a JSON text when it would not fit into a
// line, or "name: @file.wav audio/wav 1644" with a file's size in bytes. A file
// of the call's must arrive as it is.
func formLines(t *testing.T, contentType string, body []byte, files []llm.File) []string {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Errorf("content type: %v", err)
		return nil
	}
	var lines []string
	for r := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Errorf("form: %v in %q", err, body)
			return lines
		}
		value, err := io.ReadAll(part)
		if err != nil {
			t.Errorf("form: %v", err)
			return lines
		}
		if part.FileName() == "" {
			lines = append(lines, part.FormName()+": "+fieldValue(string(value)))
			continue
		}
		arrived(t, part.FileName(), value, files)
		lines = append(lines, fmt.Sprintf("%s: @%s %s %d", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), len(value)))
	}
}

// fieldValue is a value, as a JSON text when it could be taken for another
// thing.
func fieldValue(v string) string {
	if v == "" || !strings.ContainsAny(v, "\r\n") && !strings.ContainsAny(v[:1], `@" `) && !strings.HasSuffix(v, " ") {
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// arrived holds that a file of that name has the bytes that the call had.
func arrived(t *testing.T, name string, got []byte, files []llm.File) {
	t.Helper()
	i := slices.IndexFunc(files, func(f llm.File) bool { return f.Name == name })
	if i < 0 {
		return // one that the dialect made
	}
	r, err := files[i].Open()
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	if want, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("file %s: got %d other bytes (%v), want the file's %d", name, len(got), err, len(want))
	}
}

// isMedia reports whether a body is shown as mediaLine does.
func isMedia(kind string) bool {
	major, _, _ := strings.Cut(kind, "/")
	return major == "audio" || major == "image" || major == "video" || kind == "application/octet-stream"
}

// beginning is how many bytes of media a line shows.
const beginning = 64

// mediaLine is what is not JSON, in a line: its type, its size in bytes and
// its beginning, where what is not visible ASCII is \x and two digits.
func mediaLine(kind string, body []byte) string {
	var b strings.Builder
	for _, c := range body[:min(len(body), beginning)] {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02x`, c)
			continue
		}
		b.WriteByte(c)
	}
	return fmt.Sprintf(`media %s %d "%s"`, kind, len(body), b.String())
}
