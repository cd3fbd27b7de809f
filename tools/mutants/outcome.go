package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// outcome is how a test ended.
type outcome struct {
	action string // pass, fail or skip; "" if it never ended
	ran    bool
	output string // of the test, its subtests and its package
	builds bool
}

// readOutcome reads what go test -json says about one test.
func readOutcome(report []byte, test string) (outcome, error) {
	o := outcome{builds: true}
	var output strings.Builder
	for line := range bytes.Lines(report) {
		var e struct{ Action, Test, Output string }
		if err := json.Unmarshal(line, &e); err != nil {
			return o, fmt.Errorf("read go test -json: %w", err)
		}
		switch e.Action {
		case "build-fail":
			o.builds = false
		case "output", "build-output":
			output.WriteString(e.Output)
		case "run":
			o.ran = o.ran || e.Test == test
		case "pass", "fail", "skip":
			if e.Test == test {
				o.action = e.Action
			}
		}
	}
	o.output = output.String()
	switch {
	case !o.builds:
		return o, fmt.Errorf("the test does not compile: %s", indent([]byte(o.output)))
	case !o.ran:
		return o, errors.New("no such test")
	}
	return o, nil
}

// killed returns nil if the test failed an assertion.
func (o outcome) killed(test string) error {
	for _, sign := range []string{"\npanic: ", "\nfatal error: ", "\nWARNING: DATA RACE"} {
		if strings.Contains("\n"+o.output, sign) {
			return fmt.Errorf("the test did not fail an assertion, it ended by %q", strings.TrimSpace(sign))
		}
	}
	switch {
	case o.action == "pass":
		return errors.New("it SURVIVED: the test passes with the bug in")
	case o.action != "fail" || !strings.Contains(o.output, "--- FAIL: "+test):
		return fmt.Errorf("the test did not end in a failure: %s", indent([]byte(o.output)))
	}
	return nil
}
