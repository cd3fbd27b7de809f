package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFind expects each line of testdata/module that says "want unreachable",
// and no other.
func TestFind(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "golang.org/x/tools/cmd/deadcode")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build deadcode: %v\n%s", err, out)
	}
	root := t.TempDir()
	module := os.DirFS("testdata/module")
	if err := os.CopyFS(root, module); err != nil {
		t.Fatal(err)
	}
	want := wanted(t, module)
	if len(want) != 5 {
		t.Fatalf("got %d marked lines in testdata/module, want 5", len(want))
	}

	t.Chdir(root)
	found, err := find(filepath.Join(bin, "deadcode"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range found {
		if file, name, ok := strings.Cut(line, ": unreachable: "); ok {
			file, _, _ = strings.Cut(file, ":")
			name = name[strings.LastIndexByte(name, '.')+1:]
			line = file + " " + name
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// wanted lists the marked functions of a module, as "file name". A package
// that nothing imports is one finding.
func wanted(t *testing.T, module fs.FS) []string {
	t.Helper()
	var want []string
	err := fs.WalkDir(module, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := fs.ReadFile(module, path)
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "// want unreachable") {
				continue
			}
			if path == "core/orphan/orphan.go" {
				want = append(want, "example.com/m/core/orphan: no program and no promised package imports it")
				continue
			}
			before, _, _ := strings.Cut(line, "()")
			name := before[strings.LastIndexByte(before, ' ')+1:]
			want = append(want, path+" "+name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	return want
}
