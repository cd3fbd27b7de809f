package providertest

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// mediaTypes are those of the files that golden calls have, by extension.
var mediaTypes = map[string]string{
	".flac": "audio/flac", ".jpg": "image/jpeg", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".pdf": "application/pdf",
	".png": "image/png", ".txt": "text/plain", ".wav": "audio/wav", ".webp": "image/webp",
}

// attached takes the files out of a call: members that are "@" and the name of
// a file in the folder, or lists of such.
func attached(t *testing.T, folder string, body raw.Object) (raw.Object, []llm.File) {
	t.Helper()
	var files []llm.File
	for name, v := range body.All() {
		items := [][]byte{v}
		if v[0] == '[' {
			items = nil
			for _, item := range raw.Items(v) {
				items = append(items, item)
			}
		}
		if len(items) == 0 || !isFile(items[0]) {
			continue
		}
		body = body.Without(name)
		for _, item := range items {
			files = append(files, fileNamed(t, folder, name, string(item[2:len(item)-1])))
		}
	}
	return body, files
}

func isFile(v []byte) bool { return len(v) > 3 && v[0] == '"' && v[1] == '@' }

func fileNamed(t *testing.T, folder, field, name string) llm.File {
	t.Helper()
	path := filepath.Join(folder, name)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatalf("call: %v", err)
	}
	kind, ok := mediaTypes[filepath.Ext(name)]
	if !ok {
		t.Fatalf("call: got the file %s, want one of a known type", name)
	}
	return llm.File{
		Field: field, Name: name, Type: kind, Size: info.Size(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}
}
