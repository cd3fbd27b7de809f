package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// step is one line of the table: one command of one suite.
type step struct {
	suite   string
	needs   []string // names known to probe
	format  string   // who wrote the report: gotest, junit or exit
	command string   // for bash
}

// readTable reads the suites' table. A line has four columns, the last being
// the rest of the line:
//
//	suite   needs   format   command
//
// needs is "-" or a comma-separated list of tools. A line without a suite's
// name in it is blank or starts with #. Lines of one suite stand together and
// add up to one row.
func readTable(path string) ([]step, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	var steps []step
	var seen []string
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		if len(steps) == 0 || steps[len(steps)-1].suite != s.suite {
			if slices.Contains(seen, s.suite) {
				return nil, fmt.Errorf("%s:%d: the lines of suite %s must stand together", path, i+1, s.suite)
			}
			seen = append(seen, s.suite)
		}
		steps = append(steps, s)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("%s lists no suite", path)
	}
	return steps, nil
}

func parseStep(line string) (step, error) {
	var column [3]string
	for i := range column {
		var found bool
		column[i], line, found = strings.Cut(line, " ")
		if !found {
			return step{}, fmt.Errorf("want suite, needs, format and command")
		}
		line = strings.TrimSpace(line)
	}
	s := step{suite: column[0], format: column[2], command: line}
	if _, ok := readers()[s.format]; !ok {
		return step{}, fmt.Errorf("unknown report format %q", s.format)
	}
	if column[1] != "-" {
		s.needs = strings.Split(column[1], ",")
	}
	for _, need := range s.needs {
		if _, ok := tools()[need]; !ok {
			return step{}, fmt.Errorf("unknown tool %q", need)
		}
	}
	return s, nil
}
