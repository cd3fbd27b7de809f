package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// mutant is one planted bug, as written in a patch file:
//
//	# promise: a body with the same member twice is refused
//	# test: ./core/raw TestParseDuplicates
//	--- a/core/raw/scan.go
//	+++ b/core/raw/scan.go
//	...
//
// A promise may go on over several "# " lines.
type mutant struct {
	patch   string // absolute path of the file
	promise string
	pkg     string // as for go test, from the module's root
	test    string // a top-level test, or one with its subtest after a slash
}

var testName = regexp.MustCompile(`^(Test|Fuzz)\w*(/\S+)?$`)

// readMutant reads a patch file's header.
func readMutant(path string) (mutant, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return mutant{}, fmt.Errorf("read mutant: %w", err)
	}
	var m mutant
	if m.patch, err = filepath.Abs(path); err != nil {
		return m, fmt.Errorf("read mutant: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		if value, ok := strings.CutPrefix(comment, "test: "); ok {
			m.pkg, m.test, _ = strings.Cut(value, " ")
		} else {
			m.promise = strings.TrimSpace(m.promise + " " + strings.TrimPrefix(comment, "promise: "))
		}
	}
	switch {
	case !strings.HasPrefix(m.pkg, "."):
		return m, fmt.Errorf("the header has no line such as: # test: ./core/raw TestParse")
	case !testName.MatchString(m.test):
		return m, fmt.Errorf("the header names the test %q, want one like TestParse or TestParse/empty", m.test)
	case m.promise == "":
		return m, fmt.Errorf("the header has no line: # promise: what a user relies on")
	}
	return m, nil
}

// runPattern is the -run argument that selects the test and nothing else.
func (m mutant) runPattern() string {
	parts := strings.Split(m.test, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}
