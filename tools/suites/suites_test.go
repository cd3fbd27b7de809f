package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestReports reads reports that the runners wrote: testdata holds what
// go test -json, node --test and pytest said about small test files.
func TestReports(t *testing.T) {
	for _, tc := range []struct {
		file                    string
		passed, failed, skipped int
		problems                []string // names of the failed tests
		broken                  bool
	}{
		{file: "ok.json", passed: 2, skipped: 1},
		{file: "bad.json", passed: 2, failed: 2, problems: []string{"example.com/m/bad TestTable/one", "example.com/m/bad TestParentOnly"}},
		{file: "crash.json", passed: 1, failed: 1, problems: []string{"example.com/m/crash TestExit"}},
		{file: "nobuild.json", failed: 1, problems: []string{"example.com/m/nobuild"}},
		{file: "never.json", passed: 1, failed: 1, problems: []string{"example.com/m/never"}},
		{file: "cut.json", broken: true},
		// A todo that fails is not a failure to Node: it is counted as skipped.
		{file: "node.xml", passed: 3, failed: 5, skipped: 2, problems: []string{
			"test two", "test bad", "test /home/me/m/test/b.test.mjs", "test /home/me/m/test/c.test.mjs", "test never",
		}},
		{file: "pytest.xml", passed: 2, failed: 3, skipped: 2, problems: []string{"test_b", "test_a test_param[2]", "test_a test_error"}},
		{file: "cut.xml", broken: true},
		{file: "empty.xml", broken: true},
	} {
		t.Run(tc.file, func(t *testing.T) {
			report, err := os.ReadFile(filepath.Join("testdata", tc.file))
			if err != nil {
				t.Fatal(err)
			}
			format := map[string]string{".json": "gotest", ".xml": "junit"}[filepath.Ext(tc.file)]
			var got result
			if err := readers()[format](report, &got); (err != nil) != tc.broken {
				t.Fatalf("got error %v, want one: %v", err, tc.broken)
			}
			if tc.broken {
				return
			}
			if got.passed != tc.passed || got.failed != tc.failed || got.skipped != tc.skipped {
				t.Errorf("got %d passed, %d failed, %d skipped, want %d, %d, %d",
					got.passed, got.failed, got.skipped, tc.passed, tc.failed, tc.skipped)
			}
			var names []string
			for _, p := range got.problems {
				names = append(names, p.test)
				if strings.TrimSpace(p.output) == "" {
					t.Errorf("%s: got no output", p.test)
				}
			}
			if !slices.Equal(names, tc.problems) {
				t.Errorf("got failures %q, want %q", names, tc.problems)
			}
		})
	}
}

// TestRun runs commands that end in every way a test runner can.
func TestRun(t *testing.T) {
	const passing = `<testsuite><testcase name="a"/></testsuite>`
	const failing = `<testsuite><testcase name="a"><failure message="no"/></testcase></testsuite>`
	for _, tc := range []struct {
		name, format, command   string
		passed, failed, skipped int
	}{
		{name: "check passes", format: "exit", command: "true", passed: 1},
		{name: "check fails", format: "exit", command: "echo why; false", failed: 1},
		{name: "report", format: "junit", command: fmt.Sprintf("echo '%s' >$REPORT", passing), passed: 1},
		{name: "failing report", format: "junit", command: fmt.Sprintf("echo '%s' >$REPORT; false", failing), failed: 1},
		{name: "failing report, runner content", format: "junit", command: fmt.Sprintf("echo '%s' >$REPORT", failing), failed: 1},
		{name: "passing report, runner crashed", format: "junit", command: fmt.Sprintf("echo '%s' >$REPORT; kill -9 $$", passing), passed: 1, failed: 1},
		{name: "no report", format: "junit", command: "true", failed: 1},
		{name: "go", format: "gotest", command: "cat testdata/ok.json", passed: 2, skipped: 1},
		{name: "go, cut short", format: "gotest", command: "cat testdata/cut.json", passed: 0, failed: 1},
		{name: "too long", format: "exit", command: "sleep 60", failed: 1},
		{name: "left something running", format: "exit", command: "sleep 60 & true", failed: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			limit := 10 * time.Second
			if tc.name == "too long" {
				limit = 100 * time.Millisecond
			}
			r := runner{dir: t.TempDir(), limit: limit}
			start := time.Now()
			got := r.run(t.Context(), step{suite: "s", format: tc.format, command: tc.command})
			if got.passed != tc.passed || got.failed != tc.failed || got.skipped != tc.skipped {
				t.Errorf("got %d passed, %d failed, %d skipped, want %d, %d, %d\n%v",
					got.passed, got.failed, got.skipped, tc.passed, tc.failed, tc.skipped, got.problems)
			}
			if took := time.Since(start); took > 9*time.Second {
				t.Errorf("got %v, want it to end with its command", took)
			}
		})
	}
}

