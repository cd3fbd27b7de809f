// These tests keep the repository the way ARCHITECTURE.md and CONTRIBUTING.md
// say it is.
package tollgate_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sourceFiles lists the files that git tracks, or would if they were added,
// whose names end in one of the suffixes (all without any). Names have slashes.
func sourceFiles(t *testing.T, suffixes ...string) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	var names []string
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		wanted := len(suffixes) == 0 || slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
		isFixture := strings.Contains(name, "/testdata/") && strings.HasSuffix(name, ".go")
		info, err := os.Lstat(name)
		if wanted && !isFixture && err == nil && info.Mode().IsRegular() {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Fatalf("no file ends in %q", suffixes)
	}
	return names
}

// TestArchitecture holds that ARCHITECTURE.md names each package of the module
// by its path, and no path that is not there.
func TestArchitecture(t *testing.T) {
	text := readFile(t, "ARCHITECTURE.md")
	if got := strings.Count(text, "\n"); got > 60 {
		t.Errorf("ARCHITECTURE.md: got %d lines, want 60 at most", got)
	}
	named := regexp.MustCompile(`\b(core|providers|functions|local|store)(/[a-z0-9_]+)+`).FindAllString(text, -1)
	for _, p := range listPackages(t) {
		alone := regexp.MustCompile(`\b` + p.ImportPath + `\b`)
		if p.ImportPath != "." && !slices.Contains(named, p.ImportPath) && (strings.Contains(p.ImportPath, "/") || !alone.MatchString(text)) {
			t.Errorf("ARCHITECTURE.md does not name %s", p.ImportPath)
		}
	}
	for _, name := range named {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which is not there", name)
		}
	}
}

func TestReadme(t *testing.T) {
	text := readFile(t, "README.md")
	for _, command := range []string{"make run", "make test"} {
		if !strings.Contains(text, command) {
			t.Errorf("README.md does not name %q", command)
		}
	}
}

// TestNothingForeign keeps out what means something on one machine only, or
// tells how the code came about instead of what it does.
func TestNothingForeign(t *testing.T) {
	foreign := []*regexp.Regexp{
		regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/(work|root)/`),
		regexp.MustCompile(`\.\./shared\b`),
		regexp.MustCompile(`(?i)\b(this|previous|earlier|last|next|later) (session|issue)s?\b`),
		regexp.MustCompile(`(?i)\bsub-?agents?\b`),
		regexp.MustCompile(`--(extra-)?index-url|--find-links`),
		regexp.MustCompile(`"resolved": *"`), // npm ci finds a package by its name, version and hash
		regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`),
	}
	temporary := regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/tmp/`)
	for _, name := range sourceFiles(t) {
		text := readFile(t, name)
		isBinary := strings.ContainsRune(text, 0)
		if name == "house_test.go" || isBinary {
			continue
		}
		// Lambda functions may write to /tmp and nowhere else: tests and documents say so.
		patterns := foreign
		if ext := path.Ext(name); ext == ".go" && !strings.HasSuffix(name, "_test.go") {
			patterns = append(slices.Clip(foreign), temporary)
		}
		for _, pattern := range patterns {
			for i, line := range strings.Split(text, "\n") {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d: has %q", name, i+1, found)
				}
			}
		}
	}
}

// TestDependencies holds that docs/decisions says of every module that go.mod
// requires directly why it is worth having.
func TestDependencies(t *testing.T) {
	decisions := ""
	names, err := filepath.Glob("docs/decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		decisions += readFile(t, name)
	}
	required := regexp.MustCompile(`(?m)^(?:require)?\s+([a-z0-9.-]+\.[a-z]+/\S+) v\S+$`).FindAllStringSubmatch(readFile(t, "go.mod"), -1)
	if len(required) == 0 {
		t.Fatal("got no direct requirement in go.mod, want some")
	}
	for _, r := range required {
		if !strings.Contains(decisions, r[1]) {
			t.Errorf("go.mod requires %s, and no file of docs/decisions says why", r[1])
		}
	}
}

// TestMutants holds that every planted bug still applies and names a test that
// exists. Whether the test notices is the business of make mutants.
func TestMutants(t *testing.T) {
	patches, err := filepath.Glob("mutants/*.patch")
	if err != nil || len(patches) == 0 {
		t.Fatalf("got %d patches and error %v, want some", len(patches), err)
	}
	header := regexp.MustCompile(`(?m)^# test: (\S+) (\w+)`)
	for _, patch := range patches {
		found := header.FindStringSubmatch(readFile(t, patch))
		if found == nil {
			t.Errorf("%s names no test", patch)
			continue
		}
		if !declaresTest(t, found[1], found[2]) {
			t.Errorf("%s: %s has no %s", patch, found[1], found[2])
		}
		if out, err := exec.Command("git", "apply", "--check", patch).CombinedOutput(); err != nil {
			t.Errorf("%s does not apply: %s", patch, out)
		}
	}
}

func declaresTest(t *testing.T, folder, test string) bool {
	t.Helper()
	declares := false
	files, err := fs.Glob(os.DirFS(folder), "*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		declares = declares || strings.Contains(readFile(t, filepath.Join(folder, f)), "func "+test+"(")
	}
	return declares
}
