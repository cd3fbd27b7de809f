package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// goEvent is one line of go test -json, as documented by go doc test2json.
type goEvent struct {
	Action, Package, Test, Output string
	ImportPath, FailedBuild       string // a build is named by neither package nor test
}

// goTest is one test or, without a name, one package.
type goTest struct {
	pkg, name, action string
	output            strings.Builder
}

func (t *goTest) String() string { return strings.TrimSpace(t.pkg + " " + t.name) }

// readGoTest counts the tests in the output of go test -json. A test that has
// subtests is not counted beside them, unless it failed and none of them did.
// A package that failed though none of its tests did (it does not compile,
// it crashed, TestMain failed) is one failed test, and so is a test that was
// started and never ended.
func readGoTest(report []byte, r *result) error {
	tests := map[string]*goTest{}
	var order []*goTest
	get := func(pkg, name string) *goTest {
		key := pkg + " " + name
		if tests[key] == nil {
			tests[key] = &goTest{pkg: pkg, name: name}
			order = append(order, tests[key])
		}
		return tests[key]
	}
	builds := map[string]string{} // what the compiler said
	for line := range bytes.Lines(report) {
		var e goEvent
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("read go test -json: %w in %q", err, line)
		}
		switch e.Action {
		case "build-output":
			builds[e.ImportPath] += e.Output
		case "output":
			get(e.Package, e.Test).output.WriteString(e.Output)
		case "run", "start", "pass", "fail", "skip":
			t := get(e.Package, e.Test)
			t.action = e.Action
			t.output.WriteString(builds[e.FailedBuild])
		}
	}
	parents := map[string]bool{}     // tests that have subtests
	failedBelow := map[string]bool{} // packages and tests with a failed test in them
	for _, t := range order {
		for up := t; up.name != ""; {
			up = get(t.pkg, parent(up.name))
			parents[up.String()] = parents[up.String()] || up.name != ""
			failedBelow[up.String()] = failedBelow[up.String()] || t.failed()
		}
	}
	for _, t := range order {
		switch {
		case t.failed() && !failedBelow[t.String()]:
			r.fail(t.String(), tail(t.output.String()))
		case t.name == "" || parents[t.String()]:
		case t.action == "pass":
			r.passed++
		case t.action == "skip":
			r.skipped++
		}
	}
	return nil
}

// failed reports whether the test failed, or was started and never ended.
func (t *goTest) failed() bool {
	return t.action == "fail" || t.action == "run" || t.action == "start"
}

// parent is the name of the test that a subtest belongs to, "" for its package.
func parent(test string) string {
	i := strings.LastIndexByte(test, '/')
	return test[:max(i, 0)]
}
