package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTry plants each patch of testdata/patches in testdata/module.
func TestTry(t *testing.T) {
	want := map[string]string{ // patch: part of the error, "" when killed
		"killed":           "",
		"killed-subtest":   "",
		"killed-within":    "",
		"survives":         "SURVIVED",
		"survives-subtest": "SURVIVED",
		"stale":            "does not apply",
		"build-error":      "does not compile",
		"panics":           "panic",
		"hangs":            "did not fail an assertion",
		"no-such-test":     "no such test",
		"fails-without":    "without the patch the test does not pass",
		"no-promise":       "no line: # promise",
		"no-test":          "no line such as: # test",
	}
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/module")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", root, "init").CombinedOutput(); err != nil {
		t.Fatalf("git init: %s", out)
	}
	lab, err := newLab(t.Context(), root, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer lab.close()
	patches, err := filepath.Glob("testdata/patches/*.patch")
	if err != nil || len(patches) != len(want) {
		t.Fatalf("got %d patches and error %v, want %d", len(patches), err, len(want))
	}
	for _, path := range patches {
		name := strings.TrimSuffix(filepath.Base(path), ".patch")
		t.Run(name, func(t *testing.T) {
			m, err := readMutant(path)
			if err == nil {
				err = lab.try(t.Context(), m)
			}
			switch {
			case want[name] == "" && err != nil:
				t.Errorf("got %v, want it killed", err)
			case want[name] != "" && (err == nil || !strings.Contains(err.Error(), want[name])):
				t.Errorf("got error %v, want one with %q", err, want[name])
			}
		})
	}
	left, err := os.ReadFile(filepath.Join(lab.dir, "age.go"))
	if err != nil || !strings.Contains(string(left), "age >= 18") {
		t.Errorf("the copy is not as it was (error %v):\n%s", err, left)
	}
}

// TestRun checks what decides the command's exit status.
func TestRun(t *testing.T) {
	patch := func(name string) string {
		path, err := filepath.Abs("testdata/patches/" + name + ".patch")
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	killed, survives := patch("killed"), patch("survives")
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/module")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", root, "init").CombinedOutput(); err != nil {
		t.Fatalf("git init: %s", out)
	}
	t.Chdir(root)
	for _, tc := range []struct {
		name    string
		patches []string
		ok      bool
	}{
		{"all killed", []string{killed}, true},
		{"one survivor", []string{killed, survives}, false},
		{"none", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := run(t.Context(), tc.patches, time.Minute); (err == nil) != tc.ok {
				t.Errorf("got error %v, want success %v", err, tc.ok)
			}
		})
	}
}