func TestMissingTool(t *testing.T) {
	r := runner{dir: t.TempDir(), limit: time.Second, has: func(_ context.Context, need string) string {
		if need == "java" {
			return "Java 17 or newer is missing"
		}
		return ""
	}}
	steps := []step{{suite: "go", needs: []string{"go"}, format: "exit", command: "true"}, {suite: "dynamo", needs: []string{"go", "java"}, format: "exit", command: "true"}}
	for _, requireAll := range []bool{false, true} {
		var out strings.Builder
		ok := runAll(t.Context(), &out, steps, r.run, requireAll)
		if ok == requireAll {
			t.Errorf("REQUIRE_ALL %v: got success %v", requireAll, ok)
		}
		for _, want := range []string{"dynamo skipped: Java 17 or newer is missing", "\n1 passed, 0 failed, 1 skipped\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("got %q, want it to have %q", out.String(), want)
			}
		}
	}
}

func TestRunAll(t *testing.T) {
	for _, tc := range []struct {
		name       string
		results    []result // of a suite with that many lines
		requireAll bool
		ok         bool
		last       string
	}{
		{"green", []result{{passed: 3}, {passed: 1}}, true, true, "4 passed, 0 failed, 0 skipped"},
		{"red", []result{{passed: 3}, {failed: 1}}, false, false, "3 passed, 1 failed, 0 skipped"},
		{"a skipped test", []result{{passed: 3, skipped: 1}}, false, true, "3 passed, 0 failed, 1 skipped"},
		{"a skipped test, all required", []result{{passed: 3, skipped: 1}}, true, false, "3 passed, 0 failed, 1 skipped"},
		{"nothing ran", []result{{}}, false, false, "0 passed, 1 failed, 0 skipped"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out strings.Builder
			steps := make([]step, len(tc.results))
			var next atomic.Int32
			run := func(context.Context, step) result { return tc.results[next.Add(1)-1] }
			if ok := runAll(t.Context(), &out, steps, run, tc.requireAll); ok != tc.ok {
				t.Errorf("got success %v, want %v", ok, tc.ok)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if last := lines[len(lines)-1]; last != tc.last {
				t.Errorf("got the last line %q, want %q", last, tc.last)
			}
		})
	}
}

// TestTogether: two lines of a suite run at a time, and never those of two suites.
func TestTogether(t *testing.T) {
	var at, most atomic.Int32
	met := make(chan struct{})
	run := func(_ context.Context, s step) result {
		now := at.Add(1)
		defer at.Add(-1)
		most.Store(max(most.Load(), now))
		if s.suite == "two" && now == 2 {
			close(met)
		}
		if s.suite == "two" {
			<-met
		}
		return result{passed: 1}
	}
	steps := []step{{suite: "one"}, {suite: "two"}, {suite: "two"}, {suite: "three"}}
	if !runAll(t.Context(), io.Discard, steps, run, true) || most.Load() != 2 {
		t.Errorf("got %d lines at a time, want 2", most.Load())
	}
}

func TestTable(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       string // of the steps, or part of the error
	}{
		{"comments and columns", "# a\n\ngo  go,node  gotest  go test  ./...\n", "[{go [go node] gotest go test  ./...}]"},
		{"no need", "lint - exit true", "[{lint [] exit true}]"},
		{"unknown format", "lint - tap true", `:1: unknown report format "tap"`},
		{"unknown tool", "lint perl exit true", `:1: unknown tool "perl"`},
		{"too few columns", "\nlint - exit", ":2: want suite, needs, format and command"},
		{"torn suite", "a - exit true\nb - exit true\na - exit true", ":3: the lines of suite a must stand together"},
		{"empty", "# nothing\n", "lists no suite"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "suites")
			if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
				t.Fatal(err)
			}
			steps, err := readTable(path)
			got := fmt.Sprint(steps)
			if err != nil {
				got = err.Error()
			}
			if !strings.HasSuffix(got, tc.want) {
				t.Errorf("got %s, want it to end in %s", got, tc.want)
			}
		})
	}
}

// TestOwnTable reads the table that make test uses.
func TestOwnTable(t *testing.T) {
	if _, err := readTable("../../.ci/suites"); err != nil {
		t.Error(err)
	}
}

func TestPick(t *testing.T) {
	steps := []step{{suite: "lint"}, {suite: "go"}, {suite: "fuzz"}}
	got, err := pick(steps, "go,lint")
	if err != nil || len(got) != 2 || got[0].suite != "lint" || got[1].suite != "go" {
		t.Errorf("got %v and error %v, want lint and go in the table's order", got, err)
	}
	if _, err := pick(steps, "go,slow"); err == nil {
		t.Error("got no error for a suite that does not exist")
	}
}

func TestProbe(t *testing.T) {
	if reason := probe(t.Context(), "go"); reason != "" {
		t.Errorf("go: got %q, want it found: it runs this test", reason)
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	for version, want := range map[string]string{
		"Python 3.11.9": "",
		"Python 3.12.0": "",
		"Python 4.0.0":  "",
		"Python 3.9.2":  "Python 3.11 or newer is missing (found 3.9)",
		"Python":        `Python 3.11 or newer is missing (cannot read the version in "Python\n")`,
	} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", version)
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		if got := probe(t.Context(), "python"); got != want {
			t.Errorf("%s: got %q, want %q", version, got, want)
		}
	}
	if got, want := probe(t.Context(), "node"), "Node 20 or newer is missing"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
