package embedded_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// TestOpenRefuses is about files that are not ours to write to. They stay as
// they are.
func TestOpenRefuses(t *testing.T) {
	made := func(t *testing.T, path string, statements ...string) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	for _, tc := range []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"text", func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("model_list:\n"), 500)) }, "not a database"},
		{"a short text", func(t *testing.T, path string) { write(t, path, []byte("model_list:\n")) }, "not a database"},
		{"another program's", func(t *testing.T, path string) { made(t, path, "CREATE TABLE items (a)") }, "another program"},
		{"another program's, marked", func(t *testing.T, path string) { made(t, path, "PRAGMA application_id = 7") }, "another program"},
		{"a later one's", func(t *testing.T, path string) {
			made(t, path, "PRAGMA application_id = 0x546f6c6c", "PRAGMA user_version = 2")
		}, "its format is 2, and this program knows 1"},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "unable to open"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			tc.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := embedded.Open(path, time.Now)
			if err == nil {
				s.Close()
				t.Fatal("got a store, want an error")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got error %q, want it to name %s and to say %q", err, path, tc.want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
	path := filepath.Join(t.TempDir(), "none", "store.db")
	if _, err := embedded.Open(path, time.Now); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("a folder that is not there: got error %v, want one that says so of %s", err, path)
	}
}

// TestCorrupt reads and writes where the file is damaged: an error names it.
func TestCorrupt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := embedded.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for id := range int64(100) {
		if _, err := s.Write(t.Context(), row(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096 // the first has the tables' names, and stays
	write(t, path, append(whole[:page], bytes.Repeat([]byte{0xa5}, len(whole)-page)...))
	s = open(t, path)
	if _, err = s.Get(t.Context(), row(1).Key, true); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("get: got error %v, want one that names %s", err, path)
	}
	if _, err = s.Write(t.Context(), row(1)); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("write: got error %v, want one that names %s", err, path)
	}
	if _, err = s.Query(t.Context(), store.Query{PK: row(1).Key.PK}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("query: got error %v, want one that names %s", err, path)
	}
}

// TestPaths has names that mean something in a URI.
func TestPaths(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for _, path := range []string{"store.db", "a b?mode=ro#c%20.db", "é&_synchronous=OFF", filepath.Join(folder, "file:x.db"), ":memory:"} {
		s, err := embedded.Open(path, time.Now)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if _, err := s.Write(t.Context(), row(1)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%s: got mode %v, want one for its owner only", path, info.Mode())
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got error %v for the log of a closed file, want none left", path, err)
		}
		if _, err := open(t, path).Get(t.Context(), row(1).Key, true); err != nil {
			t.Errorf("%s, opened again: %v", path, err)
		}
	}
}

func TestClosed(t *testing.T) {
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: got error %v, want none", err)
		}
	}
	_, get := s.Get(t.Context(), row(1).Key, true)
	_, put := s.Write(t.Context(), row(1))
	_, query := s.Query(t.Context(), store.Query{PK: "p"})
	for name, err := range map[string]error{"get": get, "write": put, "write all": s.WriteAll(t.Context(), []store.Write{row(1)}), "query": query} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: got error %v, want %v", name, err, fs.ErrClosed)
		}
	}
}

func TestUnknownIndex(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	if page, err := s.Query(t.Context(), store.Query{PK: "p", Index: "2"}); err == nil {
		t.Errorf("got %v, want an error", page)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
