package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPack(t *testing.T) {
	dir := t.TempDir()
	binary, first, second := filepath.Join(dir, "bootstrap"), filepath.Join(dir, "1.zip"), filepath.Join(dir, "2.zip")
	program := bytes.Repeat([]byte("program "), 1000)
	if err := os.WriteFile(binary, program, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := pack(binary, first, 0); err != nil {
		t.Fatal(err)
	}
	// The same bytes in a newer file, with other rights.
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(binary, later, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(binary, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := pack(binary, second, 0); err != nil {
		t.Fatal(err)
	}
	if one, two := read(t, first), read(t, second); !bytes.Equal(one, two) {
		t.Error("got two different zips of one program, want the same bytes")
	}

	r, err := zip.OpenReader(first)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode() != 0o755 {
		t.Fatalf("got %v, want bootstrap alone with mode 0755", r.File)
	}
	f, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, program) {
		t.Errorf("got %d bytes and error %v, want the %d of the program", len(got), err, len(program))
	}
}

// TestMost: a zip may have so many bytes and no more, and what it has is said
// either way.
func TestMost(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(binary, []byte("program"), 0o600); err != nil {
		t.Fatal(err)
	}
	archive := binary + ".zip"
	if _, err := pack(binary, archive, 0); err != nil {
		t.Fatal(err)
	}
	size := int64(len(read(t, archive)))
	if line, err := pack(binary, archive, size); err != nil || line == "" {
		t.Errorf("%d bytes of %d: got %q, %v, want a line", size, size, line, err)
	}
	if line, err := pack(binary, archive, size-1); err == nil || line == "" {
		t.Errorf("%d bytes of %d: got %q, %v, want a line and an error", size, size-1, line, err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
