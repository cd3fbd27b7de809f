package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/infra/stack"
)

// written is what synthesize makes of the zips, by name.
func written(t *testing.T, zips string) map[string]string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if err := synthesize(zips, out); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(out, name))
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func zipped(t *testing.T, dir, function, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, function), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, function, "function.zip"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSynthesize holds that the same zips give the same bytes, that templates
// name the zips that lie beside them, and that a new program moves one key.
func TestSynthesize(t *testing.T) {
	zips := t.TempDir()
	for _, f := range stack.Functions() {
		zipped(t, zips, f.Name, f.Name)
	}
	first := written(t, zips)
	if again := written(t, zips); !maps.Equal(first, again) {
		t.Error("got two different stacks of the same zips, want the same bytes")
	}
	if got, want := len(first), len(stack.Functions())+len(stack.Profiles()); got != want {
		t.Errorf("got %d files, want %d", got, want)
	}
	for name := range first {
		if strings.HasPrefix(name, "code/") && !strings.Contains(first["prod.json"], `"`+name+`"`) {
			t.Errorf("prod.json does not name %s", name)
		}
	}
	zipped(t, zips, "chat", "another program")
	moved := 0
	for name := range written(t, zips) {
		if _, had := first[name]; !had {
			moved++
			if !strings.HasPrefix(name, "code/chat-") {
				t.Errorf("got the new file %s, want one of chat's", name)
			}
		}
	}
	if moved != 1 {
		t.Errorf("got %d new files, want chat's zip", moved)
	}
}

// TestNoZip holds that a stack is not made of functions that were not built.
func TestNoZip(t *testing.T) {
	zips := t.TempDir()
	names := stack.Functions()
	for _, f := range names[1:] {
		zipped(t, zips, f.Name, f.Name)
	}
	if err := synthesize(zips, t.TempDir()); err == nil || !strings.Contains(err.Error(), names[0].Name) {
		t.Errorf("got error %v, want one that names %s", err, names[0].Name)
	}
}
