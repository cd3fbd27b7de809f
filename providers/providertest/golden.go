package providertest

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// golden is one file.
type golden struct {
	name    string
	archive *txtar.Archive
	call    llm.Call
	request string
	answers []answer // one for each request; most calls make one
	reply   string
}

// answer is what the vendor says.
type answer struct {
	status int
	header http.Header
	body   []byte
}

var parts = [...]string{"source", "call", "upstream request", "upstream response", "reply"}

// sources are the ways to name where the vendor's side comes from.
var sources = regexp.MustCompile(`^([a-z0-9-]+==[0-9.]+|https://\S+)`)

func read(t *testing.T, name string) golden {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) != len(parts) {
		t.Fatalf("%s: got %d parts, want %q", name, len(a.Files), parts)
	}
	for i, f := range a.Files {
		if f.Name != parts[i] {
			t.Fatalf("%s: part %d is %q, want %q", name, i, f.Name, parts[i])
		}
	}
	if source := string(a.Files[0].Data); !sources.MatchString(source) {
		t.Errorf("source: got %q, want package==version or a page", source)
	}
	return golden{
		name: name, archive: a,
		call: readCall(t, filepath.Join(filepath.Dir(name), "files"), a.Files[1].Data), request: string(a.Files[2].Data),
		answers: readAnswers(t, a.Files[3].Data), reply: string(a.Files[4].Data),
	}
}

// next separates the exchanges of a call that makes several.
const next = "---- next\n"

// readAnswers reads what the vendor says, once for each request.
func readAnswers(t *testing.T, text []byte) []answer {
	t.Helper()
	var all []answer
	for _, one := range bytes.Split(text, []byte(next)) {
		all = append(all, readAnswer(t, one))
	}
	return all
}

func readAnswer(t *testing.T, text []byte) answer {
	t.Helper()
	if len(bytes.TrimSpace(text)) == 0 {
		return answer{status: http.StatusTeapot} // of a call that must not be sent
	}
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(text)), nil)
	if err != nil {
		t.Fatalf("upstream response: %v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("upstream response: %v", err)
	}
	switch kind := res.Header.Get("Content-Type"); {
	case kind == eventStream:
		body = encodeEvents(t, body)
	case !strings.HasPrefix(kind, "text/event-stream") && !strings.Contains(kind, "ndjson"):
		body = bytes.TrimSuffix(body, []byte("\n")) // the part's, not the answer's
	}
	return answer{res.StatusCode, res.Header, body}
}

// Stream is the stream of a golden file's last answer, an element for each
// event, and its Content-Type.
func Stream(t *testing.T, file string) (kind string, events [][]byte) {
	t.Helper()
	a := read(t, file).stream()
	return a.header.Get("Content-Type"), a.frames()
}

// write replaces the reply.
func (c golden) write(t *testing.T, reply string) {
	t.Helper()
	c.archive.Files[len(parts)-1].Data = []byte(reply)
	if err := os.WriteFile(c.name, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
